"""A busy day of one pool, decided by the router itself: everything that people can ask for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from services.router.core import router_core
from shared.contracts import agents as a
from shared.contracts import interactions as i
from shared.contracts.configuration import (
    Agent,
    ChannelSettings,
    LanguageLevel,
    LanguageNeed,
    Pace,
    PoolDocument,
    PriorityClass,
    Queue,
    RingOpening,
    canonical,
    hash_of,
)
from shared.contracts.event import Event
from shared.contracts.interactions import SkillNeed
from shared.contracts.routing import (
    CapacityReleased,
    InteractionAssigned,
    InteractionClosed,
    OfferEnded,
    OfferMade,
)
from shared.contracts.system import ConfigChanged, Tick
from shared.contracts.topics import POOL_LOG
from shared.contracts.words import Strategy
from shared.log import LogRecord
from tests.component.gateway.house import T0

POOL = "boston"
AGENTS = tuple(f"a{number}" for number in range(8))


def _queues() -> tuple[Queue, ...]:
    several = Queue(
        name="several",
        offers_at_once=3,
        skills=(SkillNeed(skill="snow", level=3, drops_after_s=30),),
        language_needs=(LanguageNeed(level=4, drops_after_s=25),),
        other_languages_after_s=20,
        interpreters_after_s=60,
        rings=(RingOpening(ring="second", after_s=40),),
    )
    plain = Queue(name="plain", prefer_s=20, prefer_last_agent=True, handle_time_s=60)
    small = Queue(name="small", max_waiting=3, overflow_to="plain", overflow_after_s=90)
    return plain, several, small


def _agent(number: int) -> Agent:
    english = {"en": LanguageLevel(spoken=4, written=number % 3 + 2)}
    return Agent(
        id=AGENTS[number],
        skills={"snow": number % 6} if number % 6 else {},
        languages=english if number % 2 else {"de": LanguageLevel(), "ro": LanguageLevel()},
        rings=("second",) if number % 4 == 0 else (),
        interpreter=number % 5 == 0,
        overdraft_units=40 if number % 2 else 0,
        channels={"voice": 1, "chat": 2, "email": 2} if number % 3 else {},
    )


def document(strategy: Strategy) -> PoolDocument:
    return PoolDocument(
        pool=POOL,
        default_language="en",
        default_queue="plain",
        queues=_queues(),
        skills=("snow", "ice"),
        priorities=(PriorityClass(name="normal"), PriorityClass(name="urgent", head_start_s=60)),
        channels={
            "voice": ChannelSettings(units=100, wrap_up_s=20, wrap_up_extension_s=10),
            "chat": ChannelSettings(units=40, idle_after_s=60, wrap_up_s=5),
            "email": ChannelSettings(units=50, interruptible=True, idle_after_s=100),
        },
        agents=tuple(_agent(number) for number in range(len(AGENTS))),
        strategy=strategy,
        pace=Pace(offers=4, per_s=30, channels=("chat",)),
    )


VERSIONS = (document("longest_ready"), document("least_loaded"))
DOCUMENTS = {hash_of(canonical(it)): it for it in VERSIONS}


@dataclass
class Day:
    """What was asked and decided so far; `state` is the router's own."""

    chance: Random
    state: Any = field(default_factory=lambda: router_core.empty(DOCUMENTS))
    now_ms: int = T0
    version: int = 0
    records: list[LogRecord] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    offers: dict[str, tuple[str, str]] = field(default_factory=dict)
    assigned: dict[str, str] = field(default_factory=dict)
    wrapping: dict[str, str] = field(default_factory=dict)

    def feed(self, event: Event) -> None:
        """Append an event, decide on it, and append what follows."""
        read_at = self._append(event)
        facts = []
        for fact in router_core.decide(self.state, event, self.now_ms):
            router_core.evolve(self.state, fact)
            facts.append(fact)
        for number, fact in enumerate(facts):
            self._append(fact, f"router-0:{read_at}:{number}")
            self._note(fact)

    def _append(self, event: Event, source: str = "") -> int:
        kind: str = event.kind  # type: ignore[attr-defined] # every event of the catalogue has a kind
        value, offset = event.model_dump_json().encode(), len(self.records)
        self.records.append(
            LogRecord(POOL_LOG, 0, offset, kind, event.by, event.at_ms, event.pool, value, source)
        )
        return offset

    def _note(self, fact: Event) -> None:
        """What agents can answer to."""
        match fact:
            case OfferMade():
                self.offers[fact.offer_id] = fact.interaction_id, fact.agent_id
            case OfferEnded():
                self.offers.pop(fact.offer_id, None)
            case InteractionAssigned():
                self.offers.pop(fact.offer_id, None)
                self.assigned.pop(fact.interaction_id, None)  # the latest stands last
                self.assigned[fact.interaction_id] = fact.agent_id
            case InteractionClosed(agent_id=str(agent), wrap_up_until_ms=int()):
                self.wrapping[fact.interaction_id] = agent
            case CapacityReleased():
                self.wrapping.pop(fact.interaction_id, None)
            case _:
                pass  # nothing to answer

    def wait(self, length_ms: int) -> None:
        """Everything that comes due meanwhile is decided at its time."""
        until_ms = self.now_ms + length_ms
        while (due_ms := router_core.deadline(self.state)) is not None and due_ms <= until_ms:
            self.now_ms = max(self.now_ms, due_ms)
            self.feed(Tick.model_validate(self.head() | {"by": "router"}))
        self.now_ms = until_ms
        seen = {"agent_ids": AGENTS, "gap_ms": length_ms}
        self.feed(a.AgentsSeen.model_validate(self.head() | seen))

    def head(self) -> dict[str, Any]:
        number = len(self.records)
        return {"event_id": f"e{number}", "pool": POOL, "at_ms": self.now_ms, "by": "gateway"}

    def ask(self, command: type[Event], **fields: Any) -> None:
        told = {"actor": "supervisor:lead", "reason": "as they say"}
        self.feed(command.model_validate(self.head() | told | fields))

    def configure(self) -> None:
        self.version += 1
        content = canonical(VERSIONS[self.version % len(VERSIONS)])
        told = {"by": "operator", "actor": "operator", "version": self.version}
        self.feed(ConfigChanged.model_validate(self.head() | told | {"hash": hash_of(content)}))


