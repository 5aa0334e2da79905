"""What the analyses claim, compared with a slow and plain reading of the same documents."""

import time
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.router.core.floor.floor import Floor
from services.router.core.needs import steps as router_steps
from services.router.core.needs.rules import Known, choose_queue
from services.router.core.plan import INTERPRETER, Plan, Requirement
from shared.configuration import load
from shared.configuration.checks.ladder import Ask, ladder
from shared.configuration.checks.overlap import Hours
from shared.configuration.checks.staff import Staff
from shared.configuration.checks.words_of_rules import could_be, covers
from shared.contracts.configuration import (
    Agent,
    Calendar,
    ChannelSettings,
    LanguageLevel,
    LanguageNeed,
    PoolDocument,
    Queue,
    RingOpening,
    RoutingRule,
    Span,
)
from shared.contracts.interactions import SkillNeed
from shared.contracts.words import Channel

SECONDS = st.none() | st.integers(0, 4).map(lambda it: it * 30)
NEEDS = st.lists(
    st.builds(
        SkillNeed,
        skill=st.sampled_from(["a", "b"]),
        level=st.integers(1, 5),
        drops_after_s=SECONDS,
    ),
    max_size=4,
).map(tuple)
QUEUES = st.builds(
    Queue,
    name=st.just("q"),
    skills=NEEDS,
    language_needs=st.lists(
        st.builds(LanguageNeed, level=st.integers(1, 5), drops_after_s=SECONDS), max_size=2
    ).map(tuple),
    interpreters_after_s=SECONDS,
    rings=st.lists(
        st.builds(
            RingOpening, ring=st.sampled_from(["x", "y"]), after_s=st.sampled_from([0, 30, 60])
        ),
        max_size=3,
    ).map(tuple),
)
LEVELS = st.builds(LanguageLevel, spoken=st.integers(0, 5), written=st.integers(0, 5))
AGENTS = st.builds(
    Agent,
    id=st.just("someone"),
    skills=st.dictionaries(st.sampled_from(["a", "b"]), st.integers(1, 5)),
    languages=st.dictionaries(st.sampled_from(["en", "pt", "pt-BR"]), LEVELS, max_size=2),
    channels=st.dictionaries(st.sampled_from(["voice", "chat"]), st.integers(0, 2), max_size=2),
    rings=st.lists(st.sampled_from(["x", "y"]), max_size=2, unique=True).map(tuple),
    interpreter=st.booleans(),
)


def pool(agents: list[Agent], queue: Queue) -> PoolDocument:
    return PoolDocument(
        pool="p",
        default_language="en",
        default_queue="q",
        queues=(queue,),
        channels={"voice": ChannelSettings(min_language_level=3), "chat": ChannelSettings()},
        agents=tuple(it.model_copy(update={"id": f"a{n}"}) for n, it in enumerate(agents)),
    )


@given(QUEUES, NEEDS)
def test_the_steps_are_those_that_the_router_compiles(queue: Queue, more: Any) -> None:
    compiled = router_steps.compile_steps(queue, ("en",), (*queue.skills, *more))
    mine = {it.after_s: it for it in ladder(queue, more)}
    for step in compiled:
        ask = mine[step.after_s]
        assert ask.skills == step.skills
        assert (ask.language_level, ask.rings) == (step.language_level, step.rings)
        assert ask.interpreters == ("@interpreter" in step.languages)


@given(QUEUES, st.lists(AGENTS, max_size=6), st.sampled_from(["en", "pt", "pt-BR", "und"]))
def test_whom_a_step_reaches_every_later_step_reaches(
    queue: Queue, agents: list[Agent], tag: str
) -> None:
    staff = Staff(pool(agents, queue))
    before = 0
    for ask in ladder(queue):
        reached = staff.serving(ask, "voice", tag)
        assert before & ~reached == 0
        before = reached


