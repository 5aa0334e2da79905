"""An escalation that ends while its first page is due stops the page; later it should have gone."""

from typing import Any

import pytest

from shared.contracts.escalation import EscalationOpened, EscalationResolved, LevelCopy
from shared.contracts.event import Event
from shared.contracts.routing import StubsDropped
from shared.contracts.topics import POOL_LOG
from shared.log import LogRecord
from switchyard.report.breaches import PagedCheck
from switchyard.report.reading import Entry
from tests.unit.report.small_log import HASH, MINUTE, POOL, T0

HEAD: dict[str, Any] = {"pool": POOL, "by": "escalation", "config": HASH}
OPENED = EscalationOpened(
    **HEAD, event_id="e:c1", at_ms=T0, escalation_id="e", interaction_id=f"{POOL}:x",
    metric="first_reply", cycle=1, policy="duty", rounds=1, round_ms=30 * MINUTE,
    levels=(LevelCopy(after_ms=5 * MINUTE, people=("mia",)),), queue="general", channel="voice",
    language="en", due_at_ms=T0,
)  # fmt: skip
MUCH_LATER = StubsDropped(
    **HEAD, event_id="later", at_ms=T0 + 90 * MINUTE, ended_before_ms=0, count=0
)


def resolved(at_ms: int) -> Event:
    return EscalationResolved(
        **HEAD, event_id="e:c1#resolved", at_ms=at_ms, escalation_id="e", cycle=1, reason="met"
    )


@pytest.mark.parametrize(
    ("after_due_s", "holds"), [(-30, True), (0, True), (2, True), (59, True), (61, False)]
)
def test_an_ending_stops_a_page_that_was_due_but_for_a_tick(after_due_s: int, holds: bool) -> None:
    check = PagedCheck({})
    for event in (OPENED, resolved(T0 + 5 * MINUTE + after_due_s * 1000), MUCH_LATER):
        record = LogRecord(POOL_LOG, 0, 0, "", "escalation", event.at_ms, POOL, b"")
        check.see(Entry(record, event, None))
    assert (check.verdict().violations == 0) == holds
