"""All findings on what the notifier told."""

from collections.abc import Iterator, Sequence

from switchyard.report.reading import Entry
from switchyard.report.verdict import Finding
from tests.simulation.histories import History
from tests.simulation.oracle.notified.accounted import check_accounted
from tests.simulation.oracle.notified.chains import check_chains
from tests.simulation.oracle.notified.customers import check_customers
from tests.simulation.oracle.notified.doubts import check_doubts
from tests.simulation.oracle.notified.ladders import check_ladders
from tests.simulation.oracle.notified.owed import check_owed
from tests.simulation.oracle.notified.people import People
from tests.simulation.oracle.notified.quiet import check_quiet
from tests.simulation.oracle.notified.reasons import check_reasons
from tests.simulation.oracle.notified.recalled import check_recalled
from tests.simulation.oracle.notified.receipts import check_receipts
from tests.simulation.oracle.notified.rooms import check_rooms
from tests.simulation.oracle.notified.rows import Ledger
from tests.simulation.oracle.notified.troubles import check_troubles


def check_notified(history: History, entries: Sequence[Entry]) -> Iterator[Finding]:
    ledger, people = Ledger(), People(history.world.documents)
    ledger.read(entries)
    ledger.hear_groups(history.world.broker)
    yield from check_accounted(ledger)
    yield check_reasons(ledger, people)
    yield check_recalled(ledger, history.provider)
    yield from check_doubts(ledger)
    yield check_customers(ledger, history.provider)
    yield check_ladders(ledger, people)
    yield check_quiet(ledger, people)
    yield from check_chains(ledger)
    yield check_receipts(ledger)
    yield check_owed(ledger)
    yield check_troubles(ledger, people)
    yield check_rooms(ledger, people)
