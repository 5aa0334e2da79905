"""When a provider rests, and when it is asked again."""

import pytest

from services.notifier.adapters.sending.breaker import (
    FIRST_REST_S,
    LONGEST_REST_S,
    PROBE_S,
    Blocked,
    Breaker,
    Pass,
    Phase,
    rest_s,
)
from services.notifier.adapters.sending.set_ups import PROBE_EVERY_S, SetUps
from shared.contracts.words import AttemptOutcome

FIVE_BAD: tuple[AttemptOutcome, ...] = ("transient",) * 5


def passed(breaker: Breaker, now_s: float, priority: int = 4) -> Pass:
    granted = breaker.ask(now_s, priority)
    assert isinstance(granted, Pass), granted
    return granted


def heard(breaker: Breaker, now_s: float, *outcomes: AttemptOutcome) -> None:
    for outcome in outcomes:
        breaker.tell(now_s, passed(breaker, now_s), outcome)


def phase(breaker: Breaker) -> Phase:
    return breaker.phase


def resting() -> Breaker:
    breaker = Breaker("email")
    heard(breaker, 0.0, *FIVE_BAD)
    assert phase(breaker) == "resting"
    return breaker


def test_five_failures_in_a_row_give_it_a_rest_of_about_half_a_minute() -> None:
    breaker = Breaker("email")
    heard(breaker, 0.0, "transient", "unknown", "transient", "transient")
    assert phase(breaker) == "well"
    heard(breaker, 0.0, "transient")
    blocked = breaker.ask(0.0, 4)
    assert isinstance(blocked, Blocked)
    assert blocked.wait_s == pytest.approx(FIRST_REST_S, rel=0.21)


def test_half_of_six_that_failed_in_a_minute_give_it_a_rest_and_of_five_do_not() -> None:
    breaker = Breaker("email")
    heard(breaker, 0.0, "transient", "accepted", "transient", "accepted", "accepted")
    assert phase(breaker) == "well"
    heard(breaker, 1.0, "transient")
    assert phase(breaker) == "resting"


def test_failures_of_more_than_a_minute_ago_do_not_count() -> None:
    breaker = Breaker("email")
    heard(breaker, 0.0, "transient", "accepted", "transient", "accepted", "transient", "accepted")
    heard(breaker, 61.0, "accepted", "transient")
    assert phase(breaker) == "well"


@pytest.mark.parametrize("outcome", ["throttled", "not_sent", "config", "refused", "too_big"])
def test_an_answer_that_is_no_failure_of_the_provider_gives_it_no_rest(
    outcome: AttemptOutcome,
) -> None:
    breaker = Breaker("email")
    heard(breaker, 0.0, *([outcome] * 30))
    assert phase(breaker) == "well"


def test_a_refusal_between_failures_shows_that_the_provider_works() -> None:
    breaker = Breaker("email")
    heard(breaker, 0.0, "transient", "transient", "bad_recipient", "refused", "transient")
    assert phase(breaker) == "well"


def test_after_its_rest_one_probe_goes_at_a_time_and_two_good_ones_end_it() -> None:
    breaker = resting()
    now_s = breaker.until_s
    probe = passed(breaker, now_s)
    assert probe.probe
    assert isinstance(breaker.ask(now_s, 4), Blocked)
    breaker.tell(now_s, probe, "accepted")
    assert phase(breaker) == "probing"
    breaker.tell(now_s, passed(breaker, now_s), "accepted")
    assert phase(breaker) == "well"


def test_a_probe_that_fails_makes_the_next_rest_twice_as_long_up_to_five_minutes() -> None:
    breaker, rests = resting(), []
    now_s = breaker.until_s
    for _ in range(6):
        breaker.tell(now_s, passed(breaker, now_s), "transient")
        rests.append(breaker.until_s - now_s)
        now_s = breaker.until_s
    assert rests == [pytest.approx(it, rel=0.21) for it in (60, 120, 240, 300, 300, 300)]


def test_rests_of_different_providers_differ_and_of_the_same_do_not() -> None:
    lengths = {rest_s(f"webhook:host{number}", 1) for number in range(50)}
    assert len(lengths) > 40
    assert all(0.8 * FIRST_REST_S <= it <= 1.2 * FIRST_REST_S for it in lengths)
    assert rest_s("email", 99) == rest_s("email", 99) <= 1.2 * LONGEST_REST_S


def test_a_probe_of_which_nothing_is_heard_holds_nobody_up_for_ever() -> None:
    breaker = resting()
    now_s = breaker.until_s
    passed(breaker, now_s)
    assert isinstance(breaker.ask(now_s + PROBE_S - 1, 4), Blocked)
    assert passed(breaker, now_s + PROBE_S).probe