@given(QUEUES, st.lists(AGENTS, min_size=1, max_size=6), st.sampled_from(["en", "pt", "pt-BR"]))
def test_the_sets_of_bits_hold_whom_a_plain_look_at_each_agent_finds_and_whom_the_router_asks(
    queue: Queue, agents: list[Agent], tag: str
) -> None:
    document = pool(agents, queue)
    staff = Staff(document)
    for ask in ladder(queue):
        for channel, settings_ in document.channels.items():
            level = max(1, settings_.min_language_level, ask.language_level)
            expected = [
                agent.id
                for agent in document.agents
                if (not agent.channels or agent.channels.get(channel, 0) > 0)
                and all(agent.skills.get(skill, 0) >= least for skill, least in ask.skills)
                and (not agent.rings or set(agent.rings) & set(ask.rings))
                and (
                    (ask.interpreters and agent.interpreter)
                    or any(
                        (it.spoken if channel == "voice" else it.written) >= level
                        for form in {tag, tag.partition("-")[0]}
                        if (it := agent.languages.get(form))
                    )
                )
            ]
            assert list(staff.ids(staff.serving(ask, channel, tag))) == expected
            assert asked_by_the_router(document, ask, channel, tag) == expected


def asked_by_the_router(document: PoolDocument, ask: Ask, channel: Channel, tag: str) -> list[str]:
    floor = Floor(Plan(document, "hash"))
    languages = (tag, INTERPRETER) if ask.interpreters else (tag,)
    required = Requirement(channel, languages, ask.skills, ask.language_level, ask.rings)
    return [agent.id for agent in document.agents if floor.may_serve(agent.id, required)]


WORDS = ["a", "ab", "b", "5", "7", "a*", "*", "!*", "!a", "!a*", "!5", ">=5", ">5", "<7", "<=7"]
LISTS = [*((it,) for it in WORDS), *combinations(WORDS, 2)]
VALUES = ["a", "ab", "abc", "b", "c", "5", "6", "7", "8"]
SINGLE = [(), *((it,) for it in VALUES)]
SEVERAL = [*SINGLE, *combinations(VALUES, 2)]


def matched(field: str, words: tuple[str, ...], all_values: list[tuple[str, ...]]) -> set[Any]:
    """The values for which the router itself takes a rule with these words."""
    plan = Plan(
        PoolDocument(
            pool="p",
            default_language="en",
            default_queue="q",
            queues=(Queue(name="q"), Queue(name="other")),
            channels={"chat": ChannelSettings()},
            rules=(RoutingRule(name="it", when={field: words}, queue="other"),),
        ),
        "hash",
    )
    return {it for it in all_values if choose_queue(plan, known(field, it), None).rule is not None}


def known(field: str, values: tuple[str, ...]) -> Known:
    return Known(
        channel="chat",
        language="en",
        language_source="given",
        other_languages=(),
        topic=values[0] if field == "topic" and values else None,
        queue=None,
        priority=None,
        customer=None,
        skills=tuple(SkillNeed(skill=it) for it in values) if field == "skills" else (),
        reachable_by=(),
        preferred_agent=None,
        attributes={},
    )


@pytest.mark.parametrize(("field", "values"), [("topic", SINGLE), ("skills", SEVERAL)])
def test_a_rule_that_is_called_dead_leaves_nothing_that_the_router_would_match(
    field: str, values: list[tuple[str, ...]]
) -> None:
    truth = {words: matched(field, words, values) for words in LISTS}
    claimed = [(wide, narrow) for wide in LISTS for narrow in LISTS if covers(field, wide, narrow)]
    assert len(claimed) > 5 * len(LISTS)  # not only each by itself
    for wide, narrow in claimed:
        assert truth[narrow] <= truth[wide], (wide, narrow)


def test_a_value_could_be_matched_exactly_where_the_router_matches_it() -> None:
    for words in LISTS:
        assert matched("topic", words, SINGLE) - {()} == {
            (value,) for value in VALUES if could_be(words, value)
        }


