"""N1, E2, E3, O3 and R7 on the notifier's core: any order of events, repeats and takeovers."""

from collections import Counter, defaultdict
from typing import Any, Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.notifier.core import notifier_core
from services.notifier.core.agenda import Agenda
from services.notifier.core.model import HORIZON_MS
from shared.contracts.configuration import Document
from shared.contracts.escalation import PageRequested
from shared.contracts.event import Event
from shared.contracts.notification import (
    AttemptInDoubt,
    AttemptLeased,
    NotificationEnded,
    NotificationOpened,
    NotificationReopened,
    ReceiptNoted,
    RedriveRequested,
    RetryScheduled,
)
from shared.contracts.outage import NoticeRequested
from shared.contracts.people import (
    Hop,
    PeopleDocument,
    Person,
    PersonalRules,
    Recipient,
    RetrySchedule,
)
from shared.contracts.system import EventRejected
from shared.contracts.words import AttemptOutcome, NoticePurpose, ReceiptStatus
from tests.support.ledger import (
    ANA,
    DOCUMENT,
    DOV,
    EVA,
    HOUR,
    MUTE,
    ROOM,
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

PEOPLE = st.sampled_from(["ana", "dov", "eva", "eva", "ana", "mute", "nobody"])
CYCLES = st.integers(1, 4)
LIVES_S = st.sampled_from([900, 900, 120, 40])
PAGES = st.builds(
    lambda person, cycle, round_, life_s: page(
        person,
        cycle=cycle,
        round_=round_,
        expires_ms=life_s * SECOND,
        method="rules" if person in ("eva", "mute") else "email",
    ),
    PEOPLE,
    CYCLES,
    st.integers(1, 3),
    LIVES_S,
)
RECOVERY = 4  # its sequence; what comes with a higher one was said by mistake, and is no danger
NOTICES = st.builds(
    lambda person, method, incident_id, sequence, life_s: notice(
        person,
        sequence=sequence,
        purpose="recovery" if sequence == RECOVERY else None,
        incident_id=incident_id,
        method="rules" if person == "eva" else method,
        expires_ms=life_s * SECOND,
    ),
    st.sampled_from(["ana"] * 4 + ["eva"] * 4 + ["room", "nobody"]),
    st.sampled_from(["email"] * 6 + ["webhook"]),
    st.sampled_from(["chat-1"] * 6 + ["voice-2", "chat-2", "chat-10"]),
    st.sampled_from([RECOVERY, RECOVERY + 1, 1, 2, 3]),
    LIVES_S,
)
OUTCOMES: st.SearchStrategy[AttemptOutcome] = st.sampled_from(
    [
        *("transient", "throttled", "unknown", "accepted", "not_sent", "refused", "delivered"),
        *("config", "bad_recipient", "too_big", "blocked"),
    ]
)
STATUSES: st.SearchStrategy[ReceiptStatus] = st.sampled_from(
    ["sent", "delivered", "read", "undelivered"]
)
Reason = Literal["acknowledged", "resolved", "superseded"]
REASONS: st.SearchStrategy[Reason] = st.sampled_from(["acknowledged", "resolved", "superseded"])
BY_RECEIPT = EVA.model_copy(
    update={
        "rules": PersonalRules(
            high=(
                Hop(method="slack", succeed_by_s=5, succeed_on="delivered"),
                Hop(method="slack", succeed_by_s=30, succeed_on="read"),
                Hop(method="email", succeed_by_s=300, succeed_on="acknowledged"),
                Hop(method="voice"),
            )
        )
    }
)
SIMPLE = DOCUMENT.model_copy(update={"limits": {}})  # what is held has a machine of its own
DOCUMENTS = [
    SIMPLE,
    PeopleDocument(
        people=(ANA, EVA), retries=RetrySchedule(waits_s=(1, 20), lease_s=45), limits={}
    ),
    PeopleDocument(
        people=(DOV, ANA, MUTE, ROOM, BY_RECEIPT),
        retries=RetrySchedule(waits_s=(120,), lease_s=600),
        limits={},
        operators=(Recipient(person="ana"), Recipient(person="eva", method="rules")),
    ),
    PeopleDocument(
        people=(DOV, Person(id="ana", webhook="https://hooks.example.org/ana"), BY_RECEIPT),
        limits={},
    ),
]
NOT_CONFIGURED = ("unknown_person", "no_address", "no_webhook", "unknown_method")
LONG_AFTER = 16 * 24 * HOUR  # every page has expired, every horizon has passed


class LedgerMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.shard = LedgerShard(document=None)
        self.version = 0
        self.recalled: set[tuple[int, str]] = set()
        self.leases: list[AttemptLeased] = []
        self.open_lease: dict[str, AttemptLeased] = {}
        self.doubted: set[str] = set()
        self.requested: dict[str, NoticeRequested] = {}
        self.came_to_nothing: set[str] = set()
        self.rows: dict[str, NotificationOpened] = {}
        self.last_end: dict[str, NotificationEnded] = {}
        self.receipts: dict[str, ReceiptNoted] = {}
        self.redriven: list[RedriveRequested] = []
        self.commands = 0
        self.not_before: defaultdict[tuple[str, str], int] = defaultdict(int)

    @initialize(document=st.sampled_from(DOCUMENTS), pages=st.lists(PAGES, max_size=3))
    def begin(self, document: Document, pages: list[PageRequested]) -> None:
        self.configure(document)
        for asked in pages:
            self.ask(asked)

    @rule(document=st.sampled_from(DOCUMENTS))
    def configure(self, document: Document) -> None:
        self.version += 1
        self.check(self.shard.configure(document, self.version))

    @rule(asked=PAGES)
    def ask(self, asked: PageRequested) -> None:
        self.check(self.shard.hear(asked))

    @rule(asked=NOTICES)
    def tell_of_an_incident(self, asked: NoticeRequested) -> None:
        self.requested.setdefault(asked.notice_id, asked)
        on_their_way = set(self.open_lease)
        owed = self.owed_methods(asked) if asked.notice_id not in self.rows else set()
        told = self.shard.hear(asked)
        assert not on_their_way & {
            f.notification_id for f in told if isinstance(f, NotificationEnded)
        }
        self.check(told)
        assert owed <= {f.method for f in told if isinstance(f, NotificationOpened)}, "O3: owed"

    def owed_methods(self, asked: NoticeRequested) -> set[str]:
        """By which contact methods this person may have been told of what is over now."""
        if asked.purpose != "recovery" or asked.method != "rules":
            return set()
        earlier = {it.notice_id for it in self.thread(asked) if it.sequence < asked.sequence}
        return {
            row.method
            for row in self.rows.values()
            if row.cause_id in earlier and self.may_have_arrived(row.notification_id)
        }

    def may_have_arrived(self, row: str) -> bool:
        """As far as the ledger still knows it."""
        end, receipt = self.last_end.get(row), self.receipts.get(row)
        if end is not None and end.at_ms < self.shard.now - HORIZON_MS:
            return False  # it may be forgotten
        if row in self.open_lease or row in self.doubted:
            return True
        if receipt is not None:
            return receipt.status != "undelivered"
        return end is not None and end.end in ("accepted", "delivered", "unknown")

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def ask_again(self, data: st.DataObject) -> None:
        lease = data.draw(st.sampled_from(self.leases))
        opened = self.opened()[lease.notification_id]
        before = opened.page or opened.notice or opened.trouble
        assert before is not None
        assert self.shard.hear(before) == []  # E3

    @rule(person=PEOPLE, cycle=CYCLES, reason=REASONS)
    def recall_before_or_after(self, person: str, cycle: int, reason: Reason) -> None:
        self.recalled.add((cycle, person))
        self.check(self.shard.hear(recall(person, cycle=cycle, reason=reason)))

    @precondition(lambda self: any(fact.page for fact in self.opened().values()))
    @rule(data=st.data(), by_person=st.booleans())
    def end_a_cycle(self, data: st.DataObject, by_person: bool) -> None:
        paged = [fact for fact in self.opened().values() if fact.page]
        fact = data.draw(st.sampled_from(paged))
        self.recalled.add((fact.cycle, fact.person))
        event = acknowledgement if by_person else recall
        self.check(self.shard.hear(event(fact.person, cycle=fact.cycle)))

    @rule(person=PEOPLE, cycle=CYCLES)
    def acknowledge_anything(self, person: str, cycle: int) -> None:
        if any(f.page and (f.cycle, f.person) == (cycle, person) for f in self.opened().values()):
            self.recalled.add((cycle, person))
        self.check(self.shard.hear(acknowledgement(person, cycle=cycle)))

    @precondition(lambda self: self.open_lease)
    @rule(data=st.data(), outcome=OUTCOMES, later_s=st.sampled_from([None, 1, 500]))
    def outcome(self, data: st.DataObject, outcome: AttemptOutcome, later_s: int | None) -> None:
        lease = self.open_lease.pop(data.draw(st.sampled_from(sorted(self.open_lease))))
        self.tell(lease, outcome, later_s)

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), outcome=OUTCOMES)
    def late_repeated_or_contradictory_outcome(
        self, data: st.DataObject, outcome: AttemptOutcome
    ) -> None:
        lease = data.draw(st.sampled_from(self.leases))
        if self.open_lease.get(lease.notification_id) is lease:
            del self.open_lease[lease.notification_id]
        self.tell(lease, outcome, None)

    def tell(self, lease: AttemptLeased, outcome: AttemptOutcome, later_s: int | None) -> None:
        retry_after_ms = None if later_s is None else later_s * SECOND
        self.check(self.shard.hear(outcome_of(lease, outcome, retry_after_ms=retry_after_ms)))
        if outcome in ("accepted", "delivered"):
            assert lease.notification_id in self.ended()

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), status=STATUSES)
    def receipt(self, data: st.DataObject, status: ReceiptStatus) -> None:
        lease = data.draw(st.sampled_from(self.leases))
        self.check(self.shard.hear(receipt_of(lease, status)))

    @precondition(lambda self: self.last_end)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        end = data.draw(st.sampled_from([*self.last_end.values()]))
        self.commands += 1
        asked = redrive(end.notification_id, end.person, number=self.commands)
        told = self.shard.hear(asked)
        assert len([f for f in told if isinstance(f, EventRejected | NotificationReopened)]) == 1
        if not isinstance(told[0], EventRejected):
            assert self.is_of_use(end.notification_id)
            self.redriven.append(asked)
        self.check(told)

    @precondition(lambda self: self.redriven)
    @rule(data=st.data())
    def command_again(self, data: st.DataObject) -> None:
        asked = data.draw(st.sampled_from(self.redriven))
        last = [it for it in self.redriven if it.notification_id == asked.notification_id][-1]
        if asked is last and asked.notification_id in self.shard.state.notifications:
            assert self.shard.hear(asked) == []

    def is_of_use(self, notification_id: str) -> bool:
        row, end = self.rows[notification_id], self.last_end[notification_id]
        chain = [it for it in self.rows.values() if it.cause_id == row.cause_id]
        through = [
            it
            for it in chain
            if row.because != "owed"
            and (own := self.last_end.get(it.notification_id)) is not None
            and own.end == "delivered"
        ]
        recalled = row.page is not None and (row.cycle, row.person) in self.recalled
        return end.end in ("dead_lettered", "expired", "unknown") and not through and not recalled

    @rule(length_ms=st.sampled_from([121 * SECOND, 31 * SECOND, 5 * SECOND, 999, 1]))
    def wait(self, length_ms: int) -> None:
        self.check(self.shard.wait(length_ms))
        due = notifier_core.deadline(self.shard.state)
        assert due is None or due > self.shard.now
        ended = self.ended()
        again = {asked.notification_id for asked in self.redriven}
        for fact in self.rows.values():
            late = fact.expires_at_ms <= self.shard.now and fact.notification_id not in again
            assert not late or fact.notification_id in ended

    @precondition(lambda self: notifier_core.deadline(self.shard.state) is not None)
    @rule(times=st.integers(1, 3))
    def wait_for_what_is_due(self, times: int) -> None:
        for _ in range(times):
            due = notifier_core.deadline(self.shard.state)
            if due is not None and due < self.shard.now + HOUR:
                self.wait(due - self.shard.now)

    @rule()
    def another_process_takes_over(self) -> None:
        due = notifier_core.deadline(self.shard.state)
        self.shard.reload()
        assert notifier_core.deadline(self.shard.state) == due

    def check(self, told: list[Event]) -> None:
        """Read the facts as somebody would who knows nothing of the core's state."""
        for fact in told:
            match fact:
                case NotificationOpened():
                    self.check_opened(fact)
                    self.rows[fact.notification_id] = fact
                case NotificationReopened():
                    self.came_to_nothing.discard(fact.notification_id)
                    self.last_end.pop(fact.notification_id)
                    self.receipts.pop(fact.notification_id, None)
                case ReceiptNoted():
                    self.receipts[fact.notification_id] = fact
                case AttemptInDoubt():
                    self.doubted.add(fact.notification_id)
                    self.open_lease.pop(fact.notification_id, None)
                case NotificationEnded():
                    self.open_lease.pop(fact.notification_id, None)
                    assert fact.reason
                    self.check_end(fact)
                    self.last_end[fact.notification_id] = fact
                    if fact.end not in ("accepted", "delivered", "unknown"):
                        self.came_to_nothing.add(fact.notification_id)
                case RetryScheduled(outcome="throttled"):
                    target = (fact.person, self.opened()[fact.notification_id].method)
                    self.not_before[target] = max(self.not_before[target], fact.retry_at_ms)
                case AttemptLeased():
                    self.check_lease(fact)
                case _:
                    pass

    def check_opened(self, opened: NotificationOpened) -> None:
        """A hop opens only after the one before it, while nothing of its chain got through."""
        if opened.hop == 1 or opened.because == "owed":
            return
        before = [it for it in self.rows.values() if it.cause_id == opened.cause_id]
        assert {it.hop for it in before} == set(range(1, opened.hop))
        assert opened.at_ms < opened.expires_at_ms
        if before[0].because == "owed":  # by another method, once none of those can get through
            assert {self.last_end[it.notification_id].end for it in before} == {"dead_lettered"}
            assert opened.method not in {it.method for it in before}
            return
        hop = before[0].hops[opened.hop - 1]
        assert (opened.method, opened.page, opened.notice) == (
            hop.method,
            before[0].page,
            before[0].notice,
        )
        if opened.page is not None:
            assert (opened.cycle, opened.person) not in self.recalled, (
                "E2: a hop of a recalled page"
            )
        for one in before:
            end, receipt = (
                self.last_end.get(one.notification_id),
                self.receipts.get(one.notification_id),
            )
            taken = end is not None and end.end in ("accepted", "delivered")
            undelivered = receipt is not None and receipt.status == "undelivered"
            if before[0].hops[one.hop - 1].succeed_on == "accepted":
                assert undelivered or not taken, "a hop after one that got through"

    def check_end(self, ended: NotificationEnded) -> None:
        row = self.rows[ended.notification_id]
        if ended.end == "unknown":
            again = any(it.notification_id == ended.notification_id for it in self.redriven)
            assert row.page is None or again, "E1: a page was given up because of a doubt"
        told = self.requested.get(row.cause_id)
        if ended.end == "superseded" and "got through" in ended.reason.partition(";")[0]:
            assert row.because != "owed", "what is owed is owed by each method"
            return
        if told is None:
            return
        if ended.end == "superseded" and told.purpose == "recovery":
            assert self.next_opening(told), "O3: a recovery was superseded"
        elif ended.end == "superseded":
            assert self.newest(told) > told.sequence, "superseded by nothing"
        elif told.purpose == "recovery" and ended.reason.startswith(NOT_CONFIGURED):
            assert row.method not in self.earlier_methods(told), "O3: told, and not of its end"

    def newest(self, told: NoticeRequested) -> int:
        """The highest sequence of its thread that is open or has arrived, or is the recovery."""
        return max(
            (
                one.sequence
                for one in self.thread(told)
                if one.purpose == "recovery" or not self.is_nothing(one.notice_id)
            ),
            default=0,
        )

    def is_nothing(self, cause_id: str) -> bool:
        """Whether all rows of a cause came to nothing."""
        rows = {it.notification_id for it in self.rows.values() if it.cause_id == cause_id}
        return bool(rows) and rows <= self.came_to_nothing

    def thread(self, told: NoticeRequested) -> list[NoticeRequested]:
        """All notices that tell this person of this incident by this method."""
        key = (told.incident_id, told.person, told.method)
        return [
            one
            for one in self.requested.values()
            if (one.incident_id, one.person, one.method) == key
        ]

    def next_opening(self, told: NoticeRequested) -> bool:
        """Whether this person was to be told by this method that the channel is down again."""
        channel, _, number = told.incident_id.rpartition("-")
        return any(
            one.purpose == "opening"
            and (one.person, one.method) == (told.person, told.method)
            and one.incident_id.rpartition("-")[0] == channel
            and int(one.incident_id.rpartition("-")[2]) > int(number)
            for one in self.requested.values()
        )

    def earlier_methods(self, recovery: NoticeRequested) -> set[str]:
        """By which this person may have been told of the outage that a recovery ends."""
        earlier = {
            one.notice_id for one in self.thread(recovery) if one.sequence < recovery.sequence
        }
        return {
            row.method
            for row in self.rows.values()
            if row.cause_id in earlier and self.may_have_arrived(row.notification_id)
        }

    def check_lease(self, lease: AttemptLeased) -> None:
        row = self.rows[lease.notification_id]
        told = self.requested.get(row.cause_id)
        if told is None:
            recalled = row.page is not None and (row.cycle, lease.person) in self.recalled
            assert not recalled, "E2: leased after its recall"
        elif told.purpose != "recovery":
            assert told.sequence == self.newest(told), "leased after newer news was heard"
        else:
            assert not self.next_opening(told), "`works again` after `is down again`"
        target = (lease.person, lease.method)
        assert lease.at_ms >= self.not_before[target], "leased in spite of a throttle"
        assert lease.notification_id not in self.open_lease, "E3: two leases at a time"
        earlier = [one for one in self.leases if one.notification_id == lease.notification_id]
        assert lease.number == len(earlier) + 1
        assert {one.message_id for one in earlier} <= {lease.message_id}
        assert lease.possible_repeat == (lease.notification_id in self.doubted)
        assert lease.lease_until_ms > lease.at_ms
        self.leases.append(lease)
        self.open_lease[lease.notification_id] = lease

    @invariant()
    def no_fact_is_told_twice(self) -> None:
        twice = [id_ for id_, n in Counter(f.event_id for f in self.shard.facts).items() if n > 1]
        assert not twice

    def teardown(self) -> None:
        self.facts_alone_rebuild_the_state()
        self.check(self.shard.wait(LONG_AFTER))
        self.every_notification_has_ended_once()
        self.whoever_is_told_of_an_incident_is_told_to_its_end()
        self.every_hop_of_a_page_that_failed_was_followed()
        self.a_replay_in_other_batches_gives_the_same_facts()

    def every_notification_has_ended_once(self) -> None:
        again = [f for f in self.shard.facts if isinstance(f, NotificationReopened)]
        begun = [*self.opened(), *(fact.notification_id for fact in again)]
        assert sorted(begun) == sorted(self.ended())  # N1

    def every_hop_of_a_page_that_failed_was_followed(self) -> None:
        for first in self.rows.values():
            chain = [it for it in self.rows.values() if it.cause_id == first.cause_id]
            failed = [self.last_end[it.notification_id].end == "dead_lettered" for it in chain]
            again = {asked.notification_id for asked in self.redriven}
            if again & {it.notification_id for it in chain}:
                continue  # by then the chain had come to its end, or had expired
            if first.page and first.hop == 1 and all(failed):
                assert len(chain) == max(len(first.hops), 1), "a chain stopped before its end"

    def whoever_is_told_of_an_incident_is_told_to_its_end(self) -> None:
        ends = {f.notification_id: f for f in self.shard.facts if isinstance(f, NotificationEnded)}
        for told in self.requested.values():
            last = max(one.sequence for one in self.thread(told))
            stays = (
                not self.next_opening(told) if told.purpose == "recovery" else told.sequence == last
            )
            for row in self.rows.values() if stays else ():
                end = ends[row.notification_id]
                if row.cause_id == told.notice_id and end.end == "superseded":
                    assert "got through" in end.reason  # O3
        state = self.shard.state
        assert (state.threads, state.lines, state.targets) == ({}, {}, {})
        assert (state.roots, state.buckets, state.by_cycle) == ({}, {}, {})
        assert state.next_hops.first() is None

    def opened(self) -> dict[str, NotificationOpened]:
        facts = (fact for fact in self.shard.facts if isinstance(fact, NotificationOpened))
        return {fact.notification_id: fact for fact in facts}

    def ended(self) -> list[str]:
        return [f.notification_id for f in self.shard.facts if isinstance(f, NotificationEnded)]

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
                again.reload()  # the batch ends here, and another process goes on
        assert again.facts == self.shard.facts
        assert again.entities() == self.shard.entities()


