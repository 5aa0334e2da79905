"""Who had to be told and was reached by nothing: the operators hear of it, within the hour."""

from collections import defaultdict
from collections.abc import Iterator

from shared.contracts.notification import AttemptInDoubt, NotificationEnded, ReceiptNoted
from shared.contracts.troubles import TroubleReported
from switchyard.report.verdict import Finding
from tests.simulation.oracle.notified.people import People
from tests.simulation.oracle.notified.rows import Ledger, Row

_HOUR_MS = 3_600_000
_ARRIVED = frozenset({"accepted", "delivered", "unknown"})
_Told = defaultdict[tuple[str, int], list[TroubleReported]]


def check_troubles(ledger: Ledger, people: People) -> Finding:
    finding = Finding("troubles", "operators hear of who was reached by nothing, once an hour")
    told: _Told = defaultdict(list)
    for trouble in ledger.troubles:
        told[trouble.about, trouble.at_ms // _HOUR_MS].append(trouble)
    for cause, rows in ledger.chains.items():
        last = _unreached(rows, ledger)
        if last is None or last.end is None:
            continue
        for operator in people.document(last.end.config).operators:
            finding.exercised += 1
            heard = [it for about in _abouts(rows) for it in told[about, _hour(last)]]
            if not any(it.person == operator.person for it in heard):
                finding.broken(f"{cause}: {operator.person} never heard that nobody was reached")
    _not_too_often(ledger, finding)
    return finding


def _unreached(rows: list[Row], ledger: Ledger) -> Row | None:
    """The row with which the last hope went; None: there is some, or it was of no weight."""
    opened = rows[0].opened
    weighty = opened.page is not None or (
        opened.notice is not None and opened.notice.purpose != "update"
    )
    if not weighty or any(_perhaps(it) for it in _with_digests(rows, ledger)):
        return None
    ended = [it for it in rows if it.end is not None and it.end.end in ("dead_lettered", "expired")]
    if len(ended) != len(rows):
        return None
    return max(ended, key=lambda it: it.ends[-1].place)


def _with_digests(rows: list[Row], ledger: Ledger) -> Iterator[Row]:
    """Where a digest may have arrived, all that it carried may have."""
    for row in rows:
        yield row
        if (digest := ledger.rows.get(ledger.carrier.get(row.id, ""))) is not None:
            yield digest


def _perhaps(row: Row) -> bool:
    for said in row.facts:
        match said.fact:
            case AttemptInDoubt() | ReceiptNoted():
                return True
            case NotificationEnded(end=end) if end in _ARRIVED:
                return True
            case _:
                pass
    return False


def _hour(row: Row) -> int:
    return row.ends[-1].fact.at_ms // _HOUR_MS


def _abouts(rows: list[Row]) -> Iterator[str]:
    """A trouble with a provider, an address or the whole person."""
    for row in rows:
        yield row.opened.method
        yield f"{row.opened.method}/{row.opened.person}"


def _not_too_often(ledger: Ledger, finding: Finding) -> None:
    """Each shard tells of a thing once an hour; there are two shards."""
    seen: defaultdict[str, int] = defaultdict(int)
    for trouble in ledger.troubles:
        seen[f"{trouble.trouble_id}/{trouble.cause}"] += 1
        if seen[f"{trouble.trouble_id}/{trouble.cause}"] > 1:
            finding.broken(f"{trouble.trouble_id}: told twice")
