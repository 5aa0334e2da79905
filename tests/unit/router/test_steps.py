"""Requirements that drop, and rings that open, as an interaction waits."""

import pytest

from shared.contracts.configuration import Agent, LanguageLevel, LanguageNeed, Queue, RingOpening
from shared.contracts.event import Event
from shared.contracts.interactions import SkillNeed, TransferRequested
from shared.contracts.routing import Step
from tests.support.router_shard import Shard, agent, document, find, kinds

EXPERT = SkillNeed(skill="snow", level=4, drops_after_s=60)
ABLE = SkillNeed(skill="snow", level=2)


def shard_of(*agents: Agent, **queue: object) -> Shard:
    """Nobody is skipped to unless a test asks for it."""
    settings = {"skip_empty_steps": False, **queue}
    return Shard(document(*agents, queues=(Queue(name="general", **settings), Queue(name="other"))))


def offered(told: list[Event]) -> list[str]:
    return [fact.agent_id for fact in told if kinds([fact]) == ["offer_made"]]  # type: ignore[attr-defined]  # an OfferMade


def test_what_never_changes_has_no_steps() -> None:
    shard = shard_of(agent("ana", "en", "pt", skills={"snow": 5}), skills=(ABLE,))
    queued = find(shard.receive("1", other_languages=("pt",)), "interaction_queued")
    assert queued.steps == ()
    assert b'"steps":[' not in shard.stored["interaction/boston/boston:1"]


def test_a_skill_drops_at_its_time_and_not_before() -> None:
    eve = agent("eve", skills={"snow": 4})
    shard = shard_of(agent("ana", skills={"snow": 2}), eve, skills=(EXPERT, ABLE))
    shard.presence("ana")
    queued = find(shard.receive("1"), "interaction_queued")
    assert queued.skills == (SkillNeed(skill="snow", level=4),)
    assert [(it.after_s, it.skills) for it in queued.steps] == [
        (0, (SkillNeed(skill="snow", level=4),)),
        (60, (ABLE,)),
    ]
    assert shard.wait(59.999) == []
    told = shard.wait(0.001)
    assert kinds(told) == ["interaction_widened", "offer_made"]
    widened = find(told, "interaction_widened")
    assert (widened.step, widened.why, widened.event_id) == (1, "waited", "boston:1#widened/1")
    assert find(told, "offer_made").waited_ms == 60_000


def test_the_level_of_the_language_drops_and_the_language_does_not() -> None:
    fair = Agent(id="ana", languages={"pt": LanguageLevel(written=3)})
    shard = shard_of(
        fair,
        agent("bea", "en"),
        agent("eve", "pt"),
        language_needs=(LanguageNeed(level=5, drops_after_s=30), LanguageNeed(level=3)),
    )
    shard.presence("bea")
    shard.presence("ana")
    assert "offer_made" not in kinds(shard.receive("1", language="pt"))
    assert offered(shard.wait(30)) == ["ana"]


def test_other_languages_and_then_an_interpreter_come_beside_the_own() -> None:
    shard = shard_of(
        agent("ana", "pt"),
        agent("bea", "es"),
        Agent(id="ida", languages={"en": LanguageLevel()}, interpreter=True),
        other_languages_after_s=20,
        interpreters_after_s=50,
    )
    for id_ in ("bea", "ida"):
        shard.presence(id_)
    queued = find(shard.receive("1", language="pt", other_languages=("es",)), "interaction_queued")
    assert [(it.after_s, it.languages) for it in queued.steps] == [
        (0, ("pt",)),
        (20, ("pt", "es")),
        (50, ("pt", "es", "@interpreter")),
    ]
    shard.receive("2", language="fr")
    assert offered(shard.wait(20)) == ["bea"]
    told = shard.wait(30)
    assert offered(told) == ["ida"]
    assert find(told, "offer_made").why.language_tag == "@interpreter"


def test_a_ring_opens_in_its_time_and_agents_without_one_always_take_part() -> None:
    shard = shard_of(
        agent("ana"),
        agent("bea", rings=("helpers",)),
        agent("cy", rings=("managers",)),
        rings=(RingOpening(ring="helpers", after_s=30),),
    )
    for id_ in ("bea", "cy"):
        shard.presence(id_)
    shard.receive("1")
    assert offered(shard.wait(29)) == []
    assert offered(shard.wait(1)) == ["bea"]
    shard.presence("ana")
    assert offered(shard.receive("2")) == ["ana"]


def test_nobody_is_skipped_to_while_somebody_is_there_though_busy() -> None:
    shard = shard_of(
        agent("ana", capacity_units=40),
        agent("bea", rings=("helpers",)),
        rings=(RingOpening(ring="helpers", after_s=30),),
        skip_empty_steps=True,
    )
    shard.presence("ana")
    shard.presence("bea")
    assert offered(shard.receive("1")) == ["ana"]
    assert kinds(shard.receive("2")) == ["interaction_queued"]


@pytest.mark.parametrize("status", ["away", "offline"])
def test_a_step_with_nobody_there_is_skipped_at_once(status: str) -> None:
    """An agent at lunch does not keep the next ring shut."""
    shard = shard_of(
        agent("ana"),
        agent("bea", rings=("helpers",)),
        rings=(RingOpening(ring="helpers", after_s=30),),
        skip_empty_steps=True,
    )
    shard.presence("ana")
    shard.presence("ana", status)
    shard.presence("bea")
    told = shard.receive("1")
    assert kinds(told) == ["interaction_queued", "interaction_widened", "offer_made"]
    assert find(told, "interaction_widened").why == "nobody_there"
    assert offered(told) == ["bea"]


