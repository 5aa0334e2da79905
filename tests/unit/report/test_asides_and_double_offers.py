"""Histories that the fault simulation found, in which a check of the day was itself wrong."""

from shared.contracts.event import Event
from tests.unit.report.small_log import MINUTE, T0, assigned, ended, offered
from tests.unit.report.test_moves_are_followed import routed, state_of

AT = T0 + 50 * MINUTE


def test_r4_who_was_aside_may_be_asked_again_once_somebody_had_it() -> None:
    # given: ana missed it, and has been set aside for an hour
    missed = [offered("x", AT), ended("x", AT, end="expired", aside_until_ms=AT + 60 * MINUTE)]
    again = offered("x", AT + MINUTE, attempt=3)
    # then: she may not be asked again, unless somebody had it meanwhile
    assert state_of("R4", routed(*missed, again)) == "broken"
    assert state_of("R4", routed(*missed, assigned("x", AT, attempt=2), again)) == "held"


def test_r2_a_second_live_offer_is_called_broken_and_stops_no_check() -> None:
    # given: offered to both, and ended with the second
    twice: list[Event] = [offered("x", AT, agent="ben"), offered("x", AT, attempt=2)]
    freed = ended("x", AT + MINUTE, attempt=2)
    # when: the first gets something else
    other = offered("y", AT + MINUTE, agent="ben")
    # then
    assert state_of("R2", routed(*twice, freed, other)) == "broken"