DAY = st.lists(st.integers(0, 24), min_size=2, max_size=4, unique=True).map(
    lambda hours: tuple(
        Span(opens_min=begin * 60, closes_min=end * 60)
        for begin, end in zip(sorted(hours)[::2], sorted(hours)[1::2], strict=False)
    )
)
CALENDARS = st.builds(
    Calendar,
    name=st.just("c"),
    timezone=st.sampled_from(["Europe/Amsterdam", "Europe/Lisbon", "Asia/Jerusalem"]),
    week=st.dictionaries(st.sampled_from(["mon", "tue", "sun"]), DAY),
)


def is_open(calendar: Calendar, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(calendar.timezone))
    minute = local.hour * 60 + local.minute
    today = f"{local:%a}".lower()
    spans = (it for day, of_day in calendar.week.items() for it in of_day if day == today)
    return any(it.opens_min <= minute < it.closes_min for it in spans)


@settings(max_examples=60, deadline=None)
@given(CALENDARS, st.lists(CALENDARS, max_size=2))
def test_hours_are_uncovered_where_a_clock_that_goes_hour_by_hour_finds_them(
    own: Calendar, others: list[Calendar]
) -> None:
    named = [own.model_copy(update={"name": "own"})]
    named += [it.model_copy(update={"name": f"o{n}"}) for n, it in enumerate(others)]
    found = Hours(named).uncovered("own", frozenset(it.name for it in named[1:]))
    zone = ZoneInfo(own.timezone)
    weeks = (datetime(2027, 1, 11, tzinfo=zone), datetime(2027, 7, 5, tzinfo=zone))
    instants = [monday + timedelta(hours=hour) for monday in weeks for hour in range(7 * 24)]
    open_alone = [
        at for at in instants if is_open(own, at) and not any(is_open(it, at) for it in others)
    ]
    if not open_alone:
        assert found is None
    else:
        assert found is not None
        assert found[0] == int(open_alone[0].timestamp()) * 1000


def test_a_large_centre_is_analysed_in_seconds(tmp_path: Path) -> None:
    folder = large_centre(tmp_path)
    began = time.process_time()
    loaded = load(folder)
    assert time.process_time() - began < 20  # measured: 2.5 s, on a machine that others use, too
    assert loaded.errors == ()
    assert len(loaded.pools["big"].agents) == 5_000


def large_centre(root: Path) -> Path:
    """5,000 agents of whom no two are alike, 12 languages, 50 queues, 200 rules."""
    random = Random(7)
    tags = ("en", "es", "pt", "fr", "ru", "ro", "de", "nl", "he", "lv", "it", "ar")
    rows = ["id,skills,languages,rings"]
    for number in range(5_000):
        names = random.sample(range(50), 6)
        skills = " ".join(f"s{name}:{random.randint(1, 5)}" for name in names)
        spoken = " ".join(
            f"{tag}:{random.randint(2, 5)}/{random.randint(2, 5)}" for tag in random.sample(tags, 3)
        )
        rows.append(f"a{number},{skills},{spoken},{random.choice(['', '', 'helpers'])}")
    queues = "\n".join(
        f"  - {{name: q{n}, skills: {{s{n}: [3 for 30s, 1]}}, language_level: 4 for 45s,"
        f" rings: {{helpers: 90s}}}}"
        for n in range(50)
    )
    rules = "\n".join(
        f"  - {{name: r{n}, when: {{topic: [t{n}, u{n}], channel: chat}}, queue: q{n % 50}}}"
        for n in range(200)
    )
    pool_file = (
        "default_language: en\ndefault_queue: q0\nchannels: {voice: {}, chat: {units: 30}}\n"
        f"skills: [{', '.join(f's{n}' for n in range(50))}]\nqueues:\n{queues}\nrules:\n{rules}\n"
    )
    (root / "pools" / "big").mkdir(parents=True)
    (root / "pools" / "big" / "pool.yaml").write_text(pool_file)
    (root / "pools" / "big" / "agents.csv").write_text("\n".join(rows))
    return root
