"""The small clean log, and half an hour in which calls are moved to texts, parked, and return."""

from collections.abc import Callable
from dataclasses import replace

from shared.contracts.configuration import INSTALLATION
from shared.contracts.event import Event
from shared.contracts.interactions import CustomerAbandoned
from shared.contracts.notification import (
    AttemptEnded,
    AttemptLeased,
    NotificationEnded,
    NotificationOpened,
)
from shared.contracts.outage import (
    ChannelFailedOver,
    ChannelHealthChanged,
    ChannelRestored,
    Evidence,
    IncidentOpened,
    IncidentResolved,
    IncidentUpdated,
    NoticeRequested,
)
from shared.contracts.routing import (
    InteractionAbandoned,
    InteractionClosed,
    InteractionMoved,
    InteractionParked,
    MoveCounts,
)
from shared.contracts.topics import PEOPLE_LOG, POOL_LOG, SYSTEM_LOG
from shared.contracts.words import Audience, Channel, ContactMethod, NoticePurpose
from shared.log import LogRecord
from tests.unit.report.small_log import (
    HASH,
    MINUTE,
    POOL,
    T0,
    Log,
    assigned,
    clean_log,
    offered,
    queued,
    received,
)

T1 = T0 + 60 * MINUTE  # the first bad look
DOWN, UPDATED, OVER = T1 + 2 * MINUTE, T1 + 17 * MINUTE, T1 + 25 * MINUTE
INCIDENT = "voice-1"
TOLD: tuple[tuple[str, Audience], ...] = (("mia", "managers"), ("floor", "staff"))
_SEEN = Evidence(signal="probe", at_ms=T1, detail="telephone: 503 x1")


def outage_log() -> Log:
    """Of three calls one is answered by text; one waits by text and one is parked until the end."""
    log = clean_log()
    log.decide("outage", log.system, (SYSTEM_LOG, health("suspect", 1, T1)))
    _begin(log)
    _moved_and_answered(log, "m", DOWN + MINUTE)
    _moved_and_waiting(log, "n", DOWN + 2 * MINUTE)
    _parked(log, "p", DOWN + 3 * MINUTE)
    _update(log)
    _end(log)
    return log


def doctored_outage(
    change: Callable[[Event], Event | None],
    *,
    kind: str,
    topic: str,
    nth: int = 0,
) -> list[LogRecord]:
    """The log with its n-th record of a kind in a topic changed, or left out for None."""
    records = outage_log().records
    place = [n for n, it in enumerate(records) if (it.kind, it.topic) == (kind, topic)][nth]
    event = change(records[place].event())
    if event is None:
        return records[:place] + records[place + 1 :]
    value = event.model_dump_json().encode()
    return [*records[:place], replace(records[place], value=value), *records[place + 1 :]]


def health(now: str, number: int, at_ms: int) -> ChannelHealthChanged:
    return ChannelHealthChanged.model_validate(
        {
            "event_id": f"voice#health/{number}", "pool": INSTALLATION, "at_ms": at_ms,
            "by": "outage", "channel": "voice", "number": number, "health": now,
            "before": {"suspect": "healthy", "failed_over": "suspect"}.get(now, "failed_over"),
            "evidence": [_SEEN],
        }
    )  # fmt: skip


def _begin(log: Log) -> None:
    opened = IncidentOpened(
        event_id=f"{INCIDENT}/opened", pool=INSTALLATION, at_ms=DOWN, by="outage",
        incident_id=INCIDENT, channel="voice", pools=(POOL,), severity="critical", title="",
        opened_by="probe", evidence=(_SEEN,), next_update_at_ms=UPDATED,
    )  # fmt: skip
    down = ChannelFailedOver(
        event_id=f"{INCIDENT}/failed_over/{POOL}", pool=POOL, at_ms=DOWN, by="outage",
        channel="voice", incident_id=INCIDENT, epoch=2,
    )  # fmt: skip
    facts = (health("failed_over", 2, DOWN), opened, down)
    log.decide("outage", log.system, *((SYSTEM_LOG, it) for it in facts), (POOL_LOG, down))
    _tell(log, 1, "opening", DOWN)


