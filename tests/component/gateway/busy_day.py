"""A day at three pools in ten languages, with an outage: what fills the board in tests."""

from collections.abc import Iterator

from shared.contracts import escalation, outage, presence, routing
from shared.contracts.configuration import (
    INSTALLATION,
    Agent,
    ChannelSettings,
    LanguageLevel,
    PoolDocument,
    Queue,
)
from shared.contracts.event import Event
from shared.contracts.words import Channel
from tests.component.gateway.house import T0

LANGUAGES = ("en", "es", "pt-BR", "zh", "ht", "vi", "ru", "ar", "he", "so")
QUEUES = {
    "boston": ("streets", "parking", "waste", "water"),
    "support": ("orders", "payments", "returns"),
    "vip": ("concierge", "billing"),
}
CHANNELS: tuple[Channel, ...] = ("voice", "chat", "email", "sms", "web_form")
MINUTE = 60_000


def document(pool: str) -> PoolDocument:
    return PoolDocument(
        pool=pool,
        default_language="en",
        default_queue=QUEUES[pool][0],
        queues=tuple(Queue(name=name) for name in QUEUES[pool]),
        channels={
            channel: ChannelSettings(backups=("email",) if channel == "chat" else ())
            for channel in CHANNELS
        },
        agents=tuple(
            Agent(
                id=f"{pool}-{number}",
                languages={tag: LanguageLevel() for tag in LANGUAGES},
                channels={"chat": 3},
            )
            for number in range(20)
        ),
    )


def pool_events(now_ms: int = T0) -> Iterator[Event]:
    """What pool-log tells."""
    for pool in QUEUES:
        yield from _agents(pool, now_ms)
        yield from _contacts(pool, now_ms)


def _head(pool: str, event_id: str, at_ms: int, by: str) -> dict[str, object]:
    return {"event_id": event_id, "pool": pool, "at_ms": at_ms, "by": by}


def _agents(pool: str, now_ms: int) -> Iterator[Event]:
    for number in range(18):
        yield agents_status(pool, number, "away" if number % 9 == 0 else "ready", now_ms)


def agents_status(pool: str, number: int, status: str, now_ms: int) -> Event:
    return presence.AgentChanged.model_validate(
        _head(pool, f"{pool}-{number}#{status}", now_ms, "router")
        | {
            "agent_id": f"{pool}-{number}",
            "status": status,
            "epoch": 1,
            "number": 1,
            "reason": "reported",
        }
    )


def _contacts(pool: str, now_ms: int) -> Iterator[Event]:
    queues = QUEUES[pool]
    for number in range({"boston": 74, "support": 41, "vip": 9}[pool]):
        queue = queues[min(number * number % 7, len(queues) - 1)]
        language = LANGUAGES[min(number % 13, number % 10)]
        since_ms = now_ms - (number * 37 % 31) * 21_000 - 9_000
        yield waits(pool, number, queue=queue, language=language, since_ms=since_ms)
        if number % 4 == 0:
            due_ms = since_ms + 5 * MINUTE
            yield clock(pool, number, queue, language, since_ms=since_ms, due_ms=due_ms)
            if due_ms < now_ms:
                yield missed(pool, number, queue, language, due_ms=due_ms)
                if number % 8 == 0:
                    yield from escalated(pool, number, queue, language, at_ms=due_ms)
    for number in range(14):
        agent_id, key = f"{pool}-{number}", f"{pool}:busy-{number}"
        yield waits(pool, f"busy-{number}", queue=queues[0], language="en", since_ms=now_ms)
        yield routing.InteractionAssigned(
            event_id=f"{key}#assigned/1",
            pool=pool,
            at_ms=now_ms,
            by="router",
            interaction_id=key,
            offer_id=f"{key}:1",
            agent_id=agent_id,
            channel="voice",
            queue=queues[0],
            language="en",
            waited_ms=900,
        )


def waits(
    pool: str, number: int | str, *, queue: str, language: str, since_ms: int
) -> routing.InteractionQueued:
    return routing.InteractionQueued(
        event_id=f"{pool}:{number}#queued",
        pool=pool,
        at_ms=since_ms,
        by="router",
        interaction_id=f"{pool}:{number}",
        channel="chat",
        queue=queue,
        language=language,
        language_source="given",
        priority="normal",
        waiting_since_ms=since_ms,
        order_ms=since_ms,
        why=routing.QueueDecision(rule="default"),
    )


def clock(
    pool: str, number: int, queue: str, language: str, *, since_ms: int, due_ms: int
) -> escalation.SlaClockStarted:
    return escalation.SlaClockStarted(
        event_id=f"{pool}:{number}#first_reply/1",
        pool=pool,
        at_ms=since_ms,
        by="escalation",
        interaction_id=f"{pool}:{number}",
        metric="first_reply",
        queue=queue,
        channel="chat",
        language=language,
        policy="standard",
        started_at_ms=since_ms,
        due_at_ms=due_ms,
        why=escalation.DueExplanation(target="300 s", calendar="always", counted_from_ms=since_ms),
    )


