"""Steps and preferences in random histories, against the plain words of the contract."""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec import UNSET

from services.router.core import router_core
from services.router.core.model import Interaction, Step
from shared.contracts.configuration import (
    Agent,
    LanguageLevel,
    LanguageNeed,
    PoolDocument,
    Queue,
    RingOpening,
)
from shared.contracts.interactions import ChangeRequested, CloseRequested, SkillNeed
from tests.support.eligible import may_serve
from tests.support.router_shard import Shard, agent, document, entities, index

IDS, TIMES = ("ana", "bea", "cy", "ida"), (0, 10, 30, 300)
SOME = st.sampled_from(TIMES)
PERHAPS = st.one_of(st.none(), SOME)
NEEDS = st.lists(
    st.builds(SkillNeed, skill=st.just("snow"), level=st.integers(1, 4), drops_after_s=PERHAPS),
    max_size=2,
).map(tuple)


@st.composite
def documents(draw: st.DrawFn) -> PoolDocument:
    def ring() -> tuple[str, ...]:
        return draw(st.sampled_from(((), (), ("helpers",))))

    agents = (
        agent("ana", "en", skills={"snow": draw(st.integers(1, 4))}, capacity_units=40),
        agent("bea", "en", "pt", skills={"snow": 4}, rings=ring()),
        Agent(
            id="cy",
            skills={"snow": 2},
            languages={"pt": LanguageLevel(written=draw(st.integers(1, 5)))},
        ),
        Agent(id="ida", skills={"snow": 3}, interpreter=True, rings=ring()),
    )
    settings_: dict[str, Any] = {
        "skills": draw(NEEDS),
        "language_needs": (LanguageNeed(level=4, drops_after_s=draw(PERHAPS)),)[: draw(SOME)],
        "other_languages_after_s": draw(SOME),
        "interpreters_after_s": draw(PERHAPS),
        "rings": (RingOpening(ring="helpers", after_s=draw(SOME)),)[: draw(SOME)],
        "skip_empty_steps": draw(st.sampled_from((True, True, False))),
        "prefer_s": draw(SOME),
        "prefer_last_agent": True,
    }
    here = agents[draw(st.integers(0, 1)) :]
    return document(
        *here, queues=(Queue(name="general", **settings_), Queue(name="other")), aside_s=7
    )


ARRIVALS = st.fixed_dictionaries(
    {
        "language": st.sampled_from(("en", "pt", "es")),
        "other_languages": st.sampled_from(((), ("en",), ("pt",))),
        "preferred_agent": st.sampled_from((None, None, *IDS)),
        "customer": st.sampled_from((None, "c")),
    }
)
CHANGES: tuple[dict[str, Any], ...] = (
    {"priority": "high"},
    {"queue": "other"},
    {"queue": "general"},
    {"language": "pt"},
    {"skills": (SkillNeed(skill="snow", level=3, drops_after_s=5),)},
    {"reapply": True},
)


def steps_of(it: Interaction) -> tuple[Step, ...]:
    if it.steps is not UNSET:
        return it.steps
    return (Step(0, (it.language, *it.other_languages), it.language_level, it.skills),)


