"""The plan is the real day, seeded, and as large as asked for."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from switchyard.demo.day import LANGUAGES, plan_day
from switchyard.demo.extract import cases, resolution, texts
from switchyard.demo.topics import POOLS


def test_the_same_seed_gives_the_same_plan_and_another_seed_another() -> None:
    assert plan_day(seed=1, scale=0.2) == plan_day(seed=1, scale=0.2)
    assert plan_day(seed=1, scale=0.2).contacts != plan_day(seed=2, scale=0.2).contacts


def test_at_scale_one_there_are_more_than_ten_thousand_contacts_in_three_pools() -> None:
    plan = plan_day(seed=1)
    assert len(plan.contacts) >= 10_000
    assert {contact.pool for contact in plan.contacts} == set(POOLS)
    assert len({contact.interaction_id for contact in plan.contacts}) == len(plan.contacts)


@pytest.mark.parametrize(("scale", "total"), [(0.001, 11), (1 / 18, 608), (2.0, 21_888)])
def test_the_scale_multiplies_the_contacts(scale: float, total: int) -> None:
    assert len(plan_day(seed=1, scale=scale).contacts) == total


def test_originals_arrive_when_they_really_did_and_all_on_that_day() -> None:
    plan = plan_day(seed=3)
    originals = sorted(contact.at_ms for contact in plan.contacts if contact.original)
    assert originals == [case.open_ms for case in cases()]
    assert all(plan.starts_ms <= contact.at_ms < plan.ends_ms for contact in plan.contacts)
    # five hours behind UTC in winter
    assert datetime.fromtimestamp(plan.starts_ms / 1000, UTC) == datetime(2015, 2, 4, 5, tzinfo=UTC)
    assert plan.ends_ms - plan.starts_ms == timedelta(days=1) / timedelta(milliseconds=1)


def test_copies_keep_the_load_curve() -> None:
    plan = plan_day(seed=3)
    hours = Counter((it.at_ms - plan.starts_ms) // 3_600_000 for it in plan.contacts)
    assert hours[11] > 5 * hours[20]
    assert hours[3] == 0  # nobody called between three and five that night


def test_contacts_speak_ten_languages_and_only_written_ones_have_text() -> None:
    plan = plan_day(seed=3)
    assert {contact.language for contact in plan.contacts} == set(LANGUAGES) == set(texts())
    assert all((it.text is None) == (it.channel == "voice") for it in plan.contacts)
    assert all(it.tells_language for it in plan.contacts if it.text is None)


def test_the_head_of_the_report_says_what_is_not_original() -> None:
    notes = " ".join(plan_day(seed=3).notes())
    assert "608 requests" in notes
    assert "not original" in notes


def test_the_city_s_rules_are_for_types_of_that_day() -> None:
    assert set(resolution().types) <= {case.type for case in cases()}