def _update(log: Log) -> None:
    updated = IncidentUpdated(
        event_id=f"{INCIDENT}/updated/2", pool=INSTALLATION, at_ms=UPDATED + 1_000, by="outage",
        incident_id=INCIDENT, sequence=2, automatic=True, status="investigating",
        severity="critical", next_update_at_ms=UPDATED + 15 * MINUTE, moved=2, parked=1,
    )  # fmt: skip
    log.decide("outage", log.system, (SYSTEM_LOG, updated))
    _tell(log, 2, "update", UPDATED + 1_000)


def _end(log: Log) -> None:
    over = ChannelRestored(
        event_id=f"{INCIDENT}/restored/{POOL}", pool=POOL, at_ms=OVER, by="outage",
        channel="voice", incident_id=INCIDENT, epoch=3,
    )  # fmt: skip
    resolved = IncidentResolved(
        event_id=f"{INCIDENT}/resolved", pool=INSTALLATION, at_ms=OVER, by="outage",
        incident_id=INCIDENT, sequence=3, resolved_by="probe", lasted_ms=OVER - DOWN,
        moved=2, parked=1,
    )  # fmt: skip
    facts = (health("healthy", 3, OVER), over, resolved)
    log.decide("outage", log.system, *((SYSTEM_LOG, it) for it in facts))
    on = log.append(POOL_LOG, over)
    log.route(
        on,
        moved("n", OVER, 2, back=True, counts=MoveCounts(moved=2, parked=1, returned=1)),
        moved(
            "p", OVER, 2, back=True, parked=True, counts=MoveCounts(moved=2, parked=1, returned=2)
        ),
        offered("n", OVER).model_copy(update={"cause": over.event_id}),
    )
    _take(log, "n", "voice", OVER + 5_000)
    _leave(log, "p", OVER + MINUTE)
    _tell(log, 3, "recovery", OVER)


def moved(
    name: str,
    at_ms: int,
    number: int = 1,
    *,
    counts: MoveCounts,
    back: bool = False,
    parked: bool = False,
) -> InteractionMoved:
    return InteractionMoved(
        event_id=f"{POOL}:{name}#moved/{number}", pool=POOL, at_ms=at_ms, by="router",
        config=HASH, interaction_id=f"{POOL}:{name}", number=number, incident_id=INCIDENT,
        direction="back" if back else "to_backup", queue="general", home_channel="voice",
        from_channel="voice" if parked or not back else "sms",
        to_channel="voice" if back else "sms", was_parked=parked, waiting_since_ms=at_ms,
        order_ms=at_ms, moves=counts,
    )  # fmt: skip


def _moved_and_answered(log: Log, name: str, at_ms: int) -> None:
    on = log.append(POOL_LOG, received(name, at_ms, reachable_by=["sms"]))
    log.route(
        on,
        queued(name, at_ms),
        moved(name, at_ms, counts=MoveCounts(moved=1)),
        offered(name, at_ms, channel="sms"),
    )
    _take(log, name, "sms", at_ms + 9_000)


def _moved_and_waiting(log: Log, name: str, at_ms: int) -> None:
    on = log.append(POOL_LOG, received(name, at_ms, reachable_by=["sms"]))
    log.route(on, queued(name, at_ms), moved(name, at_ms, counts=MoveCounts(moved=2)))


def _parked(log: Log, name: str, at_ms: int) -> None:
    parked = InteractionParked(
        event_id=f"{POOL}:{name}#parked/1", pool=POOL, at_ms=at_ms, by="router", config=HASH,
        interaction_id=f"{POOL}:{name}", queue="general", reason="channel_down",
        detail="voice is down; of its backups: sms does not reach the customer",
        incident_id=INCIDENT, moves=MoveCounts(moved=2, parked=1),
    )  # fmt: skip
    on = log.append(POOL_LOG, received(name, at_ms))
    log.route(on, queued(name, at_ms), parked)


