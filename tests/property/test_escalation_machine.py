"""Random lives of interactions: nobody missed, nobody paged late, nobody paged twice."""

from collections import Counter
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.escalation.core import escalation_core
from shared.contracts.configuration import (
    EscalationLevel,
    EscalationPolicy,
    PoolDocument,
    SlaTarget,
)
from shared.contracts.escalation import (
    EscalationAcknowledged,
    EscalationOpened,
    EscalationResolved,
    PageRecalled,
    PageRequested,
    SlaBreached,
    SlaCancelled,
    SlaClockStarted,
    SlaMet,
)
from shared.contracts.event import Event
from tests.unit.escalation.stage import SECOND, Stage, document, of, picture

POOLS = ("a", "b")
LEVELS = (
    EscalationLevel(people=("ana", "ben")),
    EscalationLevel(after_s=7, people=("cleo", "ana")),
)
POLICIES = (
    EscalationPolicy(name="lead", levels=LEVELS, rounds=3, round_s=10),
    EscalationPolicy(name="boss", levels=(LEVELS[1],), rounds=2, round_s=5),
)
TARGETS = (
    SlaTarget(metric="first_reply", open_s=5, met_by="assignment", escalation_policy="lead"),
    SlaTarget(
        metric="resolution", open_s=12, met_by="close", calendar="office", escalation_policy="boss"
    ),
)


def of_pool(pool: str, *, strict: bool = False) -> PoolDocument:
    if strict:  # a later version: shorter, and one policy less
        first = TARGETS[0].model_copy(update={"open_s": 2, "met_by": "reply"})
        return document(pool=pool, targets=(first,), escalations=POLICIES[:1], dedupe_horizon_s=30)
    return document(pool=pool, targets=TARGETS, escalations=POLICIES, dedupe_horizon_s=30)


class Recorded(Stage):
    """A stage that keeps what it was fed, so that another can be fed the same."""

    def __init__(self, *documents: PoolDocument) -> None:
        self.inputs: list[Event] = []
        super().__init__(*documents)

    def feed(self, event: Event) -> list[Event]:
        self.inputs.append(event)
        return super().feed(event)


class EscalationMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.stage = Recorded(*(of_pool(pool) for pool in POOLS))
        self.alive: dict[str, tuple[str, int]] = {}  # interaction id: pool, hop
        self.born = 0

    def one(self, data: st.DataObject) -> tuple[str, str]:
        id_ = data.draw(st.sampled_from(sorted(self.alive)))
        return id_, self.alive[id_][0]

    @rule(pool=st.sampled_from(POOLS), ago=st.integers(0, 6 * SECOND))
    def arrive(self, pool: str, ago: int) -> None:
        self.born += 1
        id_ = f"{pool}:{self.born}"
        self.alive[id_] = (pool, 0)
        self.stage.queued(id_, pool=pool, since=self.stage.now - ago)

    @precondition(lambda self: self.alive)
    @rule(data=st.data())
    def assign(self, data: st.DataObject) -> None:
        id_, pool = self.one(data)
        self.stage.assigned(id_, pool=pool)

    @precondition(lambda self: self.alive)
    @rule(data=st.data(), outcome=st.sampled_from(["solved", "spam"]))
    def close(self, data: st.DataObject, outcome: Any) -> None:
        id_, pool = self.one(data)
        self.stage.closed(id_, pool=pool, outcome=outcome)
        del self.alive[id_]

    @precondition(lambda self: self.alive)
    @rule(data=st.data())
    def abandon(self, data: st.DataObject) -> None:
        id_, pool = self.one(data)
        self.stage.abandoned(id_, pool=pool)
        del self.alive[id_]

    @precondition(lambda self: self.alive)
    @rule(data=st.data(), answered=st.booleans())
    def transfer(self, data: st.DataObject, answered: bool) -> None:
        id_, pool = self.one(data)
        hop = self.alive[id_][1] + 1
        other = POOLS[1 - POOLS.index(pool)]
        self.stage.transferred_out(id_, pool=pool, to_pool=other, hop=hop)
        self.stage.queued(id_, pool=other, hop=hop, answered=answered)
        self.alive[id_] = (other, hop)

    @rule(seconds=st.sampled_from([0, 1, 2, 5, 7, 10, 25, 100]), extra=st.integers(-1, 1))
    def wait(self, seconds: int, extra: int) -> None:
        self.stage.wait(max(0, seconds * SECOND + extra))

    @rule(seconds=st.integers(1, 40))
    def live(self, seconds: int) -> None:
        self.stage.play(self.stage.now + seconds * SECOND)

    @precondition(lambda self: bool(of(EscalationOpened, self.stage.facts)))
    @rule(data=st.data(), late=st.integers(0, 8 * SECOND), cycle=st.sampled_from([1, 1, 1, 0, 2]))
    def acknowledge(self, data: st.DataObject, late: int, cycle: int) -> None:
        opened = data.draw(st.sampled_from(of(EscalationOpened, self.stage.facts)))
        self.stage.now += late
        self.stage.acknowledged(opened.escalation_id, cycle=cycle, pool=opened.pool)

    @precondition(lambda self: len(self.stage.inputs) > 2)
    @rule(data=st.data())
    def hear_again(self, data: st.DataObject) -> None:
        """The last input, or one of the few before it, is delivered twice."""
        self.stage.feed(data.draw(st.sampled_from(self.stage.inputs[-4:])))

    @rule(pool=st.sampled_from(POOLS), strict=st.booleans())
    def configure(self, pool: str, strict: bool) -> None:
        self.stage.configure(of_pool(pool, strict=strict))

    @rule()
    def take_over(self) -> None:
        self.stage.restore()

    @invariant()
    def e1_nobody_is_missed(self) -> None:
        for case in self.stage.state.cases.values():
            for clock in case.clocks:
                assert clock.breached or clock.due_ms > self.stage.now
        opened = {it.escalation_id: it for it in of(EscalationOpened, self.stage.facts)}
        paged = {it.escalation_id for it in of(PageRequested, self.stage.facts)}
        for breach in of(SlaBreached, self.stage.facts):
            assert breach.at_ms >= breach.due_at_ms
            run = opened[f"{breach.interaction_id}#{breach.metric}/{breach.instance}"]
            assert run.levels[0].after_ms > 0 or run.escalation_id in paged

    @invariant()
    def e1_the_deadline_is_the_earliest_of_all(self) -> None:
        wakes = [
            clock.wakes_at_ms() for case in self.stage.state.cases.values() for clock in case.clocks
        ]
        awake = [at for at in wakes if at is not None]
        deadline = escalation_core.deadline(self.stage.state)
        assert deadline == min(awake, default=None)
        assert deadline is None or deadline > self.stage.now

    @invariant()
    def e2_nobody_is_paged_after_the_end(self) -> None:
        over: set[tuple[str, int]] = set()
        for fact in self.stage.facts:
            if isinstance(fact, PageRequested):
                assert (fact.escalation_id, fact.cycle) not in over
            if isinstance(fact, EscalationAcknowledged | EscalationResolved):
                over.add((fact.escalation_id, fact.cycle))

    @invariant()
    def e2_whoever_was_paged_is_recalled_once(self) -> None:
        ended = {
            it.escalation_id
            for it in self.stage.facts
            if isinstance(it, EscalationAcknowledged | EscalationResolved)
        }
        paged = {
            (it.escalation_id, it.person)
            for it in of(PageRequested, self.stage.facts)
            if it.escalation_id in ended
        }
        recalled = Counter(
            (it.escalation_id, it.person) for it in of(PageRecalled, self.stage.facts)
        )
        assert recalled == Counter(paged)

    @invariant()
    def e3_every_decision_is_told_once(self) -> None:
        ids = Counter(it.event_id for it in self.stage.facts if it.kind != "event_rejected")  # type: ignore[attr-defined]  # every fact has a kind
        assert [it for it, count in ids.items() if count > 1] == []
        about = Counter(
            (it.escalation_id, it.cycle, it.level, it.round, it.person, it.method)
            for it in of(PageRequested, self.stage.facts)
        )
        assert set(about.values()) <= {1}

    @invariant()
    def every_clock_ends_at_most_once_and_lateness_tells_the_breach(self) -> None:
        started = {(it.interaction_id, it.metric, it.instance): it for it in of(
            SlaClockStarted, self.stage.facts)}  # fmt: skip
        ends: Counter[tuple[str, str, int]] = Counter()
        breached = {
            (it.interaction_id, it.metric, it.instance) for it in of(SlaBreached, self.stage.facts)
        }
        for fact in self.stage.facts:
            if isinstance(fact, SlaMet | SlaCancelled):
                key = (fact.interaction_id, fact.metric, fact.instance)
                assert key in started
                ends[key] += 1
                if isinstance(fact, SlaMet):
                    assert (fact.late_ms > 0) == (key in breached)
        assert set(ends.values()) <= {1}
        assert sum(len(case.clocks) for case in self.stage.state.cases.values()) == len(
            started
        ) - len(ends)

    @invariant()
    def the_facts_alone_rebuild_the_state(self) -> None:
        state = escalation_core.empty(self.stage.documents)
        for fact in self.stage.facts:
            escalation_core.evolve(state, fact)
        assert picture(state) == picture(self.stage.state)

    @invariant()
    def the_stored_entities_rebuild_the_state(self) -> None:
        self.stage.commit()
        assert picture(self.stage.restored()) == picture(self.stage.state)

    def teardown(self) -> None:
        """The same log under other batches, restored after each, gives the same facts."""
        for size in (1, 3):
            again = Stage.__new__(Stage)
            again.documents, again.stored = self.stage.documents, {}
            again.state = escalation_core.empty(again.documents)
            again.now, again.facts = 0, []
            for number, event in enumerate(self.stage.inputs):
                again.feed(event)
                if number % size == 0:
                    again.restore()
            assert again.facts == self.stage.facts


EscalationMachine.TestCase.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None
)
TestEscalationMachine = EscalationMachine.TestCase
