"""The router under everything at once: R1 to R6, outages (O1), its store, and replay (R7)."""

from typing import Any, get_args

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.router.core import router_core
from shared.contracts.agents import (
    AgentSkillsRequested,
    LanguageSkill,
    WrapUpEnded,
    WrapUpExtensionRequested,
)
from shared.contracts.configuration import (
    Calendar,
    ChannelSettings,
    CustomerNotices,
    LanguageNeed,
    Pace,
    PoolDocument,
    PriorityClass,
    Queue,
    RingOpening,
    Span,
)
from shared.contracts.event import Event
from shared.contracts.interactions import (
    AgentReplied,
    AssignRequested,
    CallbackRequested,
    ChangeRequested,
    CloseRequested,
    ConnectionFailed,
    CustomerAbandoned,
    CustomerMessaged,
    ExplanationRequested,
    HandBackRequested,
    Personal,
    RequeueRequested,
    SkillNeed,
    TransferRequested,
)
from shared.contracts.words import Channel, Strategy
from tests.support.router_ledger import OPEN, Ledger
from tests.support.router_notices import Customers
from tests.support.router_shard import Shard, agent, document, entities, index, kinds
from tests.support.router_store import broken_in_store

AGENTS = ("ana", "bea", "cy", "dov")
LOCALS = tuple(str(number) for number in range(12))
CHANNELS: tuple[Channel, ...] = ("voice", "chat", "email")
LANGUAGES = ("en", "pt", "pt-BR", "he")
SPOKEN = (("en", "pt"), ("en",), ("en", "pt-BR", "he"), ("pt", "en"), ("he",))
DAILY = Calendar(
    name="daily",
    timezone="Europe/Riga",
    week={"mon": (Span(opens_min=0, closes_min=1440),), "tue": ()},
)
NEVER: dict[str, Any] = {}
GENERAL = (
    NEVER,
    NEVER,
    {"other_languages_after_s": 20, "interpreters_after_s": 40},
    {"rings": (RingOpening(ring="helpers", after_s=15),), "skip_empty_steps": False},
    {
        "rings": (RingOpening(ring="helpers", after_s=15),),
        "skills": (SkillNeed(skill="snow", level=4, drops_after_s=10),),
        "language_needs": (LanguageNeed(level=4, drops_after_s=30),),
    },
    {"prefer_s": 30, "prefer_last_agent": True},
    {"offers_at_once": 2},
    {"max_waiting": 2, "overflow_to": "other"},
    {"max_waiting": 1, "overflow_to": "other", "overflow_after_s": 25},
    {"calendar": "daily", "when_closed": "park"},
    {"calendar": "daily", "when_closed": "overflow", "overflow_to": "other"},
    {"handle_time_s": 20, "expires_after_s": None},
    {"handle_time_s": 300, "expires_after_s": 4000, "max_waiting": 3},
)
OTHER = (
    NEVER,
    {"handle_time_s": 60},
    {"max_waiting": 2},
    {"overflow_to": "general", "max_waiting": 1},
)


def queues(general: dict[str, Any], other: dict[str, Any]) -> tuple[Queue, ...]:
    snow = (SkillNeed(skill="snow"),)
    return (
        Queue(**{"name": "general", "expires_after_s": 120, **general}),
        Queue(**{"name": "other", "skills": snow, **other}),
    )


PRIORITIES = (
    PriorityClass(name="normal"),
    PriorityClass(name="high", head_start_s=60),
    PriorityClass(name="fire", emergency=True),
)


@st.composite
def arrivals(draw: st.DrawFn) -> dict[str, Any]:
    level = draw(st.sampled_from((0, 0, 0, 2, 4)))
    return {
        "local": draw(st.sampled_from(LOCALS)),
        "channel": draw(st.sampled_from(("chat", "voice", "voice", "email"))),
        "reachable_by": draw(st.sampled_from((CHANNELS, ("chat", "email"), ("email",), ()))),
        "language": draw(st.sampled_from(("en", *LANGUAGES, "lv"))),
        "other_languages": draw(st.sampled_from(((), ("pt",), ("en", "he")))),
        "skills": (SkillNeed(skill="snow", level=level),) if level else (),
        "priority": draw(st.sampled_from((None, "high", "fire"))),
        "preferred_agent": draw(st.sampled_from((None, None, *AGENTS))),
        "customer": draw(st.sampled_from((None, "c1", "c2"))),
        "personal": Personal(address="ada@example.com"),
    }


