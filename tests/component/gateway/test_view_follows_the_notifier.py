"""Whatever the notifier decides, the view shows what the notifier itself knows."""

import random
from collections.abc import Iterator

import pytest

from services.gateway.adapters.view.told import Row, Told
from services.gateway.adapters.view.view import View
from services.notifier.core.model import Notification, Phase
from shared.contracts.event import Event
from shared.contracts.notification import AttemptLeased
from shared.contracts.topics import PEOPLE_LOG
from shared.contracts.words import AttemptOutcome, ReceiptStatus
from shared.log import LogRecord
from tests.support.ledger import (
    DOCUMENT,
    HOUR,
    SECOND,
    LedgerShard,
    acknowledgement,
    notice,
    outcome_of,
    page,
    recall,
    receipt_of,
    redrive,
)

SEEDS = range(6)
STEPS = 120
OUTCOMES: tuple[AttemptOutcome, ...] = (
    "accepted", "delivered", "transient", "throttled", "too_big", "config", "bad_recipient",
    "refused", "blocked", "unknown", "not_sent",
)  # fmt: skip
STATUSES: tuple[ReceiptStatus, ...] = ("sent", "delivered", "read", "undelivered")


def follows(view: View, event: Event) -> None:
    view.apply(
        LogRecord(
            topic=PEOPLE_LOG,
            partition=0,
            offset=view.records,
            kind=event.kind,  # type: ignore[attr-defined] # every event of the catalogue has one
            by=event.by,
            at_ms=event.at_ms,
            key=None,
            value=event.model_dump_json().encode(),
        )
    )


def happens(chance: random.Random, shard: LedgerShard) -> Iterator[Event]:
    """Something that may happen next, on this log."""
    leased = [fact for fact in shard.facts if isinstance(fact, AttemptLeased)]
    person = chance.choice(("ana", "eva", "eva", "mute"))
    match chance.randrange(8):
        case 0:
            method = "rules" if person == "eva" else "email"
            yield page(person, cycle=chance.randint(1, 3), round_=chance.randint(1, 4),
                       method=method, at_ms=shard.now, expires_ms=900 * SECOND)  # fmt: skip
        case 1:
            sequence = chance.randint(1, 4)
            yield notice(
                person,
                sequence=sequence,
                purpose="recovery" if sequence == 4 else None,
                incident_id=chance.choice(("chat-1", "voice-2")),
                method="rules" if person == "eva" else "email",
            )
        case 2:
            yield recall(person, cycle=chance.randint(1, 3))
        case 3:
            yield acknowledgement(person, cycle=chance.randint(1, 3))
        case 4 if leased:
            yield receipt_of(chance.choice(leased), chance.choice(STATUSES))
        case 5 if leased:
            row = chance.choice(leased)
            yield redrive(row.notification_id, row.person, number=len(shard.heard))
        case _ if leased:
            yield outcome_of(chance.choice(leased[-5:]), chance.choice(OUTCOMES))
        case _:
            pass


def a_day(seed: int) -> tuple[LedgerShard, View]:
    chance = random.Random(seed)
    shard = LedgerShard(DOCUMENT.model_copy(update={"limits": {}} if seed % 2 else {}))
    view = View(documents={}, ended_kept=10)
    for _ in range(STEPS):
        for event in happens(chance, shard):
            follows(view, event)
            for fact in shard.hear(event):
                follows(view, fact)
        for fact in shard.wait(chance.choice((0, SECOND, 20 * SECOND, 60 * SECOND, HOUR // 4))):
            follows(view, fact)
    for fact in shard.hear(page("eva", cycle=9, method="rules", at_ms=shard.now)):
        follows(view, fact)  # and something is on its way
    return shard, view


@pytest.fixture(scope="module", params=SEEDS)
def lived(request: pytest.FixtureRequest) -> tuple[LedgerShard, View]:
    return a_day(request.param)


def test_every_row_is_shown_as_the_notifier_has_it(lived: tuple[LedgerShard, View]) -> None:
    shard, view = lived
    assert view.unreadable == 0
    assert shard.state.notifications
    for row in shard.state.notifications.values():
        telling = view.ledger.of_row(row.id)
        assert telling is not None, row.id
        assert (telling.id, telling.person) == (row.chain, row.person)
        assert shown(telling.rows[row.id]) == known(row), row.id


def shown(row: Row) -> dict[str, object]:
    return {
        "method": row.method,
        "hop": row.hop,
        "end": row.end,
        "receipt": row.receipt,
        "attempts": row.attempts,
        "redrives": row.redrives,
        "possible_repeats": row.possible_repeats,
        "members": row.members,
        "bundled": not row.end and row.why == "bundled",
        "leased": not row.end and row.why == "trying",
        "in_doubt": not row.end and row.in_doubt,
    }


def known(row: Notification) -> dict[str, object]:
    return {
        "method": row.method,
        "hop": row.hop,
        "end": row.end,
        "receipt": row.receipt,
        "attempts": row.attempts,
        "redrives": row.redrives,
        "possible_repeats": row.possible_repeats,
        "members": row.members,
        "bundled": row.phase is Phase.BUNDLED,
        "leased": row.phase is Phase.LEASED,
        "in_doubt": row.phase is not Phase.ENDED and row.in_doubt,
    }


def test_who_was_told_is_who_got_something_by_any_way(lived: tuple[LedgerShard, View]) -> None:
    shard, view = lived
    chains: dict[str, list[Notification]] = {}
    for row in shard.state.notifications.values():
        chains.setdefault(row.chain, []).append(row)
    for chain, rows in chains.items():
        arrived = any(
            row.receipt != "undelivered" and (row.end in ("accepted", "delivered") or row.receipt)
            for row in rows
        )
        assert (view.ledger.tellings[chain].state == "told") == arrived, chain
        if not arrived and all(row.end in ("dead_lettered", "expired") for row in rows):
            assert view.ledger.tellings[chain].state == "not_told", chain


def test_every_telling_is_found_under_its_state_and_nowhere_else(
    lived: tuple[LedgerShard, View],
) -> None:
    ledger = lived[1].ledger
    states: tuple[Told, ...] = ("told", "waiting", "unsure", "not_told", "superseded")
    found = [(it.id, state) for state in states for it in ledger.found(states=(state,))]
    assert sorted(found) == sorted((it.id, it.state) for it in ledger.tellings.values())


def test_the_days_show_every_state() -> None:
    seen = {it.state for seed in SEEDS for it in a_day(seed)[1].ledger.tellings.values()}
    assert seen == {"told", "waiting", "unsure", "not_told", "superseded"}