def _take(log: Log, name: str, channel: Channel, at_ms: int) -> None:
    """The offer is accepted, and closed a minute later."""
    closed = InteractionClosed(
        event_id=f"{POOL}:{name}#closed", pool=POOL, at_ms=at_ms + MINUTE, by="router",
        config=HASH, interaction_id=f"{POOL}:{name}", queue="general", agent_id="ana",
        outcome="solved", answered=True,
    )  # fmt: skip
    log.route(log.pool, assigned(name, at_ms, waited_ms=9_000, channel=channel), closed)


def _leave(log: Log, name: str, at_ms: int) -> None:
    left = CustomerAbandoned(
        event_id=f"{POOL}:{name}#left", pool=POOL, at_ms=at_ms, by="gateway", actor="customer",
        interaction_id=f"{POOL}:{name}",
    )  # fmt: skip
    abandoned = InteractionAbandoned(
        event_id=f"{POOL}:{name}#abandoned", pool=POOL, at_ms=at_ms, by="router", config=HASH,
        interaction_id=f"{POOL}:{name}", queue="general", waited_ms=MINUTE,
    )  # fmt: skip
    log.route(log.append(POOL_LOG, left), abandoned)


def _tell(log: Log, sequence: int, purpose: NoticePurpose, at_ms: int) -> None:
    """Everybody is told, and it arrives."""
    for person, audience in TOLD:
        notice = notice_of(sequence, purpose, at_ms, person, audience)
        log.decide("outage", log.system, (SYSTEM_LOG, notice), (PEOPLE_LOG, notice))
        arrive(log, notice, at_ms + 500)


def notice_of(
    sequence: int,
    purpose: NoticePurpose,
    at_ms: int,
    person: str,
    audience: Audience,
    *,
    method: ContactMethod = "email",
    incident_id: str = INCIDENT,
) -> NoticeRequested:
    key = f"{incident_id}:n{sequence}:{person}:{method}"
    return NoticeRequested(
        event_id=key, pool=INSTALLATION, at_ms=at_ms, by="outage", notice_id=key,
        incident_id=incident_id, sequence=sequence, purpose=purpose, audience=audience,
        person=person, method=method, channel="voice", backups=("sms",), pools=(POOL,),
        severity="critical", status="investigating", opened_by="probe", evidence=(_SEEN,),
        started_at_ms=DOWN, expires_at_ms=at_ms + 24 * 60 * MINUTE,
    )  # fmt: skip


def arrive(log: Log, notice: NoticeRequested, at_ms: int) -> None:
    key, person = notice.notice_id, notice.person
    opened = NotificationOpened(
        event_id=f"{key}#opened", pool=INSTALLATION, at_ms=at_ms, by="notifier",
        notification_id=key, person=person, method=notice.method, incident_id=notice.incident_id,
        expires_at_ms=notice.expires_at_ms,
    )  # fmt: skip
    leased = AttemptLeased(
        event_id=f"{key}/1#leased", pool=INSTALLATION, at_ms=at_ms, by="notifier",
        attempt_id=f"{key}/1", notification_id=key, person=person, method=notice.method, number=1,
        message_id=f"<{key}>", lease_until_ms=at_ms + 30_000,
    )  # fmt: skip
    attempt = AttemptEnded(
        event_id=f"{key}/1#ended", pool=INSTALLATION, at_ms=at_ms + 500, by="notifier",
        attempt_id=f"{key}/1", notification_id=key, person=person, outcome="accepted",
    )  # fmt: skip
    ended = NotificationEnded(
        event_id=f"{key}#ended", pool=INSTALLATION, at_ms=at_ms + 600, by="notifier",
        notification_id=key, person=person, end="accepted", reason="the provider took it",
        attempts=1, possible_repeats=0,
    )  # fmt: skip
    log.decide("notifier", log.people, (PEOPLE_LOG, opened), (PEOPLE_LOG, leased))
    log.decide("notifier", log.append(PEOPLE_LOG, attempt), (PEOPLE_LOG, ended))
