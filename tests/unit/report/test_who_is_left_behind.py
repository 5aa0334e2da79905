"""O1 calls nobody left behind whom the outage that is over does not keep away any more."""

import pytest

from services.router.core import router_core
from shared.contracts.configuration import ChannelSettings
from shared.contracts.event import Event
from shared.contracts.interactions import TransferRequested
from shared.contracts.topics import POOL_LOG
from shared.contracts.words import Channel
from shared.log import LogRecord
from switchyard.report.ledger import Ledger
from switchyard.report.moved import MovedCheck
from switchyard.report.outages import Outages
from switchyard.report.reading import entries
from switchyard.report.verdict import Verdict
from tests.support.router_shard import Shard, agent, document, kinds

CHANNELS: dict[Channel, ChannelSettings] = {
    "voice": ChannelSettings(backups=("chat",), presence_grace_s=0),
    "chat": ChannelSettings(units=40),
}


class Logged(Shard):
    """A shard whose events and facts are a log, as the runner writes it."""

    def __init__(self) -> None:
        self.records: list[LogRecord] = []
        galway = document(agent("gil"), pool="galway", channels=CHANNELS)
        super().__init__(document(agent("ana"), channels=CHANNELS), galway)

    def feed(self, event: Event, at: int | None = None) -> list[Event]:
        """Args: at: where the event stands in the log already; what the router hears of itself."""
        at = self._append(event) if at is None else at
        told = super().feed(event)
        own = [(self._append(it, f"router-0:{at}:{n}"), it) for n, it in enumerate(told)]
        for offset, fact in own:
            if kinds([fact])[0] in router_core.hears:
                told = [*told, *self.feed(fact, offset)]
        return told

    def _append(self, event: Event, source: str = "") -> int:
        (kind,), offset = kinds([event]), len(self.records)
        value = event.model_dump_json().encode()
        self.records.append(
            LogRecord(POOL_LOG, 0, offset, kind, event.by, event.at_ms, event.pool, value, source)
        )
        return offset

    def answered_by_chat(self) -> None:
        """A call came in while calls are down, and Ana has it by chat."""
        self.presence("ana")
        self.receive("1", channel="voice", reachable_by=("chat",))
        self.accept("1", 1, "ana")

    def lose_ana(self) -> None:
        self.presence("ana", "offline")
        self.wait(1)

    def waits_by(self, pool: str = "boston") -> tuple[Channel, str]:
        it = self.state.pools[pool].interactions["boston:1"]
        return it.channel, it.status


def verdict(records: list[LogRecord]) -> Verdict:
    outages, ledger = Outages(), Ledger()
    check = MovedCheck(outages)
    for entry in entries(records):
        outages.see(entry)
        check.see(entry)
        ledger.see(entry)
    return check.finish(ledger).verdict()


@pytest.fixture
def shard() -> Logged:
    return Logged()


def test_who_was_answered_on_the_backup_and_is_transferred_after_the_end_is_not(
    shard: Logged,
) -> None:
    for pool in ("boston", "galway"):
        shard.fail_over("voice", 1, pool=pool)
    shard.answered_by_chat()
    for pool in ("boston", "galway"):
        shard.restore_channel("voice", 2, pool=pool)
    shard.say(TransferRequested, local="1", to_pool="galway")
    assert shard.waits_by("galway") == ("voice", "waiting")
    assert verdict(shard.records).evidence == ()


def test_whom_a_later_outage_met_too_and_brought_home_is_not(shard: Logged) -> None:
    shard.fail_over("voice", 1)
    shard.answered_by_chat()
    shard.restore_channel("voice", 2)
    shard.fail_over("chat", 1)
    shard.fail_over("voice", 3)
    shard.lose_ana()
    assert shard.waits_by() == ("chat", "parked")
    shard.restore_channel("voice", 4)
    assert shard.waits_by() == ("voice", "waiting")
    assert verdict(shard.records).evidence == ()


def test_who_is_parked_for_want_of_agents_after_the_way_back_is_not(shard: Logged) -> None:
    shard.fail_over("voice", 1)
    shard.receive("1", channel="voice", reachable_by=("chat",))
    shard.configure(document(agent("ana", channels={"chat": 1}), channels=CHANNELS))
    shard.restore_channel("voice", 2)
    assert shard.waits_by() == ("voice", "parked")
    assert verdict(shard.records).evidence == ()


@pytest.mark.parametrize(
    ("reachable_by", "where"), [(("chat",), ("chat", "waiting")), ((), ("voice", "parked"))]
)
@pytest.mark.parametrize("lost_to", ["voice-1", "voice-2"])
def test_who_is_still_away_by_the_outage_that_is_over_is_left_behind(
    shard: Logged, reachable_by: tuple[Channel, ...], where: tuple[Channel, str], lost_to: str
) -> None:
    # given an outage, or two of which the first came back as it should
    shard.receive("1", channel="voice", reachable_by=reachable_by)
    if lost_to == "voice-2":
        shard.fail_over("voice", 1)
        shard.restore_channel("voice", 2)
    epoch = 1 if lost_to == "voice-1" else 3
    shard.fail_over("voice", epoch)
    assert shard.waits_by() == where
    # when the way back of the last one is not in the log
    shard.restore_channel("voice", epoch + 1)
    assert verdict(shard.records).state == "held"
    back = max(n for n, it in enumerate(shard.records) if it.kind == "interaction_moved")
    doctored = shard.records[:back] + shard.records[back + 1 :]
    # then it is called so
    assert f"boston:1: {lost_to} is over, and it is not back" in verdict(doctored).evidence


def test_who_is_sent_to_a_backup_by_the_pool_that_got_him_has_to_come_back_there(
    shard: Logged,
) -> None:
    for pool in ("boston", "galway"):
        shard.fail_over("voice", 1, pool=pool)
    shard.answered_by_chat()
    shard.restore_channel("voice", 2)
    shard.say(TransferRequested, local="1", to_pool="galway")
    assert shard.waits_by("galway") == ("chat", "waiting")
    shard.restore_channel("voice", 2, pool="galway")
    assert verdict(shard.records).state == "held"
    back = max(n for n, it in enumerate(shard.records) if it.kind == "interaction_moved")
    doctored = shard.records[:back] + shard.records[back + 1 :]
    assert "boston:1: voice-1 is over, and it is not back" in verdict(doctored).evidence
