"""What may have arrived: never hidden, said again where it must be, and nowhere else.

| contact method | page | opening, recovery | all else |
|---|---|---|---|
| drops a repeat by its key | again | again | again |
| e-mail | again | again | once more |
| all others | again | once more | not again |

What a customer is told is never said again; what an operator sends again has one try.
"""

from collections.abc import Iterator

from shared.contracts.notification import (
    AttemptInDoubt,
    AttemptLeased,
    NotificationEnded,
    NotificationOpened,
    NotificationReopened,
    RetryScheduled,
)
from switchyard.report.verdict import Finding
from tests.simulation.oracle.notified.rows import Ledger, Row

ALWAYS = 1_000_000
_BY_KEY = frozenset({"webhook", "pagerduty", "opsgenie"})
_ORDER = ("page", "turn", "other", "customer")


def check_doubts(ledger: Ledger) -> tuple[Finding, Finding]:
    shown = Finding("E3 doubts", "a possible repeat says so, under the same message id")
    policy = Finding("E3 repeats", "what is in doubt is said again as its method and weight allow")
    for row in ledger.rows.values():
        if len({it.message_id for it in row.leases}) > 1:
            shown.broken(f"{row.id}: more than one message id")
        for fault in _hidden(row, shown):
            shown.broken(f"{row.id}: {fault}")
        for fault in _against_policy(ledger, row, policy):
            policy.broken(f"{row.id}: {fault}")
    return shown, policy


def _hidden(row: Row, finding: Finding) -> Iterator[str]:
    in_doubt, live = False, ""
    for said in row.facts:
        match said.fact:
            case AttemptInDoubt() as doubt:
                in_doubt, live = True, ""
                finding.exercised += 1
                if doubt.attempt_id.rpartition("/")[0] != row.id:
                    yield f"{doubt.attempt_id} is not its own"
            case RetryScheduled() | NotificationReopened():
                live = ""
            case AttemptLeased() as leased:
                if live:
                    yield f"{leased.attempt_id}: nothing was heard of {live}, and nobody says so"
                if in_doubt and not leased.possible_repeat:
                    yield f"{leased.attempt_id}: hides that it may be a repeat"
                live = leased.attempt_id
            case _:
                pass


def _against_policy(ledger: Ledger, row: Row, finding: Finding) -> Iterator[str]:
    allowed = _allowed(_weights(ledger, row), row.opened.method)
    doubts, by_hand, tried = 0, False, False
    for said in row.facts:
        match said.fact:
            case AttemptInDoubt():
                doubts += 1
                tried = by_hand
                finding.exercised += 1
            case NotificationReopened():
                by_hand, tried = True, False
            case AttemptLeased() as leased:
                if by_hand and tried:
                    yield f"{leased.attempt_id}: sent again by hand, and then by itself"
                elif not by_hand and doubts > allowed:
                    yield f"{leased.attempt_id}: said again after {doubts} doubts"
            case NotificationEnded(end="unknown"):
                if not by_hand and doubts <= _least(ledger, row, said.decision):
                    yield f"given up after {doubts} doubts"
            case _:
                pass


def _least(ledger: Ledger, row: Row, decision: tuple[int, int]) -> int:
    """How often it must be said again, by what it still told at its end."""
    whole = ledger.rows.get(ledger.carrier.get(row.id, ""), row)
    with_it = [
        it for it in ledger.carried[whole.id] if any(end.decision == decision for end in it.ends)
    ]
    if whole is not row or with_it:
        doubts = sum(isinstance(it.fact, AttemptInDoubt) for it in whole.facts)
        least = _allowed([_weight(it.opened) for it in with_it], whole.opened.method)
        return -1 if doubts > least else ALWAYS
    return _allowed([_weight(row.opened)], row.opened.method)


def _allowed(weights: list[str], method: str) -> int:
    """How often it is said again after a doubt."""
    weight = min(weights, key=_ORDER.index, default="other")
    if weight == "customer":
        return 0
    if weight == "page" or method in _BY_KEY:
        return ALWAYS
    if method == "email":
        return ALWAYS if weight == "turn" else 1
    return 1 if weight == "turn" else 0


def _weights(ledger: Ledger, row: Row) -> list[str]:
    members = [ledger.rows[it] for it in row.opened.members if it in ledger.rows]
    return [_weight(it.opened) for it in members or [row]]


def _weight(opened: NotificationOpened) -> str:
    if opened.page is not None:
        return "page"
    if opened.customer_notice is not None:
        return "customer"
    turn = opened.notice is not None and opened.notice.purpose != "update"
    return "turn" if turn else "other"
