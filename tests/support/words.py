"""One of every content that can be told, and what it takes to tell it."""

from services.notifier.adapters.page_links import PageLinks
from services.notifier.adapters.words.occasions import Occasion
from services.notifier.adapters.words.tell import say
from services.notifier.adapters.words.told import Told
from services.notifier.core import Cause, Content, Digest
from shared.contracts.contacts import VerificationRequested
from shared.contracts.customers import CustomerNoticeRequested
from shared.contracts.explanation import WaitEstimate
from shared.contracts.interactions import Personal
from shared.contracts.notification import AttemptLeased
from shared.contracts.people import Person
from shared.contracts.rooms import Alert, GroupFlushed
from shared.contracts.troubles import TroubleReported
from shared.contracts.words import TroubleWith
from shared.links import AckLinks
from tests.support.ledger import HOUR, SECOND, T0, notice, page

LINKS = PageLinks(
    links=AckLinks([b"a key of 16 or more"]),
    public_url="https://desk.example.org",
    valid_ms=72 * HOUR,
)
CODE = "042137"
WAIT = WaitEstimate(p50_s=290, p90_s=700, rests_on=("staffing",))


def code_of(_: VerificationRequested) -> str:
    return CODE


def occasion(*, possible_repeat: bool = False, shorter: bool = False, now_ms: int = T0) -> Occasion:
    return Occasion(
        now_ms=now_ms,
        links=LINKS,
        code_of=code_of,
        possible_repeat=possible_repeat,
        shorter=shorter,
    )


def told(
    content: Content, person: Person, *, possible_repeat: bool = False, shorter: bool = False
) -> Told:
    return say(content, person, occasion(possible_repeat=possible_repeat, shorter=shorter))


def customer_notice(**changes: object) -> CustomerNoticeRequested:
    """A receipt, in Dutch, unless said otherwise."""
    asked = CustomerNoticeRequested(
        event_id="boston:42:receipt",
        pool="boston",
        at_ms=T0,
        by="router",
        notice_id="boston:42:receipt",
        person="customer:boston:42",
        interaction_id="boston:42",
        purpose="receipt",
        channel="email",
        language="nl",
        wait=WAIT,
        expires_at_ms=T0 + HOUR,
        personal=Personal(name="Eva", address="eva@example.org", text="It is broken."),
    )
    return asked.model_copy(update=changes)


def longer_wait(**changes: object) -> CustomerNoticeRequested:
    more = {"purpose": "longer_wait", "told_before_s": 140, "notice_id": "boston:42:longer_wait"}
    return customer_notice(**{**more, **changes})


def trouble(trouble_with: TroubleWith = "address", about: str = "slack/dov") -> TroubleReported:
    trouble_id = f"trouble:{trouble_with}:{about}:395289:ana:email"
    return TroubleReported(
        event_id=trouble_id,
        pool="boston",
        at_ms=T0,
        by="notifier",
        trouble_id=trouble_id,
        person="ana",
        method="email",
        trouble_with=trouble_with,
        about=about,
        detail="chat.postMessage: channel_not_found",
        expires_at_ms=T0 + HOUR,
    )


def verification(**changes: object) -> VerificationRequested:
    asked = VerificationRequested(
        event_id="verify-1",
        pool="boston",
        at_ms=T0,
        by="gateway",
        actor="operator",
        verification_id="verify-1",
        person="ana",
        method="sms",
        address_hash="00",
        expires_at_ms=T0 + HOUR,
    )
    return asked.model_copy(update=changes)


FIRES = Alert(
    alert_id="chat-7",
    labels={"kind": "incident", "channel": "chat", "severity": "critical", "queue": "streets"},
    starts_at_ms=T0,
)
FIRES_TOO = Alert(
    alert_id="boston:42#first_reply/1/c1",
    labels={"kind": "escalation", "channel": "chat", "severity": "minor"},
    starts_at_ms=T0 + 60 * SECOND,
)
ENDED = Alert(
    alert_id="chat-6",
    labels={"kind": "incident", "channel": "chat", "severity": "critical"},
    starts_at_ms=T0 - HOUR,
    ends_at_ms=T0,
)


def group(*alerts: Alert, number: int = 1, **changes: object) -> GroupFlushed:
    announcement_id = f"group:room:0.1:channel=chat:{number}"
    flushed = GroupFlushed(
        event_id=announcement_id,
        pool="@installation",
        at_ms=T0,
        by="notifier",
        announcement_id=announcement_id,
        person="room",
        route="0.1",
        group=(("channel", "chat"),),
        number=number,
        because="first",
        alerts=alerts or (FIRES, FIRES_TOO, ENDED),
        expires_at_ms=T0 + HOUR,
    )
    return flushed.model_copy(update=changes)


def every_cause() -> list[Cause]:
    return [
        page(),
        notice(audience="staff"),
        notice(sequence=2, audience="managers"),
        notice(sequence=3, audience="it", purpose="recovery"),
        notice(incident_id="chat-9", backups=()),
        customer_notice(),
        customer_notice(wait=None),
        longer_wait(),
        longer_wait(wait=None),
        trouble("provider", "slack"),
        trouble("address"),
        trouble("endpoint", "webhook/room"),
        trouble("undelivered", "dov"),
        trouble("platform", "people-log"),
        verification(),
        group(),
        group(ENDED, number=2),
    ]


def digest(*causes: Cause) -> Digest:
    return Digest(causes or (notice(sequence=2), page(), trouble()))


def lease_of(person: str = "ana", method: str = "email", **changes: object) -> AttemptLeased:
    lease = AttemptLeased(
        event_id="n1/1",
        pool="boston",
        at_ms=T0,
        by="notifier",
        attempt_id="n1/1",
        notification_id="n1",
        person=person,
        method=method,
        number=1,
        message_id="page.0123",
        lease_until_ms=T0 + 30 * SECOND,
        priority=0,
    )
    return lease.model_copy(update=changes)
