"""A gateway on a log in memory, with a scripted responder in place of the router."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette

from services.gateway.adapters.doors.door import Check, Desk
from services.gateway.adapters.keys import ApiKey, Keys, hash_key
from services.gateway.adapters.view.view import FOLLOWED
from services.gateway.app import build_app
from services.gateway.settings import GatewaySettings
from shared.contracts import escalation, routing
from shared.contracts.configuration import (
    INSTALLATION,
    Agent,
    ChannelSettings,
    Document,
    LanguageLevel,
    PoolDocument,
    Queue,
    canonical,
    hash_of,
)
from shared.contracts.event import Event
from shared.contracts.interactions import InteractionReceived
from shared.contracts.system import ConfigChanged, EventRejected
from shared.contracts.topics import PEOPLE_LOG, POOL_LOG, SYSTEM_LOG
from shared.language import Detector
from shared.links import AckLinks
from tests.support.memory_log import MemoryLog

T0 = 1_423_040_400_000  # 4 February 2015, 09:00 UTC
LINKS = AckLinks([b"a key for the links of tests"])
DETECTOR = Detector()  # loaded once for all tests
Responder = Callable[[Event], Iterable[Event]]


def pool_document(pool: str, *agents: str, languages: tuple[str, ...] = ("en",)) -> PoolDocument:
    spoken = {tag: LanguageLevel() for tag in languages}
    return PoolDocument(
        pool=pool,
        default_language="en",
        default_queue="general",
        queues=(Queue(name="general"),),
        channels={"chat": ChannelSettings(), "voice": ChannelSettings()},
        agents=tuple(Agent(id=name, languages=spoken, channels={"chat": 3}) for name in agents),
    )


BOSTON = pool_document("boston", "ana", "ben", languages=("en", "es", "he", "pt-BR"))
SALEM = pool_document("salem", "sam")
SECRETS = {
    "desk": ApiKey(
        name="ana-desk", role="agent", pools=("boston",), agents=("ana",), sha256=hash_key("desk")
    ),
    "lead": ApiKey(name="lead", role="supervisor", pools=("boston",), sha256=hash_key("lead")),
    "boss": ApiKey(name="boss", role="manager", pools=("*",), sha256=hash_key("boss")),
    "local": ApiKey(name="local", role="manager", pools=("boston",), sha256=hash_key("local")),
    "crm": ApiKey(name="crm", role="system", pools=("boston",), sha256=hash_key("crm")),
    "slow": ApiKey(
        name="slow", role="system", pools=("boston",), sha256=hash_key("slow"), requests_per_s=1
    ),
}


@dataclass
class HandClock:
    """Time stands still unless a test moves it."""

    ms: int = T0
    fast: float = 1.0

    def now_ms(self) -> int:
        return self.ms

    def speed(self) -> float:
        return self.fast


@dataclass
class House:
    app: Starlette
    log: MemoryLog
    clock: HandClock
    http: httpx.AsyncClient
    documents: dict[str, Document] = field(default_factory=dict)

    @property
    def desk(self) -> Desk:
        found = self.app.state.desk
        assert isinstance(found, Desk)
        return found

    async def post(self, path: str, body: Any = None, *, key: str = "crm", **more: str) -> Any:
        """POST with headers in `more` (underscores for hyphens)."""
        headers = {"X-API-Key": key} | {name.replace("_", "-"): v for name, v in more.items()}
        return await self.http.post(path, json=body, headers=headers)

    async def get(self, path: str, *, key: str = "boss", **more: str) -> Any:
        headers = {"X-API-Key": key} | {name.replace("_", "-"): v for name, v in more.items()}
        return await self.http.get(path, headers=headers)

    async def tell(self, *events: Event) -> None:
        """Append and wait until the view has read it."""
        for event in events:
            await self.log.append(POOL_LOG, event.pool, event)
        await self.read()

    async def tell_system(self, *events: Event) -> None:
        """The same for system-log."""
        for event in events:
            await self.log.append(SYSTEM_LOG, INSTALLATION, event)
        await self.read()

    async def tell_people(self, *events: Event) -> None:
        """The same for people-log."""
        for event in events:
            await self.log.append(PEOPLE_LOG, key_in(PEOPLE_LOG, event), event)
        await self.read()

    async def read(self) -> None:
        """Wait until the view has read all there is."""
        await until(lambda: self.desk.view.records == self.written())

    def written(self) -> int:
        return sum(record.topic in FOLLOWED for record in self.log.records)

    def commands(self, kind: str, topic: str = POOL_LOG) -> list[Any]:
        return [event for event in self.log.events(topic) if event.kind == kind]  # type: ignore[attr-defined] # every event of the catalogue has a kind


async def until(true: Callable[[], bool], within_s: float = 5.0) -> None:
    """Wait for a condition, looking again whenever the loop had a turn."""
    async with asyncio.timeout(within_s):
        while not true():
            await asyncio.sleep(0.001)


@asynccontextmanager
async def open_house(
    respond: Responder | None = None,
    *,
    log: MemoryLog | None = None,
    checks: tuple[Check, ...] = (),
    configured: bool = True,
    **settings: Any,
) -> AsyncIterator[House]:
    """`respond`: says which facts follow an event; None: nobody answers."""
    log, clock = log or MemoryLog(), HandClock()
    documents: dict[str, Document] = {}
    if configured:
        for document in (BOSTON, SALEM):
            await configure(log, documents, document)
    app = build_app(
        settings=GatewaySettings(
            **{
                "answer_wait_s": 0.05 if respond is None else 5.0,
                "heartbeat_period_s": 10,
                "evidence_period_s": 300,
            }
            | settings
        ),
        appender=log,
        followers=log.follower,
        clock=clock,
        documents=documents,
        keys=Keys(SECRETS.values()),
        links=LINKS,
        checks=checks,
        detector=DETECTOR,
    )
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as http:
            house = House(app=app, log=log, clock=clock, http=http, documents=documents)
            await until(house.desk.view.caught_up)
            responders = [asyncio.create_task(_respond(log, respond, topic)) for topic in FOLLOWED]
            try:
                yield house
            finally:
                for responder in responders:
                    responder.cancel()


async def configure(
    log: MemoryLog, documents: dict[str, Document], document: PoolDocument, version: int = 1
) -> None:
    content_hash = hash_of(canonical(document))
    documents[content_hash] = document
    event = ConfigChanged(
        event_id=f"config:{document.pool}:{version}",
        pool=document.pool,
        at_ms=T0,
        by="operator",
        actor="operator",
        hash=content_hash,
        version=version,
    )
    await log.append(POOL_LOG, document.pool, event)


async def _respond(log: MemoryLog, respond: Responder | None, topic: str) -> None:
    if respond is None:
        return
    async for batch in log.follower(topic).batches():
        for record in batch:
            # An acknowledgement stands in both logs, and is answered in pool-log.
            if record.by == "gateway" and (topic, record.kind) != (PEOPLE_LOG, "page_acknowledged"):
                for fact in respond(record.event()):
                    await log.append(topic, key_in(topic, fact), fact)


def key_in(topic: str, event: Event) -> str:
    """Under which key a log holds an event."""
    if topic == PEOPLE_LOG:
        return str(getattr(event, "person", event.pool))
    return event.pool if topic == POOL_LOG else INSTALLATION


def queues_everything(event: Event) -> Iterable[Event]:
    """A router that queues what comes in, and refuses the rest."""
    if isinstance(event, InteractionReceived):
        yield queued(event.interaction_id, cause=event.event_id, pool=event.pool)
    elif event.by == "gateway" and event.kind != "agents_seen":  # type: ignore[attr-defined] # as above
        yield rejected(event)


def rejected(event: Event, *, status: int = 409) -> EventRejected:
    return EventRejected(
        event_id=f"{event.event_id}#rejected",
        pool=event.pool,
        at_ms=event.at_ms,
        by="router",
        cause=event.event_id,
        code="not_so",
        field="interaction_id",
        message="It is not so.",
        status=status,
    )


def queued(
    interaction_id: str, *, cause: str | None = None, pool: str = "boston", since_ms: int = T0
) -> routing.InteractionQueued:
    return routing.InteractionQueued(
        event_id=f"{interaction_id}#queued",
        pool=pool,
        at_ms=T0,
        by="router",
        cause=cause,
        interaction_id=interaction_id,
        channel="chat",
        queue="general",
        language="en",
        language_source="given",
        priority="normal",
        waiting_since_ms=since_ms,
        order_ms=since_ms,
        why=routing.QueueDecision(rule="default"),
    )


def offered(
    interaction_id: str, agent_id: str, *, attempt: int = 1, cause: str | None = None
) -> routing.OfferMade:
    return routing.OfferMade(
        event_id=f"{interaction_id}#offer/{attempt}",
        pool="boston",
        at_ms=T0 + 1,
        by="router",
        cause=cause,
        offer_id=f"{interaction_id}:{attempt}",
        interaction_id=interaction_id,
        attempt=attempt,
        agent_id=agent_id,
        agent_epoch=1,
        channel="chat",
        queue="general",
        language="en",
        expires_at_ms=T0 + 30_000,
        waited_ms=1,
        why=routing.OfferDecision(
            strategy="longest_ready",
            rank_names=("ready_since",),
            chosen=routing.Candidate(agent_id=agent_id, rank=(0,)),
            eligible=1,
            eligible_counted_to=10,
            language_tag="en",
            trigger="received",
        ),
    )


def assigned(interaction_id: str, agent_id: str, *, cause: str | None = None) -> Event:
    return routing.InteractionAssigned(
        event_id=f"{interaction_id}#assigned/1",
        pool="boston",
        at_ms=T0 + 2,
        by="router",
        cause=cause,
        interaction_id=interaction_id,
        offer_id=f"{interaction_id}:1",
        agent_id=agent_id,
        channel="chat",
        queue="general",
        language="en",
        waited_ms=2,
    )


def escalated(interaction_id: str) -> tuple[Event, Event]:
    """An escalation, and the page to maria that follows."""
    key = f"{interaction_id}#first_reply/1"
    opened = escalation.EscalationOpened(
        event_id=f"{key}/opened/1",
        pool="boston",
        at_ms=T0 + 3,
        by="escalation",
        escalation_id=key,
        interaction_id=interaction_id,
        metric="first_reply",
        cycle=1,
        policy="managers",
        levels=(escalation.LevelCopy(after_ms=0, people=("maria",)),),
        rounds=1,
        round_ms=60_000,
        queue="general",
        channel="chat",
        language="en",
        due_at_ms=T0 + 2,
    )
    page = escalation.PageRequested(
        event_id=f"{key}:c1:r1:l1:maria:email",
        pool="boston",
        at_ms=T0 + 3,
        by="escalation",
        page_id=f"{key}:c1:r1:l1:maria:email",
        escalation_id=key,
        interaction_id=interaction_id,
        metric="first_reply",
        cycle=1,
        round=1,
        level=1,
        person="maria",
        method="email",
        queue="general",
        channel="chat",
        language="en",
        due_at_ms=T0 + 2,
        expires_at_ms=T0 + 14_400_000,
    )
    return opened, page