@st.composite
def documents(draw: st.DrawFn, pool: str = "boston") -> PoolDocument:
    agents = [
        agent(
            id_,
            *draw(st.sampled_from(SPOKEN)),
            rings=draw(st.sampled_from(((), (), ("helpers",)))),
            interpreter=draw(st.sampled_from((False, False, True))),
            overdraft_units=draw(st.sampled_from((0, 40))),
            calendar=draw(st.sampled_from((None, None, None, "daily"))),
            skills=draw(st.sampled_from(({}, {"snow": 2}, {"snow": 4}))),
            capacity_units=draw(st.sampled_from((100, 120, 80))),
            channels=draw(
                st.sampled_from(({}, {"chat": 1, "voice": 1}, {"chat": 2}, {"email": 2, "chat": 1}))
            ),
        )
        for id_ in draw(st.sampled_from((AGENTS, AGENTS[:3], AGENTS[1:])))
    ]
    channels: dict[Channel, ChannelSettings] = {
        "voice": ChannelSettings(
            presence_grace_s=draw(st.sampled_from((0, 20))),
            backups=draw(st.sampled_from((("chat", "email"), ("chat", "email"), ("email",), ()))),
        ),
        "chat": ChannelSettings(
            units=40,
            wrap_up_s=draw(st.sampled_from((0, 15))),
            wrap_up_extension_s=draw(st.sampled_from((0, 20))),
            idle_after_s=draw(st.sampled_from((None, 12))),
            auto_accept=draw(st.sampled_from((False, False, True))),
            presence_grace_s=10,
            backups=draw(st.sampled_from((("email", "voice"), ("voice",), ()))),
        ),
    }
    if draw(st.sampled_from((True, True, False))):
        channels["email"] = ChannelSettings(
            units=30, backups=("chat",), interruptible=draw(st.booleans())
        )
    return document(
        *agents,
        pool=pool,
        queues=queues(draw(st.sampled_from(GENERAL)), draw(st.sampled_from(OTHER))),
        priorities=PRIORITIES,
        calendars=(DAILY,),
        strategy=draw(st.sampled_from(get_args(Strategy))),
        order=draw(st.sampled_from(("age", "age", "cost_of_delay"))),
        pace=draw(st.sampled_from((None, None, None, Pace(offers=2, per_s=40)))),
        channels=channels,
        aside_s=draw(st.sampled_from((0, 40))),
        misses_until_away=2,
        dedupe_horizon_s=300,
        customer_notices=CustomerNotices(
            receipt=draw(st.sampled_from(((), ("email",), ("email", "voice")))),
            longer_wait=draw(st.sampled_from((True, True, False))),
        ),
    )


