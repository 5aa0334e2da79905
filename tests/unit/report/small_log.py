"""A small clean log: one contact answered, one given up, one breach paged and acknowledged."""

from collections.abc import Callable
from dataclasses import replace

from shared.contracts.agents import OfferAnswered
from shared.contracts.configuration import (
    Agent,
    Calendar,
    ChannelSettings,
    EscalationLevel,
    EscalationPolicy,
    LanguageLevel,
    PoolDocument,
    Queue,
    SlaPolicy,
    SlaTarget,
    canonical,
    hash_of,
)
from shared.contracts.escalation import (
    DueExplanation,
    EscalationAcknowledged,
    EscalationOpened,
    LevelCopy,
    PageAcknowledged,
    PageRecalled,
    PageRequested,
    SlaBreached,
    SlaCancelled,
    SlaClockStarted,
    SlaMet,
)
from shared.contracts.event import Event
from shared.contracts.interactions import CustomerAbandoned, InteractionReceived, SkillNeed
from shared.contracts.notification import (
    AttemptEnded,
    AttemptLeased,
    NotificationEnded,
    NotificationOpened,
)
from shared.contracts.people import PeopleDocument, Person
from shared.contracts.presence import AgentChanged
from shared.contracts.routing import (
    Candidate,
    CapacityReleased,
    InteractionAbandoned,
    InteractionAssigned,
    InteractionClosed,
    InteractionQueued,
    OfferDecision,
    OfferEnded,
    OfferMade,
    QueueDecision,
)
from shared.contracts.topics import CONFIG, PEOPLE_LOG, POOL_LOG, SYSTEM_LOG
from shared.contracts.words import Channel
from shared.log import LogRecord
from switchyard.report.build import Topics

T0 = 1_423_062_000_000  # 2015-02-04T15:00:00Z, ten in the morning in Boston
MINUTE = 60_000
POOL = "north"

DOCUMENT = PoolDocument(
    pool=POOL,
    default_language="en",
    default_queue="general",
    queues=(Queue(name="general", skills=(SkillNeed(skill="snow", level=2),)),),
    skills=("snow",),
    channels={
        "voice": ChannelSettings(units=100, wrap_up_s=30, min_language_level=2, backups=("sms",)),
        "sms": ChannelSettings(units=50, min_language_level=2),
    },
    agents=(
        Agent(
            id="ana",
            skills={"snow": 3},
            languages={"en": LanguageLevel(), "ro": LanguageLevel(spoken=4)},
            channels={"voice": 1, "sms": 1},
        ),
        Agent(
            id="ben",
            skills={"snow": 1},
            languages={"en": LanguageLevel()},
            channels={"voice": 1},
        ),
    ),
    calendars=(Calendar(name="always", timezone="America/New_York", week={}),),
    sla_policies=(
        SlaPolicy(
            name="standard",
            targets=(
                SlaTarget(
                    metric="first_reply", open_s=60, met_by="assignment", escalation_policy="duty"
                ),
            ),
        ),
    ),
    default_sla_policy="standard",
    escalation_policies=(
        EscalationPolicy(name="duty", levels=(EscalationLevel(people=("mia",)),)),
    ),
)
CONTENT = canonical(DOCUMENT)
HASH = hash_of(CONTENT)
PEOPLE = canonical(
    PeopleDocument(
        people=(
            Person(id="mia", locale="he", email="mia@example.com"),
            Person(id="floor", locale="ro", email="floor@example.com"),
        )
    )
)
CONFIG_RECORDS = tuple(
    LogRecord(CONFIG, 0, offset, "", "operator", 0, f"document/{hash_of(content)}", content)
    for offset, content in enumerate((CONTENT, PEOPLE))
)


class Log:
    """Appends to one partition of each topic; facts get the source of a shard's decision."""

    def __init__(self) -> None:
        self.records: list[LogRecord] = []
        self._offset = {POOL_LOG: 0, SYSTEM_LOG: 0, PEOPLE_LOG: 0}
        self._number = 0

    @property
    def pool(self) -> int:
        """The offset after the last one; something that decides nothing itself was read there."""
        return self._offset[POOL_LOG]

    @property
    def system(self) -> int:
        return self._offset[SYSTEM_LOG]

    @property
    def people(self) -> int:
        return self._offset[PEOPLE_LOG]

    def append(self, topic: str, event: Event, source: str = "") -> int:
        offset = self._offset[topic]
        self._offset[topic] += 1
        kind = event.kind  # type: ignore[attr-defined]  # every concrete event has one
        value = event.model_dump_json().encode()
        self.records.append(
            LogRecord(topic, 0, offset, kind, event.by, event.at_ms, event.pool, value, source)
        )
        return offset

    def decide(self, service: str, on: int, *facts: tuple[str, Event]) -> None:
        """Facts that a service decided on the record at that offset of its input."""
        for topic, fact in facts:
            self.append(topic, fact, f"{service}-0:{on}:{self._number}")
            self._number += 1

    def route(self, on: int, *facts: Event) -> None:
        self.decide("router", on, *((POOL_LOG, fact) for fact in facts))

    def topics(self) -> Topics:
        return topics_of(self.records)


