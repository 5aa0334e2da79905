"""Whatever drops and opens: who may serve an interaction only become more, and language stays."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from services.router.core.model import Step
from services.router.core.needs.steps import compile_steps, step_at
from shared.contracts.configuration import Agent, LanguageLevel, LanguageNeed, Queue, RingOpening
from shared.contracts.interactions import SkillNeed
from tests.support.eligible import may_serve

SKILLS, RINGS, TAGS = ("ice", "snow"), ("helpers", "managers"), ("en", "es", "pt")
TIMES = (0, 10, 20, 20, 30, 45)
DROPS = st.one_of(st.none(), st.sampled_from(TIMES))
NEEDS = st.lists(
    st.builds(
        SkillNeed, skill=st.sampled_from(SKILLS), level=st.integers(1, 5), drops_after_s=DROPS
    ),
    max_size=5,
)
QUEUES = st.builds(
    Queue,
    name=st.just("general"),
    language_needs=st.lists(
        st.builds(LanguageNeed, level=st.integers(1, 5), drops_after_s=DROPS), max_size=3
    ).map(tuple),
    other_languages_after_s=st.sampled_from(TIMES),
    interpreters_after_s=DROPS,
    rings=st.lists(
        st.builds(RingOpening, ring=st.sampled_from(RINGS), after_s=st.sampled_from(TIMES)),
        max_size=3,
    ).map(tuple),
)
AGENTS = st.lists(
    st.builds(
        Agent,
        id=st.uuids().map(str),
        skills=st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 5)),
        languages=st.dictionaries(
            st.sampled_from(TAGS), st.builds(LanguageLevel, written=st.integers(0, 5))
        ),
        rings=st.lists(st.sampled_from(RINGS), max_size=2, unique=True).map(tuple),
        interpreter=st.booleans(),
    ),
    max_size=6,
)
LANGUAGES = st.lists(st.sampled_from(TAGS), min_size=1, max_size=3, unique=True).map(tuple)


def eligible(agents: list[Agent], step: Step) -> set[str]:
    return {it.id for it in agents if may_serve(it, step)}


def eligible_at(
    agents: list[Agent],
    queue: Queue,
    needs: list[SkillNeed],
    languages: tuple[str, ...],
    waited_s: float,
) -> set[str]:
    """The same, straight from the words of queue and needs, for one moment."""

    def holds(drops_after_s: int | None) -> bool:
        return drops_after_s is None or waited_s < drops_after_s

    least = max([1, *(it.level for it in queue.language_needs if holds(it.drops_after_s))])
    spoken = languages if waited_s >= queue.other_languages_after_s else languages[:1]
    interpreted = queue.interpreters_after_s is not None and waited_s >= queue.interpreters_after_s
    opened = {it.ring for it in queue.rings if waited_s >= it.after_s}
    found = set()
    for it in agents:
        able = all(
            it.skills.get(need.skill, 0) >= need.level
            for need in needs
            if holds(need.drops_after_s)
        )
        speaks = any(tag in it.languages and it.languages[tag].written >= least for tag in spoken)
        within = not it.rings or opened & set(it.rings)
        if able and within and (speaks or (interpreted and it.interpreter)):
            found.add(it.id)
    return found


@settings(max_examples=300, deadline=None)
@given(AGENTS, QUEUES, NEEDS, LANGUAGES)
def test_the_eligible_only_become_more_and_are_at_each_moment_who_they_should_be(
    agents: list[Agent], queue: Queue, needs: list[SkillNeed], languages: tuple[str, ...]
) -> None:
    steps = compile_steps(queue, languages, needs)
    for waited_s in (0, 5, 9.999, 10, 15, 20, 29.999, 30, 44.999, 45, 1000):
        step = steps[step_at(steps, 0, int(waited_s * 1000))]
        assert eligible(agents, step) == eligible_at(agents, queue, needs, languages, waited_s)
    for before, after in pairwise(steps):
        assert before.after_s < after.after_s
        assert eligible(agents, before) <= eligible(agents, after)


@settings(max_examples=300, deadline=None)
@given(QUEUES, NEEDS, LANGUAGES)
def test_a_language_is_one_that_was_listed_or_an_interpreter_and_the_first_never_drops(
    queue: Queue, needs: list[SkillNeed], languages: tuple[str, ...]
) -> None:
    steps = compile_steps(queue, languages, needs)
    assert steps[0].after_s == 0
    assert len(steps) <= 1 + len({0, *TIMES})
    for step in steps:
        own = [it for it in step.languages if it != "@interpreter"]
        assert own in ([languages[0]], list(languages))
        assert step.languages in (tuple(own), (*own, "@interpreter"))
    asks = [(it.languages, it.language_level, it.skills, it.rings) for it in steps]
    assert all(before != after for before, after in pairwise(asks))