class RouterMachine(RuleBasedStateMachine):
    """Two pools in one shard. Every event is heard in one batch of its own, or again later."""

    @initialize(boston=documents(), galway=documents(pool="galway"))
    def start(self, boston: PoolDocument, galway: PoolDocument) -> None:
        self.shard = Shard(boston, galway)
        self.ledger = Ledger(self.shard.documents)
        self.customers = Customers(self.ledger)
        self.heard = self.told = 0
        for pool in ("boston", "galway"):
            for id_ in AGENTS:
                self.shard.presence(id_, pool=pool)
                self.shard.wait(1)
        self.epochs: dict[tuple[str, Channel], int] = {}
        for local in LOCALS[:5]:
            self.shard.receive(local, channel="voice", reachable_by=("chat", "email"))
        self._settle()

    def _settle(self) -> None:
        """Deliver what the router told itself through the log, as its own partition's records."""
        for _, event in self.shard.events[self.heard :]:
            self.ledger.hear(event)
        self.heard = len(self.shard.events)
        while self.told < len(self.shard.facts):
            new = self.shard.facts[self.told :]
            self.told = len(self.shard.facts)
            for fact in new:
                at = (fact.pool, getattr(fact, "interaction_id", ""))
                self.customers.add(fact, self.ledger.where.get(at))
                self.ledger.add(fact)
            self.shard.deliver(new)

    def open(self, *where: str) -> list[tuple[str, str]]:
        """(pool, local id) of what is open; at least one that may be nowhere."""
        found = sorted(at for at, its in self.ledger.where.items() if its in where)
        return [(pool, id_.split(":")[1]) for pool, id_ in found] or [("boston", "0")]

    @rule(arrival=arrivals(), number=st.integers(1, 3))
    def receive(self, arrival: dict[str, Any], number: int) -> None:
        first = LOCALS.index(arrival["local"])
        for local in (LOCALS * 2)[first : first + number]:
            self.shard.receive(**{**arrival, "local": local})
        self._settle()

    @rule(
        agent_id=st.sampled_from(AGENTS),
        status=st.sampled_from(("ready", "ready", "away", "offline")),
        pool=st.sampled_from(("boston", "galway")),
    )
    def presence(self, agent_id: str, status: str, pool: str) -> None:
        self.shard.presence(agent_id, status, pool=pool)
        self._settle()

    @rule(pick=st.lists(st.sampled_from(AGENTS), max_size=4), gap_s=st.sampled_from((1, 20)))
    def seen(self, pick: list[str], gap_s: int) -> None:
        self.shard.wait(gap_s)
        self.shard.seen(*pick, gap_s=gap_s)
        self._settle()

    @rule(data=st.data(), answer=st.sampled_from(("accept", "accept", "decline")))
    def answer(self, data: st.DataObject, answer: str) -> None:
        live = sorted(
            (*at, offer, who)
            for at, its in self.ledger.offers.items()
            for offer, who in its.items()
        )
        if live:
            pool, id_, offer_id, agent_id = data.draw(st.sampled_from(live))
            local, attempt = id_.split(":")[1], int(offer_id.rsplit(":", 1)[1])
            self.shard.answer(local, attempt, agent_id, answer, pool)
            self._settle()

    @rule(
        data=st.data(),
        kind=st.sampled_from((CustomerMessaged, CustomerAbandoned, CloseRequested)),
    )
    def customer(self, data: st.DataObject, kind: type[Event]) -> None:
        pool, local = data.draw(st.sampled_from(self.open(*OPEN, "transferred")))
        self.shard.say(kind, local=local, pool=pool)
        self._settle()

    @rule(data=st.data(), kind=st.sampled_from((CloseRequested, AgentReplied)))
    def by_agent(self, data: st.DataObject, kind: type[Event]) -> None:
        pool, local = data.draw(st.sampled_from(self.open("assigned")))
        agent_id = self.ledger.assigned.get((pool, f"boston:{local}"), "ana")
        self.shard.say(kind, local=local, pool=pool, agent_id=agent_id)
        self._settle()

    @rule(data=st.data())
    def end_wrap_up(self, data: st.DataObject) -> None:
        if self.ledger.wrap_up:
            (pool, id_), who = data.draw(st.sampled_from(sorted(self.ledger.wrap_up.items())))
            self.shard.say(WrapUpEnded, local=id_.split(":")[1], pool=pool, agent_id=who)
            self._settle()

    @rule(
        data=st.data(),
        to=st.sampled_from(
            (
                {"to_queue": "other"},
                {"to_queue": "general"},
                {"to_pool": "galway"},
                {"to_pool": "boston"},
                {"to_agent": "ana"},
                {"to_agent": "cy", "restart": True},
                {"to_queue": "other", "consult": True},
            )
        ),
    )
    def transfer(self, data: st.DataObject, to: dict[str, Any]) -> None:
        pool, local = data.draw(st.sampled_from(self.open(*OPEN, "transferred")))
        self.shard.say(TransferRequested, local=local, pool=pool, **to)
        self._settle()

    @rule(
        data=st.data(),
        given=st.sampled_from(
            (
                {"priority": "high"},
                {"priority": "fire"},
                {"language": "he"},
                {"queue": "other"},
                {"queue": "general", "skills": ()},
                {"reapply": True},
            )
        ),
    )
    def change(self, data: st.DataObject, given: dict[str, Any]) -> None:
        pool, local = data.draw(st.sampled_from(self.open(*OPEN)))
        self.shard.say(ChangeRequested, local=local, pool=pool, **given)
        self._settle()

    @rule(data=st.data(), agent_id=st.sampled_from((None, *AGENTS)))
    def by_hand(self, data: st.DataObject, agent_id: str | None) -> None:
        pool, local = data.draw(st.sampled_from(self.open(*OPEN)))
        if agent_id is None:
            self.shard.say(RequeueRequested, local=local, pool=pool)
        else:
            self.shard.say(AssignRequested, local=local, pool=pool, agent_id=agent_id)
        self._settle()

    @rule(data=st.data(), kind=st.sampled_from((HandBackRequested, ConnectionFailed)))
    def give_up(self, data: st.DataObject, kind: type[Event]) -> None:
        pool, local = data.draw(st.sampled_from(self.open("assigned")))
        agent_id = self.ledger.assigned.get((pool, f"boston:{local}"), "ana")
        self.shard.say(kind, local=local, pool=pool, agent_id=agent_id)
        self._settle()

    @rule(data=st.data(), later_s=st.sampled_from((None, 50)))
    def call_back(self, data: st.DataObject, later_s: int | None) -> None:
        pool, local = data.draw(st.sampled_from(self.open(*OPEN)))
        not_before_ms = None if later_s is None else self.shard.now + later_s * 1000
        self.shard.say(CallbackRequested, local=local, pool=pool, not_before_ms=not_before_ms)
        self._settle()

    @rule(
        agent_id=st.sampled_from(AGENTS),
        given=st.sampled_from(
            (
                {"status": "away", "after_work": True},
                {"status": "offline", "after_work": True},
                {"status": "offline", "requeue_work": True},
            )
        ),
    )
    def go(self, agent_id: str, given: dict[str, Any]) -> None:
        self.shard.presence(agent_id, **given)
        self._settle()

    @rule(
        agent_id=st.sampled_from(AGENTS),
        given=st.sampled_from(
            (
                {"skills": {"snow": 4}},
                {"skills": {}},
                {"languages": {"he": LanguageSkill(), "en": LanguageSkill(spoken=0)}},
                {},
            )
        ),
    )
    def reskill(self, agent_id: str, given: dict[str, Any]) -> None:
        self.shard.say(AgentSkillsRequested, agent_id=agent_id, **given)
        self._settle()

    @rule(data=st.data())
    def extend_wrap_up(self, data: st.DataObject) -> None:
        if self.ledger.wrap_up:
            (pool, id_), who = data.draw(st.sampled_from(sorted(self.ledger.wrap_up.items())))
            given = {"local": id_.split(":")[1], "pool": pool, "agent_id": who}
            self.shard.say(WrapUpExtensionRequested, **given)
            self._settle()

    @rule(data=st.data())
    def ask_why(self, data: st.DataObject) -> None:
        """An explanation is told, and nothing else."""
        pool, local = data.draw(st.sampled_from(self.open(*OPEN, "transferred")))
        told = self.shard.say(ExplanationRequested, local=local, pool=pool)
        allowed = {"interaction_explained", "event_rejected", "explanation_requested"}
        assert set(kinds(told)) <= allowed, kinds(told)
        self._settle()

    @rule(seconds=st.sampled_from((1, 10, 31, 45, 130, 400, 86_400)))
    def wait(self, seconds: int) -> None:
        self.shard.wait(seconds)
        self._settle()

    @rule(data=st.data())
    def hear_again(self, data: st.DataObject) -> None:
        """An old event comes twice. What it asked for is not done twice (R1 to R3 would say)."""
        _, event = data.draw(st.sampled_from(self.shard.events))
        self.shard.feed(event)
        self._settle()

    @rule(doc=documents())
    def configure(self, doc: PoolDocument) -> None:
        self.shard.configure(doc)
        self._settle()

    @rule(
        pool=st.sampled_from(("boston", "boston", "galway")),
        channel=st.sampled_from(("voice", *CHANNELS)),
        skipped=st.sampled_from((0, 0, 0, 1)),
    )
    def switch(self, pool: str, channel: Channel, skipped: int) -> None:
        """A channel fails over, or is back; now and then the one before was lost, or comes late."""
        epoch = self.epochs[pool, channel] = self.epochs.get((pool, channel), 0) + 1 + skipped
        self._tell_outage(pool, channel, epoch)

    @rule(data=st.data())
    def hear_an_outage_late(self, data: st.DataObject) -> None:
        if self.epochs:
            (pool, channel), last = data.draw(st.sampled_from(sorted(self.epochs.items())))
            told = len(self.shard.facts)
            self._tell_outage(pool, channel, data.draw(st.integers(max(1, last - 3), last)))
            assert self.shard.facts[told:] == []

    def _tell_outage(self, pool: str, channel: Channel, epoch: int) -> None:
        tell = self.shard.fail_over if epoch % 2 else self.shard.restore_channel
        tell(channel, epoch, pool=pool)
        self._settle()

    @rule()
    def restore(self) -> None:
        self.shard.restore()

    @invariant()
    def r1_to_r6_and_o1_hold(self) -> None:
        broken = self.ledger.broken
        broken += broken_in_store(self.ledger, self.shard.stored, self.shard.now)
        assert not broken, broken

    @invariant()
    def customers_are_told_once_and_in_time(self) -> None:
        assert not self.customers.broken, self.customers.broken
        assert self.customers.forgotten(self.shard.now) == []

    @invariant()
    def what_is_stored_is_the_state(self) -> None:
        again = router_core.empty(self.shard.documents)
        router_core.load(again, self.shard.stored)
        assert index(again) == index(self.shard.state)

    def teardown(self) -> None:
        if not hasattr(self, "shard"):
            return
        by_facts = router_core.empty(self.shard.documents)
        for fact in self.shard.facts:
            router_core.evolve(by_facts, fact)
        assert entities(by_facts) == entities(self.shard.state)  # the facts alone rebuild it

        replayed = router_core.empty(self.shard.documents)  # R7: one batch, never restored
        facts = []
        for now, event in self.shard.events:
            for fact in router_core.decide(replayed, event, now):
                router_core.evolve(replayed, fact)
                facts.append(fact)
        assert facts == self.shard.facts


RouterMachine.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestRouterMachine = RouterMachine.TestCase