def day(seed: int, steps: int) -> Day:
    """A day of so many things that happen, each after a while."""
    found = Day(Random(seed))
    found.configure()
    for agent in AGENTS[:6]:
        found.ask(a.PresenceReported, agent_id=agent, status="ready")
    for _ in range(steps):
        found.wait(found.chance.choice((0, 1, 500, 1_000, 5_000, 15_000)))
        name = found.chance.choices([*_WEIGHTS], [*_WEIGHTS.values()])[0]
        _HAPPENS[name](found)
    return found


def _arrives(it: Day) -> None:
    chance, key = it.chance, f"{POOL}:{len(it.ids)}"
    it.ids.append(key)
    snow = {"skill": "snow", "level": chance.randint(1, 4), "drops_after_s": 15}
    it.ask(
        i.InteractionReceived,
        interaction_id=key,
        channel=chance.choice(("voice", "chat", "chat", "email")),
        body_hash="h",
        language=chance.choice(("en", "en-GB", "de", "ro", "he")),
        language_source="given",
        other_languages=chance.choice(((), ("en",))),
        queue=chance.choice((None, "plain", "several", "small")),
        priority=chance.choice((None, "urgent")),
        preferred_agent=chance.choice((None, *AGENTS)),
        customer=chance.choice((None, "c1", "c2")),
        skills=chance.choice(((), (snow,))),
    )


