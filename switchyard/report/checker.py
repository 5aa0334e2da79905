"""All invariants over the topics. It reads records only and knows no service."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

from shared.contracts.configuration import PoolDocument
from shared.log import LogRecord
from switchyard.report.breaches import PagedCheck
from switchyard.report.capacity import CapacityCheck
from switchyard.report.conserved import check_conserved, check_nobody_lost
from switchyard.report.eligible import EligibleCheck
from switchyard.report.ledger import Ledger
from switchyard.report.notices import AccountedCheck
from switchyard.report.pages import OnceCheck, RecallCheck
from switchyard.report.reading import Entry, Unread, entries
from switchyard.report.single import SingleCheck
from switchyard.report.verdict import State, Verdict

REPLAY_PROMISE = "same log, configuration and core: equal facts"


def replay_verdict(state: State, compared: int, evidence: tuple[str, ...] = ()) -> Verdict:
    """R7 is checked by deciding the log again; whoever did that tells it here.

    Args:
        compared: how many facts were derived again and compared.
    """
    return Verdict("R7", REPLAY_PROMISE, state, compared, len(evidence), evidence)


@dataclass(slots=True)
class Checker:
    """Feed it records in order per partition, pool-log before people-log; then ask `verdicts`."""

    documents: dict[str, PoolDocument]
    ledger: Ledger = field(default_factory=Ledger)
    unread: Unread = field(default_factory=Unread)
    single: SingleCheck = field(default_factory=SingleCheck)
    capacity: CapacityCheck = field(init=False)
    eligible: EligibleCheck = field(init=False)
    paged: PagedCheck = field(init=False)
    recall: RecallCheck = field(default_factory=RecallCheck)
    once: OnceCheck = field(default_factory=OnceCheck)
    accounted: AccountedCheck = field(default_factory=AccountedCheck)

    def __post_init__(self) -> None:
        self.capacity = CapacityCheck(self.documents)
        self.eligible = EligibleCheck(self.documents)
        self.paged = PagedCheck(self.documents)

    def read(self, pool_log: Iterable[LogRecord], people_log: Iterable[LogRecord]) -> list[Entry]:
        """Check all records, and hand them on decoded. Call it once."""
        read = []
        for entry in entries(chain(pool_log, people_log), self.unread):
            self.see(entry)
            read.append(entry)
        return read

    def see(self, entry: Entry) -> None:
        for check in (
            self.ledger, self.single, self.capacity, self.eligible,
            self.paged, self.recall, self.once, self.accounted,
        ):  # fmt: skip
            check.see(entry)

    def verdicts(self) -> list[Verdict]:
        """One per invariant that a log can show, in the order of the architecture page.

        R7 is shown by a replay, see `replay_verdict`. Call it once.
        """
        return [
            check_conserved(self.ledger),
            self.single.verdict(),
            self.capacity.verdict(),
            self.eligible.verdict(),
            self.paged.verdict(),
            self.recall.verdict(),
            self.once.verdict(),
            self.accounted.verdict(),
            check_nobody_lost(self.ledger),
        ]