def topics_of(records: list[LogRecord]) -> Topics:
    return Topics(
        pool_log=[it for it in records if it.topic == POOL_LOG],
        system_log=[it for it in records if it.topic == SYSTEM_LOG],
        people_log=[it for it in records if it.topic == PEOPLE_LOG],
        config=CONFIG_RECORDS,
    )


def doctored(
    change: Callable[[Event], Event | None], *, kind: str, nth: int = 0
) -> list[LogRecord]:
    """The clean log with its n-th record of a kind changed, or left out where None comes back."""
    records, seen, found = clean_log().records, 0, []
    for record in records:
        if record.kind == kind:
            seen += 1
            if seen == nth + 1:
                event = change(record.event())
                if event is None:
                    continue
                record = replace(record, value=event.model_dump_json().encode())  # noqa: PLW2901 - the changed copy takes its place
        found.append(record)
    return found


def received(name: str, at_ms: int, **more: object) -> InteractionReceived:
    return InteractionReceived.model_validate(
        {
            "event_id": f"{POOL}:{name}#received",
            "pool": POOL,
            "at_ms": at_ms,
            "by": "gateway",
            "actor": "system:test",
            "interaction_id": f"{POOL}:{name}",
            "channel": "voice",
            "body_hash": "x",
            "language": "en",
            "language_source": "given",
            **more,
        }
    )


def queued(name: str, at_ms: int) -> InteractionQueued:
    return InteractionQueued(
        event_id=f"{POOL}:{name}#queued/1", pool=POOL, at_ms=at_ms, by="router",
        cause=f"{POOL}:{name}#received", config=HASH, interaction_id=f"{POOL}:{name}",
        channel="voice", queue="general", language="en", language_source="given",
        skills=(SkillNeed(skill="snow", level=2),), priority="normal", waiting_since_ms=at_ms,
        order_ms=at_ms, why=QueueDecision(rule="default"),
    )  # fmt: skip


def offered(
    name: str,
    at_ms: int,
    *,
    attempt: int = 1,
    agent: str = "ana",
    channel: Channel = "voice",
) -> OfferMade:
    return OfferMade(
        event_id=f"{POOL}:{name}#offer/{attempt}", pool=POOL, at_ms=at_ms, by="router",
        config=HASH, offer_id=f"{POOL}:{name}:{attempt}", interaction_id=f"{POOL}:{name}",
        attempt=attempt, agent_id=agent, agent_epoch=1, channel=channel, queue="general",
        language="en", expires_at_ms=at_ms + 30_000, waited_ms=0,
        why=OfferDecision(
            strategy="longest_ready", rank_names=("ready_since",),
            chosen=Candidate(agent_id=agent, rank=(0,)), eligible=1, eligible_counted_to=10,
            language_tag="en", trigger="received",
        ),
    )  # fmt: skip


def ended(name: str, at_ms: int, attempt: int = 1, **more: object) -> OfferEnded:
    return OfferEnded.model_validate(
        {
            "event_id": f"{POOL}:{name}#offer_ended/{attempt}", "pool": POOL, "at_ms": at_ms,
            "by": "router", "config": HASH, "offer_id": f"{POOL}:{name}:{attempt}",
            "interaction_id": f"{POOL}:{name}", "agent_id": "ana", "end": "declined", **more,
        }
    )  # fmt: skip


def assigned(
    name: str, at_ms: int, *, attempt: int = 1, waited_ms: int = 0, channel: Channel = "voice"
) -> InteractionAssigned:
    return InteractionAssigned(
        event_id=f"{POOL}:{name}#assigned/{attempt}", pool=POOL, at_ms=at_ms, by="router",
        config=HASH, interaction_id=f"{POOL}:{name}", offer_id=f"{POOL}:{name}:{attempt}",
        agent_id="ana", channel=channel, queue="general", language="en", waited_ms=waited_ms,
    )  # fmt: skip


def clock_started(name: str, at_ms: int) -> SlaClockStarted:
    return SlaClockStarted(
        event_id=f"{POOL}:{name}#first_reply/1", pool=POOL, at_ms=at_ms, by="escalation",
        config=HASH, interaction_id=f"{POOL}:{name}", metric="first_reply", queue="general",
        channel="voice", language="en", policy="standard", started_at_ms=at_ms,
        due_at_ms=at_ms + MINUTE,
        why=DueExplanation(target="60 s", calendar="always", counted_from_ms=at_ms),
    )  # fmt: skip