def test_those_who_wait_go_on_when_the_last_who_might_serve_them_leaves() -> None:
    shard = shard_of(
        agent("ana", capacity_units=40),
        agent("bea", rings=("helpers",)),
        rings=(RingOpening(ring="helpers", after_s=30),),
        skip_empty_steps=True,
    )
    shard.presence("ana")
    shard.presence("bea")
    shard.receive("1")
    shard.accept("1", 1, "ana")
    shard.receive("2")
    told = shard.presence("ana", "away")
    assert kinds(told) == ["agent_changed", "interaction_widened", "offer_made"]
    assert offered(told) == ["bea"]


def test_nobody_there_in_any_step_waits_where_it_is() -> None:
    shard = shard_of(
        agent("ana"),
        agent("bea", rings=("helpers",)),
        rings=(RingOpening(ring="helpers", after_s=30),),
        skip_empty_steps=True,
    )
    assert kinds(shard.receive("1")) == ["interaction_queued"]
    assert kinds(shard.wait(30)) == ["interaction_widened"]


@pytest.mark.parametrize(("busy", "gets"), [(False, ["ida"]), (True, [])])
def test_who_signs_in_gets_what_waits_for_nobody_who_is_there(busy: bool, gets: list[str]) -> None:
    """Not what somebody may serve who is there, though he has no room."""
    shard = shard_of(
        agent("ana", "pt", capacity_units=40),
        Agent(id="ida", interpreter=True),
        interpreters_after_s=600,
        skip_empty_steps=True,
    )
    if busy:
        shard.presence("ana")
        shard.receive("first", language="pt")
    shard.receive("1", language="pt")
    shard.restore()
    assert offered(shard.presence("ida")) == gets


@pytest.mark.parametrize("skip", [True, False])
def test_a_step_that_nobody_could_ever_serve_is_an_alarm_at_once_and_not_waited_for(
    skip: bool,
) -> None:
    shard = shard_of(agent("ana", skills={"snow": 2}), skills=(EXPERT, ABLE), skip_empty_steps=skip)
    told = shard.receive("1")
    assert kinds(told) == ["interaction_queued", "interaction_widened"]
    assert find(told, "interaction_widened").why == "nobody_exists"
    assert offered(shard.presence("ana")) == ["ana"]


def test_it_is_parked_only_if_no_step_can_ever_be_served() -> None:
    shard = shard_of(agent("ana"), skills=(EXPERT, ABLE))
    told = shard.receive("1")
    assert kinds(told) == ["interaction_queued", "interaction_parked"]
    assert "snow at level 2" in find(told, "interaction_parked").detail
    assert "interaction_requeued" in kinds(
        shard.configure(document(agent("ana", skills={"snow": 2}), queues=(Queue(name="general"),)))
    )


def test_steps_that_begin_while_it_is_offered_hold_when_it_waits_again() -> None:
    shard = shard_of(agent("ana", skills={"snow": 4}), agent("bea", skills={"snow": 2}),
                     skills=(SkillNeed(skill="snow", level=4, drops_after_s=10), ABLE))  # fmt: skip
    shard.presence("ana")
    shard.presence("bea")
    assert offered(shard.receive("1")) == ["ana"]
    shard.wait(20)
    told = shard.decline("1", 1, "ana")
    assert kinds(told)[1:] == ["interaction_requeued", "interaction_widened", "offer_made"]
    assert offered(told) == ["bea"]


@pytest.mark.parametrize(("restart", "gets"), [(False, True), (True, False)])
def test_a_transfer_keeps_what_has_dropped_unless_it_is_to_begin_anew(
    restart: bool, gets: bool
) -> None:
    queues = (Queue(name="general"), Queue(name="other", skills=(EXPERT,), skip_empty_steps=False))
    shard = Shard(document(agent("ana"), agent("eve", skills={"snow": 4}), queues=queues))
    shard.receive("1")
    shard.wait(90)
    told = shard.say(TransferRequested, local="1", to_queue="other", restart=restart)
    assert ("interaction_widened" in kinds(told)) is gets
    assert bool(offered(shard.presence("ana"))) is gets


def test_a_step_survives_a_restore() -> None:
    shard = shard_of(agent("ana", skills={"snow": 2}), skills=(EXPERT, ABLE))
    shard.presence("ana")
    shard.configure(
        document(
            agent("ana", skills={"snow": 2}),
            agent("eve", skills={"snow": 4}),
            queues=(Queue(name="general", skills=(EXPERT, ABLE), skip_empty_steps=False),),
        )
    )
    shard.receive("1")
    shard.wait(30)
    shard.restore()
    told = shard.wait(30)
    assert kinds(told) == ["interaction_widened", "offer_made"]
    kept = shard.state.pools["boston"].interactions["boston:1"]
    assert (kept.step, kept.policy) == (1, 2)


def test_a_step_says_all_that_holds_in_it() -> None:
    shard = shard_of(
        agent("ana"),
        skills=(SkillNeed(skill="snow", drops_after_s=10),),
        rings=(RingOpening(ring="b"), RingOpening(ring="a"), RingOpening(ring="b", after_s=10)),
    )
    queued = find(shard.receive("1"), "interaction_queued")
    assert queued.steps == (
        Step(after_s=0, languages=("en",), skills=(SkillNeed(skill="snow"),), rings=("a", "b")),
        Step(after_s=10, languages=("en",), rings=("a", "b")),
    )
