"""All invariants over the topics. It reads records only and knows no service."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import chain

from shared.contracts.configuration import PoolDocument
from shared.contracts.topics import SYSTEM_LOG
from shared.log import LogRecord
from switchyard.report.breaches import PagedCheck
from switchyard.report.capacity import CapacityCheck
from switchyard.report.conserved import check_conserved, check_nobody_lost
from switchyard.report.eligible import EligibleCheck
from switchyard.report.ledger import Ledger
from switchyard.report.moved import MovedCheck
from switchyard.report.notices import AccountedCheck
from switchyard.report.outages import Outages
from switchyard.report.pages import OnceCheck, RecallCheck
from switchyard.report.reading import Entry, Unread, entries
from switchyard.report.single import SingleCheck
from switchyard.report.told import ToldCheck
from switchyard.report.verdict import EVIDENCE_KEPT, State, Verdict

REPLAY_PROMISE = "same log, configuration and core: equal facts"


def replay_verdict(state: State, compared: int, evidence: tuple[str, ...] = ()) -> Verdict:
    """R7 is checked by deciding the log again; whoever did that tells it here.

    Args:
        compared: how many facts were derived again and compared.
    """
    return Verdict("R7", REPLAY_PROMISE, state, compared, len(evidence), evidence)


@dataclass(slots=True)
class Checker:
    """Feed it records in order per partition, in the order of `Topics`; then ask `verdicts`."""

    documents: dict[str, PoolDocument]
    ledger: Ledger = field(default_factory=Ledger)
    unread: Unread = field(default_factory=Unread)
    single: SingleCheck = field(init=False)
    capacity: CapacityCheck = field(init=False)
    eligible: EligibleCheck = field(init=False)
    paged: PagedCheck = field(init=False)
    recall: RecallCheck = field(default_factory=RecallCheck)
    once: OnceCheck = field(default_factory=OnceCheck)
    accounted: AccountedCheck = field(default_factory=AccountedCheck)
    outages: Outages = field(default_factory=Outages)
    moved: MovedCheck = field(init=False)
    told: ToldCheck = field(default_factory=ToldCheck)

    def __post_init__(self) -> None:
        self.single = SingleCheck(self.documents)
        self.capacity = CapacityCheck(self.documents)
        self.eligible = EligibleCheck(self.documents)
        self.paged = PagedCheck(self.documents)
        self.moved = MovedCheck(self.outages)

    def read(
        self,
        pool_log: Iterable[LogRecord],
        system_log: Iterable[LogRecord],
        people_log: Iterable[LogRecord],
    ) -> list[Entry]:
        """Check all records, and hand them on decoded. Call it once."""
        read = []
        for entry in entries(chain(pool_log, system_log, people_log), self.unread):
            self.see(entry)
            read.append(entry)
        return read

    def see(self, entry: Entry) -> None:
        for of_outage in (self.outages, self.moved, self.told):
            of_outage.see(entry)
        if entry.record.topic == SYSTEM_LOG:
            return  # copies of what pool-log and people-log hold: nothing is to be counted twice
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
            _together(check_nobody_lost(self.ledger), self.moved.finish(self.ledger).verdict()),
            self.told.verdict(),
        ]


def _together(sum_of_all: Verdict, of_outages: Verdict) -> Verdict:
    """O1 of the whole day and of each outage, as one."""
    return replace(
        sum_of_all,
        promise=f"{sum_of_all.promise}, also of each outage",
        state="broken" if of_outages.state == "broken" else sum_of_all.state,
        exercised=sum_of_all.exercised + of_outages.exercised,
        violations=sum_of_all.violations + of_outages.violations,
        evidence=(*sum_of_all.evidence, *of_outages.evidence)[:EVIDENCE_KEPT],
    )
