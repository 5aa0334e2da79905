"""What the short forms of requirements, rings, overflow, pace and hours mean in the documents."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.configuration import load
from shared.configuration.forms import FormError, permille
from shared.configuration.needs import level_needs, openings, skill_needs
from shared.contracts.configuration import (
    LanguageNeed,
    Pace,
    PoolDocument,
    PriorityClass,
    RingOpening,
    TopicRule,
    UnsureLanguage,
)
from shared.contracts.interactions import SkillNeed
from tests.unit.configuration.centre import AGENTS, CENTRE, POOL, write


def support(folder: Path, **changes: str) -> PoolDocument:
    loaded = load(write(folder, **changes))
    assert loaded.errors == ()
    return loaded.pools["support"]


def with_pool(folder: Path, old: str, new: str) -> PoolDocument:
    assert old in CENTRE[POOL]
    return support(folder, **{POOL: CENTRE[POOL].replace(old, new)})


@pytest.mark.parametrize(
    "text",
    [
        "{billing: [4 for 30s, 2], technical: 3 for 1min}",
        "{billing: [{level: 4, drops_after: 30s}, 2], technical: {level: 3, drops_after: 60s}}",
        "[billing:4 for 30s, billing:2, technical:3 for 60]",
        "[{skill: billing, level: 4, drops_after: 30s}, 'billing: 2', technical: 3 for 1min]",
        "billing:4 for 30s, billing:2, technical:3 for 1min",
    ],
)
def test_every_form_of_a_ladder_of_skills_means_the_same(tmp_path: Path, text: str) -> None:
    document = with_pool(tmp_path, "{billing: [4 for 30s, 2]}", text)
    assert document.queues[1].skills == (
        SkillNeed(skill="billing", level=4, drops_after_s=30),
        SkillNeed(skill="billing", level=2),
        SkillNeed(skill="technical", level=3, drops_after_s=60),
    )


@pytest.mark.parametrize(
    ("value", "needs"),
    [
        ("billing", {"billing": [{}]}),
        ("billing phones:3", {"billing": [{}], "phones": [{"level": "3"}]}),
        ("billing for 30s", {"billing": [{"drops_after": "30s"}]}),
        ({"billing": None}, {"billing": [{}]}),
        ({"billing": 3}, {"billing": [{"level": "3"}]}),
        ([{"skill": "billing"}], {"billing": [{}]}),
        (None, {}),
    ],
)
def test_what_is_not_said_is_left_to_the_defaults(value: Any, needs: Any) -> None:
    assert skill_needs(value) == needs


@pytest.mark.parametrize(
    "value",
    [
        "billing:x",
        "billing:3 for",
        [{"level": 3, "drops_after": 5}],
        {"a": [3, 2]},
        {"a": "3 4"},
        ["a", "a"],
    ],
)
def test_what_is_no_need_is_refused(value: Any) -> None:
    with pytest.raises(FormError):
        skill_needs(value)


def test_a_language_level_may_drop_and_never_the_language(tmp_path: Path) -> None:
    assert support(tmp_path / "a").queues[0].language_needs == (
        LanguageNeed(level=4, drops_after_s=45),
    )
    document = with_pool(tmp_path / "b", "4 for 45s", "[4 for 45s, 3]")
    assert document.queues[0].language_needs[1] == LanguageNeed(level=3)
    assert level_needs(3) == [{"level": "3"}]
    assert level_needs({"level": 4, "drops_after": "45s"}) == [{"level": 4, "drops_after": "45s"}]


def test_rings_open_at_once_or_after_a_time(tmp_path: Path) -> None:
    assert support(tmp_path / "a").queues[1].rings == (RingOpening(ring="helpers", after_s=120),)
    assert openings("helpers") == {"helpers": 0}
    assert openings("helpers:30s seniors") == {"helpers": "30s", "seniors": 0}
    assert openings({"helpers": None}) == {"helpers": 0}
    assert openings(["helpers", {"seniors": "30s"}]) == {"helpers": 0, "seniors": "30s"}
    with pytest.raises(FormError):
        openings(["helpers", "helpers:30s"])


def test_a_queue_says_its_times_hours_and_overflow(tmp_path: Path) -> None:
    general, money, technical = support(tmp_path / "a").queues
    assert (general.other_languages_after_s, general.interpreters_after_s) == (20, 180)
    assert (money.prefer_s, money.prefer_last_agent, money.max_waiting) == (45, True, 50)
    assert (money.overflow_to, money.overflow_after_s) == ("general", 600)
    assert (money.calendar, money.when_closed) == ("office", "overflow")
    assert (technical.offers_at_once, technical.when_closed) == (2, "wait")
    [_, short, _] = with_pool(
        tmp_path / "b", "overflow: {to: general, after: 10min}", "overflow: general"
    ).queues
    assert (short.overflow_to, short.overflow_after_s) == ("general", None)


def test_a_pool_says_choice_topics_unsure_language_and_pace(tmp_path: Path) -> None:
    document = support(tmp_path / "a")
    assert document.strategy == "most_proficient"
    assert document.priorities[2] == PriorityClass(name="emergency", emergency=True)
    assert document.rules[1].prefer_agent == "ana"
    assert document.topics == (
        TopicRule(
            topic="refund",
            keywords={"en": ("refund", "money back"), "nl": ("terugbetal*",)},
            skills=(SkillNeed(skill="billing", level=3, drops_after_s=60),),
        ),
    )
    assert document.unsure_language == UnsureLanguage(queue="general", below_permille=600)
    assert document.pace == Pace(offers=6, per_s=600)
    long = "pace: {offers: 6, per: 10min, channels: email}"
    assert with_pool(tmp_path / "b", "pace: 6 per 10min", long).pace == Pace(
        offers=6, per_s=600, channels=("email",)
    )
    pool = CENTRE[POOL].replace("strategy: most_proficient", "rank: [language, load]")
    pool = pool.replace("{queue: general, below: 60%}", "general")
    ranked = support(tmp_path / "c", **{POOL: pool})
    assert ranked.rank == ("language", "load")
    assert ranked.unsure_language == UnsureLanguage(queue="general")


def test_a_channel_says_how_it_shares_an_agent(tmp_path: Path) -> None:
    channels = support(tmp_path).channels
    assert channels["voice"].wrap_up_extension_s == 60
    assert channels["chat"].idle_after_s == 600
    assert channels["email"].interruptible


def test_agents_say_rings_hours_and_interpreting_also_in_a_table(tmp_path: Path) -> None:
    ana, _, cas, dov, _ = support(tmp_path / "a").agents
    assert (ana.calendar, cas.rings, dov.interpreter) == ("early", ("helpers",), True)
    table = "id,languages,rings,interpreter,hours,overdraft_units\n"
    table += "fay,en:4/4,helpers late,true,early,30\ngus,en:4/4,,,,\n"
    pool = CENTRE[POOL].replace("{helpers: 2min}", "{helpers: 2min, late: 3min}")
    changes = {"pools/support/agents.csv": table, POOL: pool}
    *_, fay, gus = support(tmp_path / "b", **changes).agents
    assert (fay.rings, fay.interpreter, fay.calendar) == (("helpers", "late"), True, "early")
    assert fay.overdraft_units == 30
    assert (gus.rings, gus.interpreter, gus.calendar, gus.overdraft_units) == ((), False, None, 0)
    defaults = CENTRE[AGENTS].replace("email]}", "email], hours: late, overdraft_units: 20}", 1)
    ana, *_, eva = support(tmp_path / "c", **{AGENTS: defaults}).agents
    assert (ana.calendar, eva.calendar, eva.overdraft_units) == ("early", "late", 20)


def test_a_pool_holds_the_calendars_of_its_queues_and_agents(tmp_path: Path) -> None:
    names = {calendar.name for calendar in support(tmp_path).calendars}
    assert names == {"office", "early", "late"}


WORDS = st.text(alphabet="ab:-3, for%s!<>=*\n'", max_size=12)
ANYTHING = st.recursive(
    st.none() | st.integers() | st.booleans() | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["skill", "level", "drops_after", "to", "per", "en", "a"]), inner
        )
    ),
    max_leaves=5,
)
KEYS = (
    "skills", "language_level", "rings", "overflow", "hours", "prefer", "offers_at_once",
    "when_closed", "interpreters_after", "max_waiting",
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(KEYS), ANYTHING, st.sampled_from(["pace", "topics", "rank"]), ANYTHING)
def test_whatever_stands_there_is_read_or_told_and_never_raises(
    of_queue: str, queue_value: Any, of_pool: str, pool_value: Any
) -> None:
    pool = yaml.safe_load(CENTRE[POOL])
    pool["queues"][2][of_queue] = queue_value
    pool[of_pool] = pool_value
    pool["rules"][0]["when"] = {"topic": pool_value}
    with TemporaryDirectory() as folder:
        loaded = load(write(Path(folder), **{POOL: yaml.safe_dump(pool)}))
    assert loaded.errors or "support" in loaded.pools


@pytest.mark.parametrize(
    ("text", "share"), [("60%", 600), ("62.5 %", 625), ("0.6", 600), ("1", 1000)]
)
def test_shares(text: str, share: int) -> None:
    assert permille(text) == share


@pytest.mark.parametrize("text", ["600", "101%", "-1%", "much", ""])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(FormError):
        permille(text)


def test_a_level_that_is_refused_is_not_also_told_as_an_empty_list(tmp_path: Path) -> None:
    pool = CENTRE[POOL].replace("language_level: 4 for 45s", "language_level: 6", 1)
    found = load(write(tmp_path, **{POOL: pool})).findings

    assert [it.problem for it in found] == ["`6` is refused"]