def _answers(it: Day) -> None:
    if it.offers:
        offer_id = it.chance.choice(sorted(it.offers))
        key, agent = it.offers[offer_id]
        answer = it.chance.choice(("accept", "accept", "decline"))
        fields = {"offer_id": offer_id, "interaction_id": key, "agent_id": agent}
        it.ask(a.OfferAnswered, **fields, answer=answer)


def _works(*commands: type[Event]) -> Callable[[Day], None]:
    """By the agent who has it, or had it: late answers happen, too."""

    def says(it: Day) -> None:
        if it.assigned:
            key = it.chance.choice([*it.assigned][-4:])
            command = it.chance.choice(commands)
            it.ask(command, interaction_id=key, agent_id=it.assigned[key])

    return says


def _wraps_up(it: Day) -> None:
    if it.wrapping:
        key = it.chance.choice(sorted(it.wrapping))
        command = it.chance.choice((a.WrapUpEnded, a.WrapUpExtensionRequested))
        it.ask(command, interaction_id=key, agent_id=it.wrapping[key])


def _of_any(command: type[Event], fields: Callable[[Random], dict[str, Any]]) -> Any:
    def asks(it: Day) -> None:
        if it.ids:
            key = it.chance.choice(it.ids[-25:])
            it.ask(command, interaction_id=key, **fields(it.chance))

    return asks


def _reports(it: Day) -> None:
    status = it.chance.choice(("ready", "ready", "ready", "away", "offline"))
    ways = {"after_work": it.chance.random() < 0.3, "requeue_work": it.chance.random() < 0.2}
    it.ask(a.PresenceReported, agent_id=it.chance.choice(AGENTS), status=status, **ways)


def _learns(it: Day) -> None:
    skills = it.chance.choice((None, {"snow": 5}, {}))
    languages = it.chance.choice((None, {"he": {"spoken": 5, "written": 3}}))
    agent = it.chance.choice(AGENTS)
    it.ask(a.AgentSkillsRequested, agent_id=agent, skills=skills, languages=languages)


def _change(chance: Random) -> dict[str, Any]:
    return {
        "priority": chance.choice((None, "urgent")),
        "queue": chance.choice((None, "plain", "several")),
        "language": chance.choice((None, "de")),
        "reapply": chance.random() < 0.2,
    }


def _transfer(chance: Random) -> dict[str, Any]:
    return {
        "to_queue": chance.choice((None, "plain", "several", "small")),
        "to_agent": chance.choice((None, *AGENTS)),
        "consult": chance.random() < 0.3,
        "restart": chance.random() < 0.3,
    }


def _nothing(_chance: Random) -> dict[str, Any]:
    return {}


_HAPPENS: dict[str, Callable[[Day], None]] = {
    "arrives": _arrives,
    "answers": _answers,
    "closes": _works(i.CloseRequested),
    "wraps up": _wraps_up,
    "works": _works(i.AgentReplied, i.HandBackRequested, i.ConnectionFailed),
    "writes": _of_any(i.CustomerMessaged, _nothing),
    "is given": _of_any(i.AssignRequested, lambda it: {"agent_id": it.choice(AGENTS)}),
    "is put back": _of_any(i.RequeueRequested, _nothing),
    "is changed": _of_any(i.ChangeRequested, _change),
    "is moved": _of_any(i.TransferRequested, _transfer),
    "is promised": _of_any(i.CallbackRequested, _nothing),
    "is asked about": _of_any(i.ExplanationRequested, _nothing),
    "gives up": _of_any(i.CustomerAbandoned, _nothing),
    "reports": _reports,
    "learns": _learns,
    "is configured": Day.configure,
}
_WEIGHTS = {
    "arrives": 30, "answers": 26, "closes": 8, "wraps up": 5, "works": 4, "writes": 5,
    "is given": 3, "is put back": 3, "is changed": 4, "is moved": 3,
    "is promised": 2, "is asked about": 1, "gives up": 2, "reports": 7,
    "learns": 2, "is configured": 1,
}  # fmt: skip
