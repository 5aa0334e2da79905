"""Every interaction explains itself: who was chosen and why, who was not, what it waits for."""

import json
from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.router.core.timers import Due
from services.router.core.why.explain_changes import SAID
from shared.contracts.configuration import (
    Agent,
    Calendar,
    ChannelSettings,
    LanguageLevel,
    LanguageNeed,
    Pace,
    PoolDocument,
    Queue,
    RingOpening,
    Span,
)
from shared.contracts.event import Event
from shared.contracts.explanation import InteractionExplained
from shared.contracts.interactions import (
    AssignRequested,
    CallbackRequested,
    CloseRequested,
    CustomerAbandoned,
    ExplanationRequested,
    SkillNeed,
    TransferRequested,
)
from shared.contracts.routing import OfferMade
from tests.support.router_shard import T0, Shard, agent, document, entities, find, kinds
from tests.support.routing_verdicts import Json, Stored, ends_ms, failing, lasting_parts

SNOW = SkillNeed(skill="snow", level=3)


def ask(shard: Shard, local: str, **given: Any) -> InteractionExplained:
    told = find(shard.say(ExplanationRequested, local=local, **given), "interaction_explained")
    assert isinstance(told, InteractionExplained)
    return told


def of(told: InteractionExplained) -> dict[str, str]:
    return {it.agent_id: it.constraint for it in told.verdicts}


# The question itself


def test_a_question_changes_nothing_and_heard_twice_has_one_answer() -> None:
    shard = Shard(document(agent("ana")))
    shard.receive("1")
    before, stored = entities(shard.state), dict(shard.stored)
    first = ask(shard, "1", event_id="q")
    assert ask(shard, "1", event_id="q") == first
    assert (first.event_id, first.cause) == ("q#explained", "q")
    assert (entities(shard.state), shard.stored) == (before, stored)


def test_an_ended_one_says_how_it_ended_and_an_unknown_one_is_refused() -> None:
    shard = Shard(document(agent("ana")))
    shard.receive("1")
    shard.say(CustomerAbandoned, local="1")
    told = ask(shard, "1")
    assert (told.state, told.binds) == ("abandoned", "It ended: abandoned.")
    refused = find(shard.say(ExplanationRequested, local="2"), "event_rejected")
    assert (refused.code, refused.status) == ("unknown_interaction", 404)


def test_the_work_after_it_is_told_with_its_end() -> None:
    shard = Shard(document(agent("ana"), channels={"chat": ChannelSettings(wrap_up_s=60)}))
    shard.presence("ana")
    shard.receive("1")
    shard.accept("1", 1, "ana")
    shard.say(CloseRequested, local="1", agent_id="ana")
    told = ask(shard, "1")
    assert (told.agent_id, told.changes_at_ms) == ("ana", shard.now + 60_000)
    assert told.binds == "It ended: closed. ana does the work after it."


def test_the_question_follows_a_transfer_to_the_other_pool() -> None:
    here = document(agent("ana"))
    there = document(agent("bob"), pool="salem")
    shard = Shard(here, there)
    shard.receive("1")
    shard.deliver(shard.say(TransferRequested, local="1", to_pool="salem"))
    asked = shard.say(ExplanationRequested, local="1", event_id="q")
    assert [(it.event_id, it.pool) for it in asked] == [("q", "salem")]
    told = find(shard.deliver(asked), "interaction_explained")
    assert (told.pool, told.state, told.cause) == ("salem", "waiting", "q")


# Who was chosen


def test_an_offer_names_winner_and_runner_up_as_they_were_compared() -> None:
    shard = Shard(document(agent("ana"), agent("bob"), agent("eve")))
    for id_ in ("bob", "ana", "eve"):
        shard.presence(id_)
        shard.wait(1)
    made = find(shard.receive("1"), "offer_made")
    told = ask(shard, "1")
    assert (told.state, told.agent_id) == ("offered", "bob")
    assert (told.winner, told.runner_up) == (made.why.chosen, made.why.runner_up)
    assert told.runner_up is not None
    assert told.runner_up.agent_id == "ana"
    assert told.rank_names == made.why.rank_names
    assert "bob" not in of(told)
    assert told.changes_at_ms == made.expires_at_ms
    assert told.changes is not None
    assert told.changes.startswith("the offer to bob runs out at ")


