"""N1, the reasons: what ends superseded, expired or dead-lettered truly had to.

Nothing is dropped: whatever takes the place of a message is there, what expires is late, and who
cannot be reached has no address, or none that may be used.
"""

from collections.abc import Iterator

from shared.contracts.notification import AttemptLeased, NotificationEnded, NotificationReopened
from shared.contracts.people import ADDRESS_OF
from shared.contracts.rooms import GroupFlushed
from switchyard.report.verdict import Finding
from tests.simulation.oracle.notified.people import People
from tests.simulation.oracle.notified.rows import Ledger, Row, Said
from tests.simulation.oracle.notified.standing import outdated, through

_NEVER = frozenset({"refused", "config", "bad_recipient", "too_big"})
_FIELDS: dict[str, str] = dict(ADDRESS_OF.items())


def check_reasons(ledger: Ledger, people: People) -> Finding:
    finding = Finding("N1 reasons", "what is given up was replaced, too late, or out of reach")
    for row in ledger.rows.values():
        for said in row.ends:
            finding.exercised += 1
            for fault in _faults(ledger, people, row, said):
                finding.broken(f"{row.id}: {fault}")
    return finding


def _faults(ledger: Ledger, people: People, row: Row, said: Said) -> Iterator[str]:
    ended = said.fact
    assert isinstance(ended, NotificationEnded)
    match ended.end:
        case "superseded":
            if not _replaced(ledger, row, said):
                yield f"superseded by nothing: {ended.reason}"
        case "expired":
            again = [
                it.fact
                for it in row.facts
                if isinstance(it.fact, NotificationReopened) and it.place < said.place
            ]
            expires_ms = again[-1].expires_at_ms if again else row.opened.expires_at_ms
            if ended.at_ms < expires_ms and not _with_digest(ledger, row, said):
                yield f"expired {expires_ms - ended.at_ms} ms before its time"
        case "dead_lettered":
            if not _out_of_reach(ledger, people, row, ended):
                yield f"dead-lettered: {ended.reason}"
        case _:
            pass


def _replaced(ledger: Ledger, row: Row, said: Said) -> bool:
    if row.opened.members:
        carried = ledger.carried[row.id]
        return all(any(end.decision <= said.decision for end in it.ends) for it in carried)
    if outdated(ledger, row, said.decision) or _with_digest(ledger, row, said):
        return True
    if row.opened.group is not None and _is_old(ledger, row.opened.group, said.fact.at_ms):
        return True
    if row.opened.verification is not None:
        return True  # its address is another one
    chain = ledger.chains[row.cause_id]
    return any(it is not row and through(ledger, it, said.decision) for it in chain)


def _is_old(ledger: Ledger, news: GroupFlushed, at_ms: int) -> bool:
    """A newer message was made of the group, or all that was to be told is over by now."""
    mine = (news.person, news.route, news.group)
    newer = any(
        (it.person, it.route, it.group) == mine and it.number > news.number for it in ledger.flushes
    )
    over = {
        it.alert.alert_id
        for it in ledger.grouped
        if it.person == news.person and it.alert.ends_at_ms is not None and it.at_ms <= at_ms
    }
    return newer or all(it.alert_id in over for it in news.alerts)


def _with_digest(ledger: Ledger, row: Row, said: Said) -> bool:
    """It ended because that did which carried it."""
    carrier = ledger.rows.get(ledger.carrier.get(row.id, ""))
    return carrier is not None and any(it.decision == said.decision for it in carrier.ends)


def _out_of_reach(ledger: Ledger, people: People, row: Row, ended: NotificationEnded) -> bool:
    carrier = ledger.rows.get(ledger.carrier.get(row.id, ""))
    outcomes = [
        source.outcomes.get(it.fact.attempt_id)
        for source in (row, carrier)
        if source is not None
        for it in source.facts
        if isinstance(it.fact, AttemptLeased)
    ]
    if any(it is not None and it.outcome in _NEVER for it in outcomes):
        return True
    if row.reopened:
        return True  # by hand there is one try
    if row.opened.customer_notice is not None:
        return True  # his address is not in what can be looked up here
    person = people.person(ended.config, row.opened.person)
    address = getattr(person, _FIELDS.get(row.opened.method, ""), None)
    return not address or people.document(ended.config).require_verified
