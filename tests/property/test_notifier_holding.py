"""N1, E2, E3, R7 of what is held and bundled: any order of events, outcomes and takeovers.

The machine reads the facts as somebody would who knows nothing of the core's state.
"""

from collections import Counter, defaultdict
from datetime import UTC, datetime

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.notifier.core import Digest, content, notifier_core
from shared.contracts.escalation import PageRequested
from shared.contracts.event import Event
from shared.contracts.notification import (
    AttemptInDoubt,
    AttemptLeased,
    NotificationBundled,
    NotificationEnded,
    NotificationHeld,
    NotificationOpened,
    RetryScheduled,
)
from shared.contracts.outage import NoticeRequested
from shared.contracts.people import (
    Hop,
    MethodLimits,
    PeopleDocument,
    Person,
    PersonalRules,
    QuietHours,
    RetrySchedule,
    Rung,
)
from shared.contracts.words import AttemptOutcome, NoticePurpose, ReceiptStatus, Severity
from tests.support.ledger import (
    HOUR,
    SECOND,
    LedgerShard,
    acknowledgement,
    notice,
    outcome_of,
    page,
    recall,
    receipt_of,
)

# T0 is 09:00 in UTC: an hour of rest begins ten minutes later.
REST = QuietHours(start_minute=9 * 60 + 10, end_minute=10 * 60 + 10)
NIGHT = QuietHours(start_minute=9 * 60 + 2, end_minute=9 * 60, days=(1, 2, 4))
LIMITS = [
    MethodLimits(ladder=(Rung(most=2, within_s=60), Rung(most=5, within_s=600)), bundle_s=30),
    MethodLimits(ladder=(Rung(most=1, within_s=20),), bundle_s=0),
    MethodLimits(bundle_s=120),
    MethodLimits(),
]
ANNA = Person(
    id="ana",
    email="ana@example.org",
    webhook="https://hooks.example.org/ana",
    rules=PersonalRules(
        high=(
            Hop(method="email", succeed_by_s=40, succeed_on="delivered"),
            Hop(method="webhook"),
        )
    ),
)
DOCUMENTS = [
    PeopleDocument(
        people=(ANNA.model_copy(update={"quiet": rest}),),
        retries=RetrySchedule(waits_s=(5, 60), lease_s=20),
        limits={"email": limits},
    )
    for limits in LIMITS
    for rest in (REST, NIGHT, None)
]
CYCLES = st.integers(1, 9)
LIVES_S = st.sampled_from([8000, 900, 900, 100])
SEVERITIES: st.SearchStrategy[Severity] = st.sampled_from(["minor", "minor", "minor", "critical"])
OUTCOMES: st.SearchStrategy[AttemptOutcome] = st.sampled_from(
    ["accepted", "accepted", "transient", "throttled", "unknown", "not_sent", "refused", "blocked"]
)
NEVER_LEFT = frozenset({"transient", "throttled", "too_big", "blocked", "not_sent"})
RECOVERY = 4
LONG_AFTER = 20 * 24 * HOUR  # dead letters are kept for two weeks


class HoldingMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.shard = LedgerShard(document=None)
        self.document = DOCUMENTS[0]
        self.version = 0
        self.opened: dict[str, NotificationOpened] = {}
        self.ends: dict[str, NotificationEnded] = {}
        self.carrier: dict[str, str] = {}
        self.open_lease: dict[str, AttemptLeased] = {}
        self.leases: list[AttemptLeased] = []
        self.recalled: set[int] = set()
        self.held: defaultdict[str, list[NotificationHeld]] = defaultdict(list)
        self.went_at: dict[str, tuple[int, str]] = {}  # time and method of what may have left
        self.told_of: set[str] = set()  # incidents that she may have heard of

    @initialize(document=st.sampled_from(DOCUMENTS[:3]))
    def begin(self, document: PeopleDocument) -> None:
        self.configure(document)

    @rule(document=st.sampled_from(DOCUMENTS))
    def configure(self, document: PeopleDocument) -> None:
        self.version += 1
        self.document = document
        self.check(self.shard.configure(document, self.version))

    @rule(
        cycles=st.lists(CYCLES, min_size=1, max_size=3, unique=True),
        method=st.sampled_from(["email", "email", "rules"]),
        life_s=LIVES_S,
    )
    def pages_come(self, cycles: list[int], method: str, life_s: int) -> None:
        for cycle in cycles:
            at_ms, life_ms = self.shard.now, life_s * SECOND
            asked = page(cycle=cycle, method=method, at_ms=at_ms, expires_ms=life_ms)
            self.check(self.shard.hear(asked))

    @rule(
        number=st.integers(1, 4),
        sequence=st.sampled_from([2, 3, 1, RECOVERY]),
        severity=SEVERITIES,
        life_s=LIVES_S,
    )
    def news_comes(self, number: int, sequence: int, severity: Severity, life_s: int) -> None:
        purpose: NoticePurpose = (
            "recovery" if sequence == RECOVERY else "update" if sequence > 1 else "opening"
        )
        asked = notice(
            sequence=sequence,
            purpose=purpose,
            incident_id=f"line{number}-1",
            severity=severity,
            expires_at_ms=self.shard.now + life_s * SECOND,
        )
        self.check(self.shard.hear(asked))

    @rule(cycle=CYCLES, by_person=st.booleans())
    def a_cycle_is_over(self, cycle: int, *, by_person: bool) -> None:
        known = any(it.page and it.cycle == cycle for it in self.opened.values())
        if known or not by_person:  # an acknowledgement of what was not paged means nothing
            self.recalled.add(cycle)
        self.check(self.shard.hear((acknowledgement if by_person else recall)(cycle=cycle)))

    @precondition(lambda self: self.open_lease)
    @rule(data=st.data(), outcome=OUTCOMES, later_s=st.sampled_from([None, 90]))
    def an_outcome_comes(
        self, data: st.DataObject, outcome: AttemptOutcome, later_s: int | None
    ) -> None:
        lease = self.open_lease[data.draw(st.sampled_from(sorted(self.open_lease)))]
        after_ms = None if later_s is None else later_s * SECOND
        self.check(self.shard.hear(outcome_of(lease, outcome, retry_after_ms=after_ms)))

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), outcome=OUTCOMES)
    def an_outcome_comes_late_or_twice(self, data: st.DataObject, outcome: AttemptOutcome) -> None:
        self.check(self.shard.hear(outcome_of(data.draw(st.sampled_from(self.leases)), outcome)))

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), status=st.sampled_from(["sent", "delivered", "undelivered"]))
    def a_receipt_comes(self, data: st.DataObject, status: ReceiptStatus) -> None:
        self.check(self.shard.hear(receipt_of(data.draw(st.sampled_from(self.leases)), status)))

    @rule(length_s=st.sampled_from([1, 5, 21, 31, 61, 130, 700, 3700]))
    def time_passes(self, length_s: int) -> None:
        self.check(self.shard.wait(length_s * SECOND))
        due = notifier_core.deadline(self.shard.state)
        assert due is None or due > self.shard.now

    @rule()
    def another_process_takes_over(self) -> None:
        due = notifier_core.deadline(self.shard.state)
        self.shard.reload()
        assert notifier_core.deadline(self.shard.state) == due

    def check(self, told: list[Event]) -> None:
        for fact in told:
            match fact:
                case NotificationOpened():
                    assert fact.notification_id not in self.opened
                    self.opened[fact.notification_id] = fact
                    assert not fact.members or len(fact.members) > 1
                case NotificationHeld():
                    self.check_hold(fact)
                case NotificationBundled():
                    self.check_bundled(fact)
                case AttemptLeased():
                    self.check_lease(fact)
                case AttemptInDoubt():
                    self.open_lease.pop(fact.notification_id)
                case RetryScheduled():
                    lease = self.open_lease.pop(fact.notification_id, None)
                    if lease and fact.outcome in NEVER_LEFT:
                        del self.went_at[lease.attempt_id]
                case NotificationEnded():
                    self.check_end(fact)
                case _:
                    pass
        self.each_digest_says_what_it_carries()

    def check_hold(self, held: NotificationHeld) -> None:
        row = self.opened[held.notification_id]
        assert held.until_ms > held.at_ms
        assert held.notification_id not in self.ends
        assert held.notification_id not in self.carrier
        if held.why == "quiet_hours":
            assert row.page is None
            assert self.is_quiet(held.at_ms)
            assert self.is_quiet(held.until_ms - 1)
            assert not self.is_quiet(held.until_ms)
        elif held.why == "bundle":
            assert not self.is_exempt(row)
            assert held.until_ms - held.at_ms <= self.limits(row.method).bundle_s * 1000
        self.held[held.notification_id].append(held)

    def check_bundled(self, fact: NotificationBundled) -> None:
        row, carrier = self.opened[fact.notification_id], self.opened[fact.carrier]
        assert fact.notification_id not in self.carrier, "in two digests"
        assert fact.notification_id not in self.ends
        assert fact.notification_id in self.held, "only what was held is bundled"
        assert fact.notification_id in carrier.members
        assert (row.person, row.method) == (carrier.person, carrier.method)
        assert row.notice is None or row.notice.purpose != "recovery"
        self.carrier[fact.notification_id] = fact.carrier

    def check_lease(self, lease: AttemptLeased) -> None:
        row = self.opened[lease.notification_id]
        assert lease.notification_id not in self.carrier, "carried, and sent by itself"
        assert lease.notification_id not in self.open_lease, "E3: two leases at a time"
        assert bool(lease.members) == bool(row.members)
        said = [self.opened[one] for one in lease.members] or [row]
        for one in said:
            assert one.notification_id not in self.ends, "E2: ended before the lease"
            assert not one.page or one.cycle not in self.recalled, "E2: leased after its recall"
            assert lease.at_ms < one.expires_at_ms
        assert not (self.is_quiet(lease.at_ms) and all(map(self.can_wait, said))), "quiet"
        earlier = [it for it in self.leases if it.notification_id == lease.notification_id]
        assert {it.message_id for it in earlier} <= {lease.message_id}
        assert all(set(lease.members) <= set(it.members) for it in earlier)
        self.nobody_is_flooded(lease)
        self.what_follows_waits_for_company(lease, first=not earlier)
        self.told_of |= {it.incident_id for it in said if it.incident_id}
        self.leases.append(lease)
        self.open_lease[lease.notification_id] = lease
        self.went_at[lease.attempt_id] = (lease.at_ms, lease.method)

    def nobody_is_flooded(self, lease: AttemptLeased) -> None:
        for rung in self.limits(lease.method).ladder:
            within = len(self.lately(lease, rung.within_s))
            kept = lease.priority > 1 and rung.most > 1
            assert within < rung.most - kept, f"more than {rung}"

    def what_follows_waits_for_company(self, lease: AttemptLeased, *, first: bool) -> None:
        row = self.opened[lease.notification_id]
        if row.members or self.is_exempt(row) or not first:
            return
        if any(held.why == "bundle" for held in self.held[row.notification_id]):
            return  # it did wait
        bundle_s = self.limits(lease.method).bundle_s
        assert not self.lately(lease, bundle_s), "a message on the heels of another"

    def lately(self, lease: AttemptLeased, within_s: int) -> list[int]:
        """When something went the same way as this, so short a time before it."""
        since_ms = lease.at_ms - within_s * 1000
        went = self.went_at.values()
        return [at_ms for at_ms, method in went if method == lease.method and at_ms > since_ms]

    def check_end(self, end: NotificationEnded) -> None:
        assert end.notification_id not in self.ends, "N1: ended twice"
        self.ends[end.notification_id] = end
        lease, row = (
            self.open_lease.pop(end.notification_id, None),
            self.opened[end.notification_id],
        )
        assert end.reason
        if lease and end.end == "dead_lettered":
            del self.went_at[lease.attempt_id]
        if end.end == "expired":
            assert end.at_ms >= row.expires_at_ms, "dropped while it was of use"
        if end.end == "superseded" and row.page:
            another_hop = [it for it in self.opened.values() if it.cause_id == row.cause_id != ""]
            assert row.cycle in self.recalled or len(another_hop) > 1, "superseded by nothing"
        if end.end == "superseded" and row.members:
            assert set(row.members) <= set(self.ends), "superseded, and says more"

    def each_digest_says_what_it_carries(self) -> None:
        """Once an event was decided: all that is left of it, and nothing else."""
        for notification_id in set(self.carrier.values()):
            row, end = self.opened[notification_id], self.ends.get(notification_id)
            left = [one for one in row.members if one not in self.ends]
            assert bool(left) == (end is None)
            said = content(self.shard.state, notification_id)
            causes = said.causes if isinstance(said, Digest) else ()
            assert [self.id_of(it) for it in causes] == left
            if end is not None:
                ways = {self.ends[one].end for one in row.members} - {"superseded", "expired"}
                assert ways <= {end.end}

    def id_of(self, cause: object) -> str:
        assert isinstance(cause, PageRequested | NoticeRequested)
        return cause.page_id if isinstance(cause, PageRequested) else cause.notice_id

    def is_exempt(self, row: NotificationOpened) -> bool:
        return row.notice is not None and row.notice.purpose != "update"

    def can_wait(self, row: NotificationOpened) -> bool:
        told = row.notice
        if told is None or told.severity != "minor":
            return False
        return told.purpose != "recovery" or told.incident_id not in self.told_of

    def limits(self, method: str) -> MethodLimits:
        return self.document.limits["email"] if method == "email" else MethodLimits()

    def is_quiet(self, at_ms: int) -> bool:
        """By the minutes of the day; her clock is that of UTC."""
        hours = self.document.people[0].quiet
        if hours is None:
            return False
        local = datetime.fromtimestamp(at_ms / 1000, UTC)
        minute, day = local.hour * 60 + local.minute, local.weekday()
        if hours.start_minute < hours.end_minute:
            return hours.start_minute <= minute < hours.end_minute
        begins = minute >= hours.start_minute and day in hours.days
        return begins or (minute < hours.end_minute and (day - 1) % 7 in hours.days)

    @invariant()
    def no_fact_is_told_twice(self) -> None:
        twice = [id_ for id_, n in Counter(f.event_id for f in self.shard.facts).items() if n > 1]
        assert not twice

    def teardown(self) -> None:
        self.facts_alone_rebuild_the_state()
        self.check(self.shard.wait(LONG_AFTER))
        assert set(self.opened) == set(self.ends)  # N1
        assert self.shard.state.targets == {}
        self.a_replay_in_other_batches_gives_the_same_facts()

    def facts_alone_rebuild_the_state(self) -> None:
        rebuilt = notifier_core.empty(self.shard.documents)
        for fact in self.shard.facts:
            notifier_core.evolve(rebuilt, fact)
        changed = notifier_core.take_changed(rebuilt)
        assert {name: value for name, value in changed if value is not None} == (
            self.shard.entities()
        )

    def a_replay_in_other_batches_gives_the_same_facts(self) -> None:
        again = LedgerShard(document=None)
        again.documents.update(self.shard.documents)
        for number, (event, now) in enumerate(self.shard.heard):
            again.hear(event, now)
            if number % 3 == 0:
                again.reload()
        assert again.facts == self.shard.facts
        assert again.entities() == self.shard.entities()


HoldingMachine.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestHoldingMachine = HoldingMachine.TestCase