def test_an_assignment_keeps_the_reason_of_its_offer() -> None:
    shard = Shard(document(agent("ana"), agent("bob")))
    shard.presence("ana")
    shard.presence("bob")
    made = find(shard.receive("1"), "offer_made")
    shard.accept("1", 1, "ana")
    shard.restore()
    told = ask(shard, "1")
    assert (told.state, told.winner, told.runner_up) == (
        "assigned",
        made.why.chosen,
        made.why.runner_up,
    )
    assert told.binds == "It was given to ana, who has it."


def test_what_a_supervisor_gave_to_an_agent_has_no_winner() -> None:
    shard = Shard(document(agent("ana"), agent("bob")))
    shard.presence("ana")
    shard.presence("bob")
    shard.receive("1")
    shard.say(AssignRequested, local="1", agent_id="bob")
    told = ask(shard, "1")
    assert (told.agent_id, told.winner, told.runner_up) == ("bob", None, None)
    assert told.binds == "It was given to bob by hand, who has it."
    assert of(told) == {"ana": "eligible"}


def test_of_several_who_are_asked_each_other_one_is_told_to_be_asked_too() -> None:
    queue = Queue(name="general", offers_at_once=2)
    shard = Shard(document(agent("ana"), agent("bob"), agent("eve"), queues=(queue,)))
    for id_ in ("ana", "bob", "eve"):
        shard.presence(id_)
    shard.receive("1")
    told = ask(shard, "1")
    (bob,) = [it for it in told.verdicts if it.agent_id == "bob"]
    assert (bob.constraint, bob.detail) == ("eligible", "is asked at the same time")
    shard.accept("1", 2, "bob")
    assigned = ask(shard, "1")
    assert assigned.winner is not None
    assert assigned.winner.agent_id == "bob"
    assert assigned.runner_up is not None
    assert assigned.runner_up.agent_id == "eve"


# What it waits for


def test_one_that_waits_for_a_busy_agent_says_so_and_when_his_offer_ends() -> None:
    shard = Shard(document(agent("ana"), agent("lva", "lv")))
    shard.presence("ana")
    shard.presence("lva")
    expires_ms = find(shard.receive("1", channel="voice"), "offer_made").expires_at_ms
    shard.receive("2", channel="voice")
    told = ask(shard, "2")
    assert (
        told.binds == "It waits: it needs somebody to get free, and 1 agent holds everything else."
    )
    assert told.counts == {"language": 1, "capacity": 1}
    assert of(told) == {"ana": "capacity", "lva": "language"}
    assert told.changes_at_ms == expires_ms
    assert told.changes is not None
    assert told.changes.startswith("an offer of another interaction to ana runs out at ")


def test_one_that_waits_for_a_ring_says_when_it_opens_and_to_whom() -> None:
    queue = Queue(name="general", rings=(RingOpening(ring="helpers", after_s=60),))
    helpers = (agent("h1", rings=("helpers",)), agent("h2", rings=("helpers",)))
    shard = Shard(document(agent("ana"), *helpers, queues=(queue,)))
    for id_ in ("ana", "h1", "h2"):
        shard.presence(id_)
    for number in range(2):
        shard.receive(f"full{number}")
        shard.accept(f"full{number}", 1, "ana")
    shard.receive("1")
    told = ask(shard, "1")
    assert told.changes_at_ms == T0 + 60_000
    assert told.changes == (
        "opens to ring helpers at 13:47:40 UTC; 2 agents more qualify, 2 of them free now"
    )
    assert {it.agent_id: it.until_ms for it in told.verdicts if it.constraint == "ring"} == {
        "h1": T0 + 60_000,
        "h2": T0 + 60_000,
    }
    assert (told.step, len(told.steps)) == (0, 2)
    assert told.requires == told.steps[0]


def test_one_whose_only_agent_declined_says_until_when_he_is_set_aside() -> None:
    shard = Shard(document(agent("ana"), agent("bob", skills={})))
    shard.presence("ana")
    shard.receive("1")
    until_ms = find(shard.decline("1", 1, "ana"), "offer_ended").aside_until_ms
    told = ask(shard, "1")
    assert (told.verdicts[0].constraint, told.verdicts[0].until_ms) == ("aside", until_ms)
    assert told.changes_at_ms == until_ms