def page(name: str, at_ms: int, **more: object) -> PageRequested:
    escalation = f"{POOL}:{name}#first_reply/1"
    return PageRequested.model_validate(
        {
            "event_id": f"{escalation}:c1:r1:l1:mia:email", "pool": POOL, "at_ms": at_ms,
            "by": "escalation", "config": HASH,
            "page_id": f"{escalation}:c1:r1:l1:mia:email", "escalation_id": escalation,
            "interaction_id": f"{POOL}:{name}", "metric": "first_reply", "cycle": 1, "round": 1,
            "level": 1, "person": "mia", "method": "email", "queue": "general",
            "channel": "voice", "language": "en", "due_at_ms": at_ms,
            "expires_at_ms": at_ms + 60 * MINUTE, **more,
        }
    )  # fmt: skip


def leased(page_id: str, at_ms: int, number: int = 1) -> AttemptLeased:
    return AttemptLeased(
        event_id=f"{page_id}/{number}#leased", pool=POOL, at_ms=at_ms, by="notifier",
        attempt_id=f"{page_id}/{number}", notification_id=page_id, person="mia", method="email",
        number=number, message_id=f"<{page_id}>", lease_until_ms=at_ms + 30_000,
    )  # fmt: skip


def clean_log() -> Log:
    """`a` is answered late after a breach, `b` at once, `c` hangs up; half an hour passes."""
    log = Log()
    log.route(
        0,
        AgentChanged(
            event_id=f"{POOL}/ana#1", pool=POOL, at_ms=T0, by="router", config=HASH,
            agent_id="ana", status="ready", epoch=1, number=1, reason="reported",
        ),
    )  # fmt: skip
    _answered(log, "b", T0 + 1_000)
    _breached(log, "a", T0 + 5 * MINUTE)
    _given_up(log, "c", T0 + 20 * MINUTE)
    _answered(log, "d", T0 + 40 * MINUTE)
    return log


def _answered(log: Log, name: str, at_ms: int) -> None:
    on = log.append(POOL_LOG, received(name, at_ms))
    log.route(on, queued(name, at_ms), offered(name, at_ms))
    log.decide("escalation", on + 1, (POOL_LOG, clock_started(name, at_ms)))
    _accept_and_close(log, name, at_ms, at_ms + 7_000)
    log.decide("escalation", on + 5, (POOL_LOG, _met(name, at_ms, at_ms + 7_000)))


def _accept_and_close(log: Log, name: str, arrived_ms: int, at_ms: int) -> None:
    on = log.append(
        POOL_LOG,
        OfferAnswered(
            event_id=f"{POOL}:{name}:1#accept", pool=POOL, at_ms=at_ms, by="gateway",
            actor="agent:ana", offer_id=f"{POOL}:{name}:1", interaction_id=f"{POOL}:{name}",
            agent_id="ana", answer="accept",
        ),
    )  # fmt: skip
    log.route(
        on,
        assigned(name, at_ms, waited_ms=at_ms - arrived_ms),
        InteractionClosed(
            event_id=f"{POOL}:{name}#closed", pool=POOL, at_ms=at_ms + 60_000, by="router",
            config=HASH, interaction_id=f"{POOL}:{name}", queue="general", agent_id="ana",
            outcome="solved", answered=True, wrap_up_until_ms=at_ms + 90_000,
        ),
        CapacityReleased(
            event_id=f"{POOL}:{name}#released", pool=POOL, at_ms=at_ms + 90_000, by="router",
            config=HASH, interaction_id=f"{POOL}:{name}", agent_id="ana", early=False,
        ),
    )  # fmt: skip


def _met(name: str, at_ms: int, met_ms: int, late_ms: int = 0) -> SlaMet:
    return SlaMet(
        event_id=f"{POOL}:{name}#first_reply/1/met", pool=POOL, at_ms=met_ms, by="escalation",
        config=HASH, interaction_id=f"{POOL}:{name}", metric="first_reply",
        due_at_ms=at_ms + MINUTE, late_ms=late_ms,
    )  # fmt: skip


