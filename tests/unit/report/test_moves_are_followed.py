"""The checks of the day follow an interaction to a backup channel and back."""

import pytest

from shared.contracts.event import Event
from shared.contracts.routing import InteractionMoved, MoveCounts
from shared.contracts.topics import POOL_LOG
from shared.contracts.words import Channel
from shared.log import LogRecord
from switchyard.report.build import build_report
from switchyard.report.ledger import Ledger, Stay
from switchyard.report.reading import entries
from tests.unit.report.small_log import (
    MINUTE,
    POOL,
    T0,
    Log,
    clean_log,
    ended,
    offered,
    queued,
    received,
    topics_of,
)
from tests.unit.report.small_outage import moved

AT = T0 + 50 * MINUTE


def away() -> InteractionMoved:
    return moved("x", AT, counts=MoveCounts(moved=1))


def routed(*facts: Event) -> list[LogRecord]:
    """The clean log, and one more call with these facts about it."""
    log = clean_log()
    on = log.append(POOL_LOG, received("x", AT))
    log.route(on, queued("x", AT), *facts)
    return log.records


def state_of(name: str, records: list[LogRecord]) -> str:
    report = build_report(topics_of(records), day="2015-02-04", timezone="America/New_York").report
    return next(it.state for it in report.verdicts if it.name == name)


@pytest.mark.parametrize(("channel", "state"), [("sms", "held"), ("voice", "broken")])
def test_r4_an_offer_is_by_the_channel_to_which_it_was_moved(channel: Channel, state: str) -> None:
    assert state_of("R4", routed(away(), offered("x", AT, channel=channel))) == state


def test_r2_what_is_held_cannot_move_until_its_offer_has_ended() -> None:
    offer = offered("x", AT)
    assert state_of("R2", routed(offer, away())) == "broken"
    withdrawn = ended("x", AT, end="withdrawn")
    assert state_of("R2", routed(offer, withdrawn, away())) == "held"


def test_r1_moved_it_waits_by_the_backup_and_back_it_waits_by_its_own_channel() -> None:
    def after(*facts: Event) -> Stay:
        log, ledger = Log(), Ledger()
        log.append(POOL_LOG, received("x", AT))
        log.route(0, queued("x", AT), *facts)
        for entry in entries(log.records):
            ledger.see(entry)
        assert ledger.conflicts == []
        return ledger.stays[POOL, f"{POOL}:x"]

    there = after(away())
    assert (there.state, there.channel, there.backup) == ("waiting", "voice", "sms")
    returned = after(away(), moved("x", AT, 2, back=True, counts=MoveCounts(moved=1, returned=1)))
    assert (returned.state, returned.channel, returned.backup) == ("waiting", "voice", None)
