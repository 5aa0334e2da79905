"""The plan is the real day, seeded, and as large as asked for."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from switchyard.demo.day import LANGUAGES, Contact, Plan, plan_day
from switchyard.demo.extract import cases, resolution, texts
from switchyard.demo.outage import PlannedOutage
from switchyard.demo.staff import staff
from switchyard.demo.topics import POOLS
from tests.unit.demo.outage_alone import played_alone

MINUTE = 60_000


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


def test_the_largest_channel_is_down_at_the_busiest_hour() -> None:
    plan = plan_day(seed=3)
    outage = plan.outage
    assert Counter(it.channel for it in plan.contacts).most_common(1)[0][0] == outage.channel
    assert 45 * MINUTE <= outage.ends_ms - outage.starts_ms <= 75 * MINUTE
    hours = [(it.at_ms - plan.starts_ms) // (60 * MINUTE) for it in plan.contacts]
    assert abs(Counter(hours).most_common(1)[0][0] * 60 + 30 - _minute(plan, outage)) <= 45


def test_three_callers_in_four_can_get_texts_and_nobody_else_is_reached_by_another_channel() -> (
    None
):
    contacts = plan_day(seed=3).contacts
    reachable = Counter(it.reachable_by for it in contacts if it.channel == "voice")
    assert reachable[("sms",)] / reachable.total() == pytest.approx(0.75, abs=0.02)
    assert {it.reachable_by for it in contacts if it.channel != "voice"} == {()}


def test_who_meets_the_outage_waits_for_hours_and_who_does_not_is_as_patient_as_ever() -> None:
    plan = plan_day(seed=3)
    callers = [it for it in plan.contacts if it.channel == "voice"]
    patience = {
        met: [it.patience_s or 0.0 for it in callers if _meets(it, plan.outage) is met]
        for met in (True, False)
    }
    assert min(patience[True]) >= 7200
    assert sorted(patience[False])[len(patience[False]) // 2] < 600


@pytest.mark.parametrize("seed", [1, 20_150_204])
def test_even_if_nobody_wrote_that_hour_200_are_moved_and_200_come_back(seed: int) -> None:
    """A bound: agents take texts and nothing else, and calls of the outage are all there is."""
    plan = plan_day(seed=seed)
    outage = played_alone(plan, staff(seed=seed))
    assert outage.moved >= 200
    assert outage.parked + outage.waiting >= 200


def test_in_a_small_day_some_are_moved_and_some_come_back_too() -> None:
    plan = plan_day(seed=20_150_204, scale=0.03)
    outage = played_alone(plan, staff(seed=20_150_204, scale=0.03))
    assert outage.moved > 0
    assert outage.parked + outage.waiting > 0


def _meets(contact: Contact, outage: PlannedOutage) -> bool:
    """He calls while it lasts; those who called before it are another matter."""
    return outage.starts_ms <= contact.at_ms < outage.ends_ms


def _minute(plan: Plan, outage: PlannedOutage) -> int:
    return (outage.middle_ms - plan.starts_ms) // MINUTE


def test_the_city_s_rules_are_for_types_of_that_day() -> None:
    assert set(resolution().types) <= {case.type for case in cases()}
