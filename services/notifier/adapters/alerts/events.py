"""A message as alerts: each has a key, so that what is told twice is one, and ends what it began.

| told | key |
|---|---|
| a page | `escalation/<id>/c<cycle>`: every level and round of a cycle is the same alert |
| a notice | `outage/<incident>`: the recovery ends what the opening began |
| a room's group | `group/<its announcement, without the number>`: ended when all its alerts are |
| a trouble | `trouble/<with>/<about>` |
| a verification | `verification/<id>` |

A digest is not one alert but those of all its members, so that each of them is ended some day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

from services.notifier.adapters.delivery import UnsendableError
from services.notifier.adapters.words.telling import Tell
from services.notifier.adapters.words.told import Told
from services.notifier.core import Cause, Content, Digest
from shared.contracts.contacts import VerificationRequested
from shared.contracts.customers import CustomerNoticeRequested
from shared.contracts.escalation import PageRequested
from shared.contracts.notification import AttemptLeased
from shared.contracts.outage import NoticeRequested
from shared.contracts.people import Person
from shared.contracts.rooms import GroupFlushed
from shared.contracts.troubles import TroubleReported

_KINDS = {"page_requested": "sla_breach", "notice_requested": "outage"}
LONGEST_KEY = 255  # PagerDuty's; Opsgenie takes more


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What is to be said of one alert."""

    key: str
    told: Told
    kind: str
    about: dict[str, str]  # ids that a person may look for
    component: str  # the queue or channel that it is about
    group: str  # the pools
    at_ms: int

    @property
    def ends(self) -> bool:
        return self.told.ended

    @property
    def at(self) -> str:
        moment = datetime.fromtimestamp(self.at_ms / 1000, tz=UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def events_of(
    lease: AttemptLeased, content: Content, person: Person, tell: Tell
) -> Iterator[Event]:
    """One for each cause, in their order.

    Raises:
        UnsendableError: it is nothing for a system that keeps alerts.
    """
    for cause in content.causes if isinstance(content, Digest) else (content,):
        yield Event(
            key=_short(_key(cause)),
            told=tell(lease, cause, person),
            kind=_KINDS.get(cause.kind, "notice"),
            about=_about(cause),
            component=_component(cause),
            group=_group(cause),
            at_ms=cause.at_ms,
        )


def _key(cause: Cause) -> str:
    match cause:
        case PageRequested():
            return f"escalation/{cause.escalation_id}/c{cause.cycle}"
        case NoticeRequested():
            return f"outage/{cause.incident_id}"
        case GroupFlushed():
            return f"group/{cause.announcement_id.removeprefix('group:').rpartition(':')[0]}"
        case TroubleReported():
            return f"trouble/{cause.trouble_with}/{cause.about}"
        case VerificationRequested():
            return f"verification/{cause.verification_id}"
        case CustomerNoticeRequested():
            raise UnsendableError("alerts: a customer is not told by them")


def _short(key: str) -> str:
    """Two keys that begin alike stay two."""
    if len(key) <= LONGEST_KEY:
        return key
    digest = blake2b(key.encode(errors="surrogatepass"), digest_size=16).hexdigest()
    return f"{key[: LONGEST_KEY - 33]}/{digest}"


def _about(cause: Cause) -> dict[str, str]:
    match cause:
        case PageRequested():
            return {
                "escalation": cause.escalation_id,
                "interaction": cause.interaction_id,
                "level": str(cause.level),
                "round": str(cause.round),
            }
        case NoticeRequested():
            return {"incident": cause.incident_id, "update": str(cause.sequence)}
        case _:
            return {}


def _component(cause: Cause) -> str:
    match cause:
        case PageRequested():
            return cause.queue
        case NoticeRequested():
            return cause.channel
        case _:
            return "switchyard"


def _group(cause: Cause) -> str:
    match cause:
        case PageRequested():
            return cause.pool
        case NoticeRequested():
            return ", ".join(cause.pools)[:200]
        case _:
            return ""