def test_who_lacks_a_skill_is_told_when_it_drops_and_who_is_there_is_nearer_than_who_is_not() -> (
    None
):
    queue = Queue(name="general", skip_empty_steps=False)
    snow_later = SkillNeed(skill="snow", level=3, drops_after_s=100)
    experts = [agent(id_, skills={"snow": 5}) for id_ in ("eva", "eve", "ewa")]
    shard = Shard(document(agent("ana", skills={"snow": 2}), *experts, queues=(queue,)))
    shard.presence("ana")
    shard.receive("1", skills=(snow_later,))
    told = ask(shard, "1")
    assert (
        told.binds == "It waits: it needs somebody to sign in, and 3 agents hold everything else."
    )
    (ana,) = [it for it in told.verdicts if it.agent_id == "ana"]
    assert (ana.constraint, ana.detail) == ("skill", "lacks snow at level 3")
    assert ana.until_ms == T0 + 100_000
    assert told.changes == (
        "asks less of snow at 13:48:20 UTC; 1 agent more qualifies, who is free now"
    )
    shard.presence("eva")
    shard.receive("2", skills=(snow_later,), channel="voice")
    assert ask(shard, "2").binds == (
        "It waits: it needs somebody to get free, and 1 agent holds everything else."
    )


def test_a_parked_one_says_why() -> None:
    shard = Shard(document(agent("ana")))
    shard.receive("1", language="lv")
    told = ask(shard, "1")
    assert told.state == "parked"
    assert told.binds == (
        "Nobody is configured who could serve it: it needs somebody with lv at level 1, "
        "and 1 agent holds everything else."
    )
    shard.fail_over("chat", 1)
    shard.receive("2")
    assert ask(shard, "2").binds == "chat is down, and no backup can have it."


def test_queues_that_are_full_or_closed_say_so_and_when_they_open() -> None:
    full = Queue(name="general", max_waiting=1)
    closed = Queue(name="other", calendar="from 13:48", when_closed="park")
    shard = Shard(document(agent("ana"), queues=(full, closed), calendars=calendars))
    shard.receive("1")
    shard.receive("2")
    assert ask(shard, "2").binds == "Queue general is full."
    shard.receive("3", queue="other")
    told = ask(shard, "3")
    assert told.binds == "Queue other is closed, and opens at 13:48:00 UTC."
    assert told.changes_at_ms == T0 + 80_000
    assert told.changes == "queue other opens at 13:48:00 UTC"


def test_one_that_flows_over_after_a_while_says_when() -> None:
    general = Queue(name="general", overflow_to="other", overflow_after_s=30)
    shard = Shard(document(agent("ana"), queues=(general, Queue(name="other"))))
    shard.receive("1")
    told = ask(shard, "1")
    assert told.changes_at_ms == T0 + 30_000
    assert told.changes == "it flows over to another queue at 13:47:10 UTC"


def test_a_promised_call_says_when_it_will_be() -> None:
    shard = Shard(document(agent("ana")))
    shard.receive("1")
    shard.say(CallbackRequested, local="1", not_before_ms=T0 + 3_600_000)
    told = ask(shard, "1")
    assert told.binds == "Its customer is called back at 14:46:40 UTC."
    assert (told.changes_at_ms, told.changes) == (
        T0 + 3_600_000,
        "it waits again at 14:46:40 UTC",
    )


def test_whatever_can_be_due_for_an_interaction_has_its_words() -> None:
    of_others = {Due.WRAP_UP, Due.STUBS, Due.HOURS, Due.PACE, Due.OVERFLOW}
    changes_nothing_of_it = {Due.LONGER_WAIT}
    assert of_others | changes_nothing_of_it | {Due.STEP, Due.ASIDE} | set(SAID) == set(Due)


def test_of_many_agents_the_nearest_fifty_are_told_and_all_are_counted() -> None:
    others = [agent(f"lv{number:03}", "lv") for number in range(80)]
    near = [agent(f"en{number:03}") for number in range(20)]
    shard = Shard(document(*others, *near))
    shard.receive("1")
    told = ask(shard, "1")
    assert told.counts == {"language": 80, "presence": 20}
    assert len(told.verdicts) == 50
    assert [it.agent_id for it in told.verdicts[:20]] == [it.id for it in near]


