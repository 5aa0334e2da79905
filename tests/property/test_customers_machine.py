"""Customers hear once that they arrived and once that it takes longer, whatever happens between."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.router.core import router_core
from shared.contracts.configuration import ChannelSettings, CustomerNotices, PoolDocument, Queue
from shared.contracts.event import Event
from shared.contracts.interactions import (
    AgentReplied,
    CallbackRequested,
    CloseRequested,
    CustomerMessaged,
    Personal,
    RequeueRequested,
    TransferRequested,
)
from shared.contracts.words import Channel
from tests.support.router_ledger import OPEN, Ledger
from tests.support.router_notices import Customers
from tests.support.router_shard import Shard, agent, document, entities, index

AGENTS = ("ana", "bea")
POOLS = ("boston", "galway")
LOCALS = tuple(str(number) for number in range(8))
CHANNELS: tuple[Channel, ...] = ("email", "sms", "voice")


@st.composite
def documents(draw: st.DrawFn, pool: str = "boston") -> PoolDocument:
    settings_of = {
        "auto_accept": draw(st.sampled_from((False, False, True))),
        "offer_expires_s": draw(st.sampled_from((20, 500))),
    }
    queues = (
        Queue(name="general", handle_time_s=draw(st.sampled_from((1, 60, 300, None)))),
        Queue(name="other", handle_time_s=60, max_waiting=draw(st.sampled_from((None, 1)))),
    )
    return document(
        *(agent(it, "en", "pt") for it in AGENTS),
        pool=pool,
        queues=queues,
        order=draw(st.sampled_from(("age", "cost_of_delay"))),
        channels={it: ChannelSettings(**settings_of) for it in CHANNELS},
        customer_notices=CustomerNotices(
            receipt=draw(st.sampled_from((("email", "sms"), ("email",), ("voice", "email"), ()))),
            longer_wait=draw(st.sampled_from((True, True, True, False))),
        ),
    )


class CustomersMachine(RuleBasedStateMachine):
    """Two pools in one shard, with more who wait than agents."""

    @initialize(boston=documents(), galway=documents(pool="galway"))
    def start(self, boston: PoolDocument, galway: PoolDocument) -> None:
        self.shard = Shard(boston, galway)
        self.ledger = Ledger(self.shard.documents)
        self.customers = Customers(self.ledger)
        self.told = 0
        for pool in POOLS:
            self.shard.presence("ana", pool=pool)
        for local in LOCALS[:3]:
            self._receive(local, "email")

    def _receive(self, local: str, channel: Channel, **given: Any) -> None:
        whose = Personal(address="ada@example.com", text="It is dark.")
        self.shard.receive(local, channel=channel, personal=whose, **given)
        self._settle()

    def _settle(self) -> None:
        while self.told < len(self.shard.facts):
            new = self.shard.facts[self.told :]
            self.told = len(self.shard.facts)
            for fact in new:
                at = (fact.pool, getattr(fact, "interaction_id", ""))
                self.customers.add(fact, self.ledger.where.get(at))
                self.ledger.add(fact)
            self.shard.deliver(new)

    def open(self, *where: str) -> list[tuple[str, str]]:
        found = sorted(at for at, its in self.ledger.where.items() if its in where)
        return [(pool, id_.split(":")[1]) for pool, id_ in found] or [("boston", "0")]

    @rule(
        local=st.sampled_from(LOCALS),
        channel=st.sampled_from(CHANNELS),
        priority=st.sampled_from((None, None, "high")),
    )
    def receive(self, local: str, channel: Channel, priority: str | None) -> None:
        self._receive(local, channel, priority=priority)

    @rule(
        agent_id=st.sampled_from(AGENTS),
        status=st.sampled_from(("ready", "ready", "away", "offline")),
        pool=st.sampled_from(POOLS),
    )
    def presence(self, agent_id: str, status: str, pool: str) -> None:
        self.shard.presence(agent_id, status, pool=pool)
        self._settle()

    @rule(data=st.data(), answer=st.sampled_from(("accept", "decline")))
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

    @rule(data=st.data(), kind=st.sampled_from((AgentReplied, CloseRequested)))
    def by_agent(self, data: st.DataObject, kind: type[Event]) -> None:
        pool, local = data.draw(st.sampled_from(self.open("assigned")))
        agent_id = self.ledger.assigned.get((pool, f"boston:{local}"), "ana")
        self.shard.say(kind, local=local, pool=pool, agent_id=agent_id)
        self._settle()

    @rule(
        data=st.data(),
        kind=st.sampled_from((CustomerMessaged, RequeueRequested, CallbackRequested)),
    )
    def of_interaction(self, data: st.DataObject, kind: type[Event]) -> None:
        pool, local = data.draw(st.sampled_from(self.open(*OPEN)))
        self.shard.say(kind, local=local, pool=pool)
        self._settle()

    @rule(
        data=st.data(),
        to=st.sampled_from(({"to_queue": "other"}, {"to_pool": "galway"}, {"to_pool": "boston"})),
    )
    def transfer(self, data: st.DataObject, to: dict[str, str]) -> None:
        pool, local = data.draw(st.sampled_from(self.open(*OPEN)))
        self.shard.say(TransferRequested, local=local, pool=pool, **to)
        self._settle()

    @rule(seconds=st.sampled_from((1, 30, 60, 120, 300, 700)))
    def wait(self, seconds: int) -> None:
        self.shard.wait(seconds)
        self._settle()

    @rule(seconds=st.sampled_from((100, 1000)))
    def stand_still(self, seconds: int) -> None:
        self.shard.late_tick(seconds)
        self._settle()

    @rule(data=st.data())
    def hear_again(self, data: st.DataObject) -> None:
        _, event = data.draw(st.sampled_from(self.shard.events))
        self.shard.feed(event)
        self._settle()

    @rule(doc=st.sampled_from(POOLS).flatmap(lambda pool: documents(pool=pool)))
    def configure(self, doc: PoolDocument) -> None:
        self.shard.configure(doc)
        self._settle()

    @rule()
    def restore(self) -> None:
        self.shard.restore()

    @invariant()
    def each_is_told_once_and_in_time(self) -> None:
        assert not self.ledger.broken, self.ledger.broken
        assert not self.customers.broken, self.customers.broken
        assert self.customers.forgotten(self.shard.now) == []

    @invariant()
    def what_is_stored_is_the_state_and_has_no_address(self) -> None:
        again = router_core.empty(self.shard.documents)
        router_core.load(again, self.shard.stored)
        assert index(again) == index(self.shard.state)
        assert not any(b"ada@" in value for value in self.shard.stored.values())

    def teardown(self) -> None:
        if not hasattr(self, "shard"):
            return
        by_facts = router_core.empty(self.shard.documents)
        for fact in self.shard.facts:
            router_core.evolve(by_facts, fact)
        assert entities(by_facts) == entities(self.shard.state)

        replayed = router_core.empty(self.shard.documents)
        facts = []
        for now, event in self.shard.events:
            for fact in router_core.decide(replayed, event, now):
                router_core.evolve(replayed, fact)
                facts.append(fact)
        assert facts == self.shard.facts  # R7, whatever was restored in between


CustomersMachine.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None
)
TestCustomersMachine = CustomersMachine.TestCase