def missed(
    pool: str, number: int, queue: str, language: str, *, due_ms: int
) -> escalation.SlaBreached:
    return escalation.SlaBreached(
        event_id=f"{pool}:{number}#first_reply/1/breached",
        pool=pool,
        at_ms=due_ms,
        by="escalation",
        interaction_id=f"{pool}:{number}",
        metric="first_reply",
        queue=queue,
        channel="chat",
        language=language,
        due_at_ms=due_ms,
    )


def escalated(
    pool: str, number: int, queue: str, language: str, *, at_ms: int
) -> tuple[Event, Event]:
    key = f"{pool}:{number}#first_reply/1"
    person = {"boston": "maria.santos", "support": "noor.devries", "vip": "dana.levi"}[pool]
    opened = escalation.EscalationOpened(
        event_id=f"{key}/opened/1",
        pool=pool,
        at_ms=at_ms,
        by="escalation",
        escalation_id=key,
        interaction_id=f"{pool}:{number}",
        metric="first_reply",
        cycle=1,
        policy="managers",
        levels=(escalation.LevelCopy(after_ms=0, people=(person,)),),
        rounds=1,
        round_ms=MINUTE,
        queue=queue,
        channel="chat",
        language=language,
        due_at_ms=at_ms,
    )
    page = escalation.PageRequested(
        event_id=f"{key}:c1:r1:l1:{person}:email",
        pool=pool,
        at_ms=at_ms,
        by="escalation",
        page_id=f"{key}:c1:r1:l1:{person}:email",
        escalation_id=key,
        interaction_id=f"{pool}:{number}",
        metric="first_reply",
        cycle=1,
        round=1,
        level=1,
        person=person,
        method="email",
        queue=queue,
        channel="chat",
        language=language,
        due_at_ms=at_ms,
        expires_at_ms=at_ms + 240 * MINUTE,
    )
    return opened, page


def health(
    channel: Channel, number: int, value: str, *, at_ms: int, incident_id: str | None = None
) -> outage.ChannelHealthChanged:
    return outage.ChannelHealthChanged.model_validate(
        _head(INSTALLATION, f"{channel}#health/{number}", at_ms, "outage")
        | {
            "channel": channel,
            "number": number,
            "before": "healthy",
            "health": value,
            "incident_id": incident_id,
        }
    )


def opened(
    incident_id: str = "chat-1",
    *,
    at_ms: int,
    cause: str | None = None,
    title: str = "Chat is down: the vendor's platform does not answer",
    pools: tuple[str, ...] = tuple(QUEUES),
) -> outage.IncidentOpened:
    return outage.IncidentOpened(
        event_id=f"{incident_id}#opened",
        pool=INSTALLATION,
        at_ms=at_ms,
        by="outage",
        cause=cause,
        incident_id=incident_id,
        channel="chat",
        pools=pools,
        severity="critical",
        title=title,
        message="We are looking into it.",
        opened_by="person" if cause else "probe",
        evidence=(outage.Evidence(signal="probe", at_ms=at_ms, detail="timeout"),),
        next_update_at_ms=at_ms + 15 * MINUTE,
    )


def moved(
    number: int,
    *,
    at_ms: int,
    pool: str = "boston",
    counts: tuple[int, int, int],
    direction: str = "to_backup",
) -> routing.InteractionMoved:
    """`counts`: moved, parked, returned so far in this pool."""
    back = direction == "back"
    return routing.InteractionMoved.model_validate(
        _head(pool, f"{pool}:{number}#moved/{1 + back}", at_ms, "router")
        | {
            "interaction_id": f"{pool}:{number}",
            "number": 1 + back,
            "incident_id": "chat-1",
            "direction": direction,
            "queue": "streets",
            "home_channel": "chat",
            "from_channel": "email" if back else "chat",
            "to_channel": "chat" if back else "email",
            "waiting_since_ms": at_ms - MINUTE,
            "order_ms": at_ms - MINUTE,
            "moves": dict(zip(("moved", "parked", "returned"), counts, strict=True)),
        }
    )


def system_events(now_ms: int = T0) -> Iterator[Event]:
    """What system-log tells: chat is down, SMS is suspect."""
    began = now_ms - 11 * MINUTE
    yield health("chat", 1, "failed_over", at_ms=began, incident_id="chat-1")
    yield opened(at_ms=began)
    yield moved(1, at_ms=began + 1, counts=(87, 12, 0))
    yield moved(1, at_ms=began + 2, pool="support", counts=(41, 3, 0))
    yield health("sms", 1, "suspect", at_ms=now_ms - 2 * MINUTE)