# Against a naive reading of the contract

SKILLS = ("snow", "ice")
TAGS = ("en", "pt", "pt-BR")
levels = st.just(LanguageLevel()) | st.builds(
    LanguageLevel, spoken=st.integers(0, 5), written=st.integers(0, 5)
)
configured = st.builds(
    lambda **given: given,
    skills=st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 5)),
    languages=st.dictionaries(st.sampled_from(TAGS), levels, min_size=1),
    capacity_units=st.sampled_from((100, 100, 200, 30)),
    channels=st.sampled_from(({}, {}, {"voice": 1, "chat": 1}, {"chat": 1})),
    rings=st.sampled_from(((), (), (), ("near",), ("near", "far"))),
    interpreter=st.booleans(),
    calendar=st.sampled_from((None, None, None, "until 13:47", "from 13:48")),
)
calendars = (  # the story begins on a Monday, at 13:46:40
    Calendar(
        name="until 13:47", timezone="UTC", week={"mon": (Span(opens_min=0, closes_min=827),)}
    ),
    Calendar(
        name="from 13:48", timezone="UTC", week={"mon": (Span(opens_min=828, closes_min=1440),)}
    ),
)
needs = st.builds(
    SkillNeed,
    skill=st.sampled_from(SKILLS),
    level=st.integers(1, 4),
    drops_after_s=st.sampled_from((None, 20, 60)),
)
queues = st.builds(
    Queue,
    name=st.just("general"),
    skills=st.just(()) | st.lists(needs, max_size=1).map(tuple),
    language_needs=st.sampled_from(((), (LanguageNeed(level=3, drops_after_s=30),))),
    other_languages_after_s=st.sampled_from((0, 25)),
    interpreters_after_s=st.sampled_from((None, 40)),
    rings=st.sampled_from(
        ((), (RingOpening(ring="near", after_s=15), RingOpening(ring="far", after_s=50)))
    ),
    skip_empty_steps=st.booleans(),
    prefer_s=st.sampled_from((30, 30, 0)),
    offers_at_once=st.sampled_from((1, 1, 2)),
)


@st.composite
def documents(draw: st.DrawFn) -> PoolDocument:
    people = draw(st.lists(configured, min_size=3, max_size=6))
    return document(
        *(Agent(id=f"a{number}", **given) for number, given in enumerate(people)),
        queues=(draw(queues),),
        calendars=calendars,
        strategy=draw(
            st.sampled_from(
                (
                    "longest_ready",
                    "least_loaded",
                    "round_robin",
                    "most_proficient",
                    "least_flexible",
                )
            )
        ),
        pace=draw(st.sampled_from((None, Pace(offers=1, per_s=45, channels=("chat",))))),
        channels={
            "voice": ChannelSettings(units=100),
            "chat": ChannelSettings(units=40, min_language_level=2, wrap_up_s=10),
            "email": ChannelSettings(units=50, interruptible=True),
        },
    )


def play(shard: Shard, doc: PoolDocument, data: st.DataObject) -> None:
    """A little history: people come and go, contacts come, are answered, and end."""
    one_of = data.draw
    ids = st.sampled_from([it.id for it in doc.agents])
    for it in doc.agents:
        if one_of(st.integers(0, 3), "comes"):
            shard.presence(it.id)
    for number in range(one_of(st.integers(5, 25), "steps")):
        match one_of(st.sampled_from(("receive", "receive", "presence", "answer", "wait"))):
            case "receive":
                shard.receive(
                    str(number),
                    channel=one_of(st.sampled_from(("voice", "chat", "email"))),
                    language=one_of(st.sampled_from(TAGS)),
                    other_languages=one_of(st.sampled_from(((), ("de", "en")))),
                    skills=one_of(
                        st.sampled_from(((), ())) | st.lists(needs, max_size=1).map(tuple)
                    ),
                    preferred_agent=one_of(st.none() | ids),
                )
            case "presence":
                status = one_of(st.sampled_from(("ready", "ready", "ready", "away")))
                after_work = one_of(st.integers(0, 4)) == 4
                shard.presence(one_of(ids), status, after_work=after_work)
            case "answer":
                _answer(shard, one_of(st.sampled_from(("accept", "decline", "close"))))
            case _:
                shard.wait(one_of(st.sampled_from((1, 10, 31))))