LedgerMachine.TestCase.settings = settings(
    max_examples=200,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestLedgerMachine = LedgerMachine.TestCase
Turn = Literal["takeover", "wait", "down again", "by another method", "as before"]
Step = int | AttemptOutcome | Turn
STEPS = st.one_of(
    st.sampled_from([1, 2, 3, RECOVERY, RECOVERY + 1]),  # a notice with this sequence is heard
    st.sampled_from(["transient", "throttled", "unknown", "not_sent", "accepted", "refused"]),
    st.sampled_from(["takeover", "wait", "down again", "by another method", "as before"]),
)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(["ana", "eva"]), st.lists(STEPS, min_size=2, max_size=14))
def test_one_thread_keeps_its_promises_in_any_order(person: str, steps: list[Step]) -> None:
    """What the machine does in a large world, in one so small that every order comes up."""
    machine = LedgerMachine()
    machine.configure(SIMPLE)
    for step in steps:
        match step:
            case int():
                purpose: NoticePurpose | None = "recovery" if step == RECOVERY else None
                asked = about(person, sequence=step, purpose=purpose)
                machine.tell_of_an_incident(asked)
            case "down again":
                machine.tell_of_an_incident(about(person, incident_id="chat-8"))
            case "by another method":
                machine.configure(DOCUMENTS[-1])
            case "as before":
                machine.configure(SIMPLE)
            case "takeover":
                machine.another_process_takes_over()
            case "wait":
                machine.wait_for_what_is_due(1)
            case _ if machine.open_lease:
                later_s = 90 if step == "throttled" else None
                machine.tell(machine.open_lease.pop(min(machine.open_lease)), step, later_s)
            case _:
                pass  # nothing is on its way
    machine.teardown()