def test_a_probe_that_was_told_to_wait_says_nothing_and_the_next_may_go() -> None:
    breaker = resting()
    now_s = breaker.until_s
    breaker.tell(now_s, passed(breaker, now_s), "throttled")
    assert passed(breaker, now_s).probe


def test_the_most_urgent_always_passes_and_may_end_the_rest() -> None:
    breaker = resting()
    for _ in range(3):
        passed(breaker, 1.0, priority=0)
    assert isinstance(breaker.ask(1.0, 1), Blocked)
    until_s = breaker.until_s
    breaker.tell(1.0, passed(breaker, 1.0, priority=0), "transient")
    assert (phase(breaker), breaker.until_s) == ("resting", until_s)
    breaker.tell(2.0, passed(breaker, 2.0, priority=0), "accepted")
    breaker.tell(2.0, passed(breaker, 2.0, priority=0), "accepted")
    assert phase(breaker) == "well"


def test_what_left_before_it_opened_comes_back_too_late_to_count() -> None:
    breaker = Breaker("email")
    early = [passed(breaker, 0.0) for _ in range(12)]
    for one in early[:5]:
        breaker.tell(1.0, one, "transient")
    until_s = breaker.until_s
    for one in early[5:]:
        breaker.tell(2.0, one, "transient")
    assert (breaker.rests, breaker.until_s) == (1, until_s)


def test_long_after_the_last_trouble_rests_begin_short_again() -> None:
    breaker = resting()
    now_s = breaker.until_s
    heard(breaker, now_s, "transient")
    now_s = breaker.until_s
    heard(breaker, now_s, "accepted", "accepted")
    heard(breaker, now_s + 1, *FIVE_BAD)
    assert breaker.rests == 3  # a provider that flaps
    now_s = breaker.until_s
    heard(breaker, now_s, "accepted", "accepted")
    heard(breaker, now_s + LONGEST_REST_S + 1, *FIVE_BAD)
    assert breaker.rests == 1


def test_a_restart_goes_on_resting() -> None:
    breaker = resting()
    kept = breaker.kept(10.0)
    assert kept is not None
    again = Breaker.restored("email", kept, 1_000.0)
    assert again.until_s - 1_000.0 == pytest.approx(breaker.until_s - 10.0)
    assert isinstance(again.ask(1_000.0, 4), Blocked)
    assert passed(again, again.until_s).probe


def test_a_wrong_set_up_is_tried_again_when_it_was_changed() -> None:
    set_ups = SetUps()
    set_ups.tell(0.0, "#ops", "config", "v1")
    assert set_ups.look(1.0, "#ops", "v1") == PROBE_EVERY_S - 1
    assert set_ups.look(1.0, "#ops", "v2") is None


def test_one_address_that_is_gone_silences_no_other() -> None:
    set_ups = SetUps()
    set_ups.tell(0.0, "#gone", "config", "v1")
    set_ups.tell(0.0, "#gone", "config", "v1")
    assert set_ups.look(0.0, "#ops", "v1") is None
    assert not set_ups.at_fault


def test_two_addresses_that_fail_so_mean_the_whole_provider_until_one_works() -> None:
    set_ups = SetUps()
    set_ups.tell(0.0, "ana", "config", "v1")
    set_ups.tell(0.0, "bob", "config", "v1")
    assert set_ups.at_fault
    assert set_ups.look(0.0, "eve", "v1") == PROBE_EVERY_S
    set_ups.tell(1.0, "eve", "accepted", "v1")  # urgent ones pass nevertheless
    assert not set_ups.at_fault
    assert set_ups.look(1.0, "dan", "v1") is None


def test_a_success_between_two_faults_keeps_them_apart() -> None:
    set_ups = SetUps()
    set_ups.tell(0.0, "ana", "config", "v1")
    set_ups.tell(0.0, "dan", "accepted", "v1")
    set_ups.tell(0.0, "bob", "config", "v1")
    assert not set_ups.at_fault


def test_every_five_minutes_one_tries_in_case_it_was_mended_elsewhere() -> None:
    set_ups = SetUps()
    set_ups.tell(0.0, "ana", "config", "v1")
    assert set_ups.ask(PROBE_EVERY_S, "ana", "v1") is None
    assert set_ups.ask(PROBE_EVERY_S, "ana", "v1") == PROBE_EVERY_S
    set_ups.tell(PROBE_EVERY_S + 1, "ana", "transient", "v1")  # nothing was learnt
    assert set_ups.ask(PROBE_EVERY_S + 1, "ana", "v1") is None
