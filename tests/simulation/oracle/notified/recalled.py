"""E2 at the provider: no message that was written holds a page which was recalled before."""

from shared.contracts.escalation import PageRequested
from switchyard.report.verdict import Finding
from tests.simulation.oracle.notified.rows import Ledger
from tests.simulation.provider import Provider, causes_of


def check_recalled(ledger: Ledger, provider: Provider) -> Finding:
    """By the place of the lease: what comes after it may be on its way, and is called off."""
    finding = Finding("E2 written", "no message tells a page that was recalled before its lease")
    for written in provider.written:
        leased_on = ledger.leased_on.get(written.lease.attempt_id)
        if leased_on is None:
            finding.broken(f"{written.lease.attempt_id}: written, and never leased")
            continue
        for cause in causes_of(written.content):
            if isinstance(cause, PageRequested):
                recalled = ledger.recalled.get((cause.escalation_id, cause.cycle, cause.person))
                finding.exercised += recalled is not None
                if recalled is not None and leased_on[1] >= recalled:
                    finding.broken(f"{cause.page_id}: in {written.lease.attempt_id}, after recall")
    return finding