ANSWERS: st.SearchStrategy[AttemptOutcome | Turn] = st.sampled_from(
    ["refused", "unknown", "accepted", "transient", "blocked", "wait", "takeover", "as before"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(ANSWERS, max_size=6), st.sampled_from(DOCUMENTS))
def test_the_end_is_owed_wherever_the_opening_may_have_been_heard(
    answers: list[AttemptOutcome | Turn], document: Document
) -> None:
    machine = LedgerMachine()
    machine.configure(document)
    machine.tell_of_an_incident(about("eva"))
    for answer in answers:
        match answer:
            case "wait" | "by another method" | "down again":
                machine.wait_for_what_is_due(1)
            case "takeover":
                machine.another_process_takes_over()
            case "as before":
                machine.configure(SIMPLE)
            case _ if machine.open_lease:
                machine.tell(machine.open_lease.pop(max(machine.open_lease)), answer, None)
            case _:
                pass  # nothing is on its way
    machine.tell_of_an_incident(about("eva", sequence=RECOVERY, purpose="recovery"))
    machine.teardown()


def about(person: str, **changes: Any) -> NoticeRequested:
    """A notice to Ana by mail, or to Eva by her rules."""
    method = "rules" if person == "eva" else "email"
    return notice(person, method=method, expires_ms=900 * SECOND, **changes)


@given(
    st.lists(
        st.tuples(st.sampled_from("abcde"), st.one_of(st.none(), st.integers(0, 9))), max_size=60
    )
)
def test_the_agenda_always_names_the_earliest(steps: list[tuple[str, int | None]]) -> None:
    agenda: Agenda[str] = Agenda()
    wanted: dict[str, int] = {}
    for key, at in steps:
        if at is None:
            wanted.pop(key, None)
            agenda.drop(key)
        else:
            wanted[key] = at
            agenda.put(key, at)
        assert agenda.first() == min(((at, key) for key, at in wanted.items()), default=None)