class Widening(RuleBasedStateMachine):
    @initialize(doc=documents(), arrivals=st.lists(ARRIVALS, min_size=3, max_size=3))
    def start(self, doc: PoolDocument, arrivals: list[dict[str, Any]]) -> None:
        self.doc, self.shard, self.number = doc, Shard(doc), 0
        self.receive(arrivals)

    @rule(arrivals=st.lists(ARRIVALS, min_size=1, max_size=3))
    def receive(self, arrivals: list[dict[str, Any]]) -> None:
        for given in arrivals:
            self.number += 1
            self.shard.receive(str(self.number), **given)

    @rule(id_=st.sampled_from(IDS), status=st.sampled_from(("ready", "ready", "away")))
    def presence(self, id_: str, status: str) -> None:
        self.shard.presence(id_, status)

    @rule(seconds=st.sampled_from((1, 9, 10, 31)))
    def wait(self, seconds: int) -> None:
        self.shard.wait(seconds)

    @rule(data=st.data(), answer=st.sampled_from(("accept", "decline")))
    def answer(self, data: st.DataObject, answer: str) -> None:
        live = [(it.id, its) for it in self.waiting("offered") for its in it.offers]
        if live:
            id_, offer = data.draw(st.sampled_from(live))
            self.shard.answer(id_.split(":")[1], offer.attempt, offer.agent_id, answer)

    @rule(data=st.data(), change=st.sampled_from((None, *CHANGES)))
    def close_or_change(self, data: st.DataObject, change: dict[str, Any] | None) -> None:
        found = sorted(it.id for it in self.waiting("waiting", "offered", "assigned", "parked"))
        if found:
            local = data.draw(st.sampled_from(found)).split(":")[1]
            if change is None:
                self.shard.say(CloseRequested, local=local)
            else:
                self.shard.say(ChangeRequested, local=local, **change)

    @rule(doc=documents())
    def configure(self, doc: PoolDocument) -> None:
        self.doc = doc
        self.shard.configure(doc)

    @rule()
    def restore(self) -> None:
        self.shard.restore()

    def waiting(self, *status: str) -> list[Interaction]:
        found = self.shard.state.pools["boston"].interactions.values()
        return [it for it in found if it.status in status]

    def who(self, it: Interaction, step: Step) -> set[str]:
        return {its.id for its in self.doc.agents if may_serve(its, step)}

    def ready(self) -> set[str]:
        agents = self.shard.state.pools["boston"].agents.values()
        return {it.id for it in agents if it.status == "ready"}

    @invariant()
    def time_has_not_passed_a_step_by(self) -> None:
        for it in self.waiting("waiting"):
            later = steps_of(it)[it.step + 1 :]
            assert all(it.steps_since_ms + its.after_s * 1000 > self.shard.now for its in later)

    @invariant()
    def nobody_waits_for_those_who_are_not_there_while_later_ones_are(self) -> None:
        queues = {it.name: it for it in self.doc.queues}
        for it in self.waiting("waiting"):
            now, *later = steps_of(it)[it.step :]
            able = [self.who(it, step) for step in later]
            if not self.who(it, now) & self.ready():
                assert not any(able) or self.who(it, now), "nobody will ever come"
                if queues[it.queue].skip_empty_steps:
                    assert not any(its & self.ready() for its in able)

    @invariant()
    def who_is_preferred_is_there_and_may_serve_it(self) -> None:
        for it in self.waiting("waiting"):
            if it.preferred:
                assert it.preferred.agent_id in self.ready()
                assert it.preferred.agent_id in self.who(it, steps_of(it)[it.step])
                assert it.preferred.until_ms > self.shard.now

    @invariant()
    def nobody_waits_while_somebody_who_may_serve_it_has_room(self) -> None:
        pool = self.shard.state.pools["boston"]
        for it in self.waiting("waiting"):
            able = self.who(it, steps_of(it)[it.step]) & self.ready()
            if it.preferred:
                able &= {it.preferred.agent_id}
            aside = {id_ for id_, its in it.asides.items() if its.until_ms > self.shard.now}
            for id_ in able - aside:
                seat = pool.floor.seats[id_]
                assert seat.used + 40 > seat.capacity, (it, id_)

    @invariant()
    def it_is_offered_only_to_who_may_serve_it(self) -> None:
        for it in self.waiting("offered"):
            for offer in it.offers:
                assert offer.agent_id in self.who(it, steps_of(it)[it.step])

    @invariant()
    def what_is_stored_is_the_state(self) -> None:
        again = router_core.empty(self.shard.documents)
        router_core.load(again, self.shard.stored)
        assert index(again) == index(self.shard.state)
        mine, others = self.shard.state.pools["boston"], again.pools["boston"]
        assert mine.last_agents.of("c") == others.last_agents.of("c")
        assert sorted(map(sorted, mine.hopefuls.alike())) == sorted(
            map(sorted, others.hopefuls.alike())
        )

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
        assert facts == self.shard.facts
        assert entities(replayed) == entities(self.shard.state)


Widening.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestWidening = Widening.TestCase