def _breached(log: Log, name: str, at_ms: int) -> None:
    on = log.append(POOL_LOG, received(name, at_ms))
    log.route(on, queued(name, at_ms))
    due = at_ms + MINUTE
    escalation = f"{POOL}:{name}#first_reply/1"
    breach = SlaBreached(
        event_id=f"{escalation}/breached", pool=POOL, at_ms=due, by="escalation", config=HASH,
        interaction_id=f"{POOL}:{name}", metric="first_reply", queue="general", channel="voice",
        language="en", due_at_ms=due,
    )  # fmt: skip
    opened = EscalationOpened(
        event_id=f"{escalation}:c1", pool=POOL, at_ms=due, by="escalation", config=HASH,
        escalation_id=escalation, interaction_id=f"{POOL}:{name}", metric="first_reply", cycle=1,
        policy="duty", levels=(LevelCopy(after_ms=0, people=("mia",)),), rounds=1,
        round_ms=30 * MINUTE, queue="general", channel="voice", language="en", due_at_ms=due,
    )  # fmt: skip
    request = page(name, due)
    log.decide(
        "escalation",
        on + 1,
        (POOL_LOG, clock_started(name, at_ms)),
        (POOL_LOG, breach),
        (POOL_LOG, opened),
        (POOL_LOG, request),
        (PEOPLE_LOG, request),
    )
    _told(log, request, due + 1_000)
    _acknowledged(log, request, due + 4 * MINUTE)
    log.route(on + 3, offered(name, due + 5 * MINUTE))
    _accept_and_close(log, name, at_ms, due + 5 * MINUTE)
    late = 5 * MINUTE
    log.decide("escalation", on + 9, (POOL_LOG, _met(name, at_ms, due + late, late)))


def _told(log: Log, request: PageRequested, at_ms: int) -> None:
    key = request.page_id
    opened = NotificationOpened(
        event_id=f"{key}#opened", pool=POOL, at_ms=at_ms, by="notifier", notification_id=key,
        person="mia", method="email", escalation_id=request.escalation_id, cycle=1,
        expires_at_ms=request.expires_at_ms,
    )  # fmt: skip
    log.decide("notifier", 0, (PEOPLE_LOG, opened), (PEOPLE_LOG, leased(key, at_ms)))
    attempt = AttemptEnded(
        event_id=f"{key}/1#ended", pool=POOL, at_ms=at_ms + 500, by="notifier",
        attempt_id=f"{key}/1", notification_id=key, person="mia", outcome="accepted",
    )  # fmt: skip
    on = log.append(PEOPLE_LOG, attempt)
    end = NotificationEnded(
        event_id=f"{key}#ended", pool=POOL, at_ms=at_ms + 600, by="notifier", notification_id=key,
        person="mia", end="accepted", reason="the provider took it", attempts=1,
        possible_repeats=0,
    )  # fmt: skip
    log.decide("notifier", on, (PEOPLE_LOG, end))


def _acknowledged(log: Log, request: PageRequested, at_ms: int) -> None:
    key = request.escalation_id
    acknowledged = PageAcknowledged(
        event_id=f"{key}:c1:mia#ack", pool=POOL, at_ms=at_ms, by="gateway", actor="person:mia",
        escalation_id=key, cycle=1, person="mia", page_id=request.page_id, via="link",
    )  # fmt: skip
    on = log.append(POOL_LOG, acknowledged)
    fact = EscalationAcknowledged(
        event_id=f"{key}:c1#acknowledged", pool=POOL, at_ms=at_ms, by="escalation", config=HASH,
        escalation_id=key, cycle=1, person="mia", after_ms=4 * MINUTE,
    )  # fmt: skip
    recall = PageRecalled(
        event_id=f"{key}:c1#recalled/mia", pool=POOL, at_ms=at_ms, by="escalation", config=HASH,
        escalation_id=key, cycle=1, person="mia", reason="acknowledged",
    )  # fmt: skip
    log.decide("escalation", on, (POOL_LOG, fact), (POOL_LOG, recall), (PEOPLE_LOG, recall))


def _given_up(log: Log, name: str, at_ms: int) -> None:
    on = log.append(POOL_LOG, received(name, at_ms))
    log.route(on, queued(name, at_ms), offered(name, at_ms))
    log.decide("escalation", on + 1, (POOL_LOG, clock_started(name, at_ms)))
    left = CustomerAbandoned(
        event_id=f"{POOL}:{name}#left", pool=POOL, at_ms=at_ms + 20_000, by="gateway",
        actor="customer", interaction_id=f"{POOL}:{name}",
    )  # fmt: skip
    gave_up = log.append(POOL_LOG, left)
    log.route(
        gave_up,
        ended(name, at_ms + 20_000, end="withdrawn"),
        InteractionAbandoned(
            event_id=f"{POOL}:{name}#abandoned", pool=POOL, at_ms=at_ms + 20_000, by="router",
            config=HASH, interaction_id=f"{POOL}:{name}", queue="general", waited_ms=20_000,
        ),
    )  # fmt: skip
    cancelled = SlaCancelled(
        event_id=f"{POOL}:{name}#first_reply/1/cancelled", pool=POOL, at_ms=at_ms + 20_000,
        by="escalation", config=HASH, interaction_id=f"{POOL}:{name}", metric="first_reply",
        reason="abandoned",
    )  # fmt: skip
    log.decide("escalation", gave_up + 2, (POOL_LOG, cancelled))