def _answer(shard: Shard, what: str) -> None:
    for it in list(shard.state.pools["boston"].interactions.values()):
        local = it.id.split(":")[1]
        if what == "close" and it.agent_id is not None:
            shard.say(CloseRequested, local=local, agent_id=it.agent_id)
        elif what != "close" and it.offers:
            shard.answer(local, it.offers[0].attempt, it.offers[0].agent_id, what)


def stored_of(shard: Shard, doc: PoolDocument) -> Stored:
    """What the state topic holds now, and no more."""
    found = Stored(doc, shard.now)
    for key, value in shard.stored.items():
        kind, _, rest = key.partition("/")
        of_kind = {"agent": found.agents, "interaction": found.interactions, "stub": found.stubs}
        if kind in of_kind:
            of_kind[kind][rest.split("/", 1)[1]] = json.loads(value)
    return found


@settings(max_examples=150)
@given(documents(), st.data())
def test_each_verdict_is_what_a_naive_reading_of_the_contract_says(
    doc: PoolDocument, data: st.DataObject
) -> None:
    shard = Shard(doc)
    play(shard, doc, data)
    stored = stored_of(shard, doc)
    for id_, it in stored.interactions.items():
        told = ask(shard, id_.split(":")[1])
        others = [it for it in doc.agents if told.winner is None or it.id != told.winner.agent_id]
        first = {other.id: next(iter(failing(stored, it, other)), "eligible") for other in others}
        assert of(told) == first
        if told.state == "waiting":
            assert "eligible" not in first.values()  # nobody waits for one who may have it
        if told.state == "offered":
            _best_was_chosen(doc, it, told)
        assert told.counts == Counter(first.values())
        by_id = {other.id: other for other in others}
        for verdict in told.verdicts:
            until_ms = ends_ms(verdict.constraint, stored, it, by_id[verdict.agent_id])
            assert verdict.until_ms == until_ms
        assert told.changes_at_ms is None or told.changes_at_ms > shard.now


@settings(max_examples=150)
@given(documents(), st.data())
def test_who_is_chosen_ranks_before_the_runner_up(doc: PoolDocument, data: st.DataObject) -> None:
    shard = Shard(doc)
    play(shard, doc, data)
    for fact in shard.facts:
        if isinstance(fact, OfferMade):
            _chosen_is_best(doc, fact)


def _chosen_is_best(doc: PoolDocument, fact: OfferMade) -> None:
    names, chosen, second = fact.why.rank_names, fact.why.chosen, fact.why.runner_up
    assert names == NAMES[doc.strategy]
    assert len(chosen.rank) == len(names)
    assert dict(zip(names, chosen.rank, strict=True)).get("ready_since", 0) <= fact.at_ms
    if second is not None:
        assert len(second.rank) == len(names)
        assert (chosen.rank, chosen.agent_id) < (second.rank, second.agent_id)


NAMES = {
    "longest_ready": ("language", "ready_since", "flexibility", "last_offer"),
    "least_loaded": ("language", "load", "ready_since", "flexibility", "last_offer"),
    "round_robin": ("language", "last_offer", "ready_since"),
    "most_proficient": (
        "language", "proficiency", "load", "ready_since", "flexibility", "last_offer",
    ),
    "least_flexible": ("language", "flexibility", "load", "ready_since", "last_offer"),
}  # fmt: skip


def _best_was_chosen(doc: PoolDocument, it: Json, told: InteractionExplained) -> None:
    """Of the parts of the rank those that only configuration and requirement make."""
    by_id = {each.id: each for each in doc.agents}
    for candidate in (told.winner, told.runner_up):
        if candidate is not None:
            rank = dict(zip(told.rank_names, candidate.rank, strict=True))
            parts = lasting_parts(doc, it, by_id[candidate.agent_id])
            assert rank == rank | {name: parts[name] for name in rank if name in parts}


def test_nothing_of_an_explanation_is_an_event_that_the_router_hears() -> None:
    shard = Shard(document(agent("ana")))
    shard.receive("1")
    facts: list[Event] = shard.say(ExplanationRequested, local="1")
    assert kinds(facts) == ["interaction_explained"]
    assert shard.deliver(facts) == []
