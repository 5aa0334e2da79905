"""The sender: nothing before the lease is durable, nothing after it, an outcome for each try."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.email.mail import Envelope, InvalidAddressError
from services.notifier.adapters.methods import Method
from services.notifier.adapters.sender import Sender
from services.notifier.core import Content
from shared.contracts.configuration import PeopleDocument, Person
from shared.contracts.event import Event
from shared.contracts.notification import AttemptEnded, AttemptLeased
from shared.contracts.topics import PEOPLE_LOG
from shared.log import AppendError
from tests.support.ledger import ANA, SECOND, LedgerShard, notice, page, recall
from tests.support.memory_log import MemoryLog

ENVELOPE = Envelope(sender="us@example.org", recipient="ana@example.org", content=b"")


@dataclass
class HandClock:
    """Both clocks of a process; the test turns them."""

    now: int
    monotonic_s: float = 1_000.0
    rate: float = 1.0

    def now_ms(self) -> int:
        return self.now

    def speed(self) -> float:
        return self.rate

    def monotonic(self) -> float:
        return self.monotonic_s


@dataclass
class Post:
    """A contact method that waits at its door until the test opens it."""

    delivery: Delivery = field(default_factory=lambda: Delivery("accepted", "content: 250"))
    door: asyncio.Event = field(default_factory=asyncio.Event)
    sent: int = 0
    inside: int = 0
    most_inside: int = 0

    async def send(self, envelope: Envelope, may_send: Callable[[], bool]) -> Delivery:
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        try:
            await self.door.wait()
            if not may_send():
                return Delivery("not_sent", "permission ended")
            self.sent += 1
            return self.delivery
        finally:
            self.inside -= 1


def write(lease: AttemptLeased, content: Content, person: Person) -> Envelope:
    return ENVELOPE


class Desk:
    """A shard, its sender and what they need."""

    def __init__(self, *, concurrency: int = 2, writer: Callable[..., Envelope] = write) -> None:
        self.shard, self.log, self.post = LedgerShard(), MemoryLog(), Post()
        self.clock = HandClock(self.shard.now)
        self.sender = Sender(
            methods={"email": Method(writer=writer, carrier=self.post)},
            appender=self.log,
            clock=self.clock,
            concurrency=concurrency,
            monotonic=self.clock.monotonic,
        )

    def commit(self, event: Event) -> list[Event]:
        facts = self.shard.hear(event)
        self.sender.on_committed(self.shard, facts)
        return facts

    async def outcomes(self, count: int) -> list[AttemptEnded]:
        """All outcomes in the log, once there are `count`."""
        async with asyncio.timeout(5):
            while len(told := self.told()) < count:
                await asyncio.sleep(0)
        return told

    async def until_inside(self, count: int) -> None:
        async with asyncio.timeout(5):
            while self.post.inside < count:
                await asyncio.sleep(0)

    def told(self) -> list[AttemptEnded]:
        return [event for event in self.log.events(PEOPLE_LOG) if isinstance(event, AttemptEnded)]


async def test_a_committed_lease_is_sent_once_and_its_outcome_told_under_the_persons_key() -> None:
    desk = Desk()
    desk.post.door.set()
    facts = desk.commit(page())
    desk.sender.on_committed(desk.shard, facts)  # handed over again

    (ended,) = await desk.outcomes(1)
    await desk.sender.aclose(1)

    assert (ended.outcome, ended.detail) == ("accepted", "content: 250")
    assert ended.cause == facts[1].event_id
    assert (desk.post.sent, len(desk.told()), desk.log.records[0].key) == (1, 1, "ana")
    desk.sender.on_committed(desk.shard, facts)
    assert desk.post.sent == 1


async def test_nothing_is_written_after_the_lease_by_the_monotonic_clock() -> None:
    desk = Desk()
    desk.commit(page())
    await desk.until_inside(1)
    desk.clock.monotonic_s += 30  # stopped for a while; the wall clock was set back meanwhile
    desk.post.door.set()
    (ended,) = await desk.outcomes(1)
    assert (ended.outcome, desk.post.sent) == ("not_sent", 0)


async def test_nothing_is_written_after_the_lease_by_the_logical_clock() -> None:
    desk = Desk()
    desk.commit(page())
    await desk.until_inside(1)
    desk.clock.now += 30 * SECOND  # a demo was made to run faster
    desk.post.door.set()
    (ended,) = await desk.outcomes(1)
    assert (ended.outcome, desk.post.sent) == ("not_sent", 0)


async def test_a_lease_is_as_much_shorter_in_real_time_as_the_clock_is_faster() -> None:
    desk = Desk()
    desk.clock.rate = 100.0
    desk.commit(page())
    await desk.until_inside(1)
    desk.clock.monotonic_s += 0.31
    desk.post.door.set()
    (ended,) = await desk.outcomes(1)
    assert ended.outcome == "not_sent"


async def test_a_clock_that_was_set_back_does_not_lengthen_a_lease() -> None:
    desk = Desk()
    desk.clock.now -= 3_600 * SECOND
    desk.commit(page())
    await desk.until_inside(1)
    desk.clock.monotonic_s += 31
    desk.post.door.set()
    (ended,) = await desk.outcomes(1)
    assert ended.outcome == "not_sent"


async def test_a_recall_calls_off_what_is_not_written_yet() -> None:
    desk = Desk()
    desk.commit(page())
    await desk.until_inside(1)
    desk.commit(recall())
    desk.post.door.set()
    (ended,) = await desk.outcomes(1)
    assert (ended.outcome, desk.post.sent) == ("not_sent", 0)


async def test_no_more_messages_are_on_their_way_than_allowed() -> None:
    desk = Desk(concurrency=2)
    for number in range(6):
        desk.commit(page(round_=number))
    await desk.until_inside(2)
    desk.post.door.set()
    assert len(await desk.outcomes(6)) == 6
    assert desk.post.most_inside == 2


async def test_a_contact_method_that_hangs_holds_no_other_back() -> None:
    desk, mail = Desk(concurrency=2), Post()
    desk.sender = Sender(
        methods={
            "webhook": Method(writer=write, carrier=desk.post),
            "email": Method(writer=write, carrier=mail),
        },
        appender=desk.log,
        clock=desk.clock,
        concurrency=2,
        monotonic=desk.clock.monotonic,
    )
    mail.door.set()
    for number in range(3):
        desk.commit(page("room", round_=number, method="webhook"))
    await desk.until_inside(2)

    desk.commit(page())

    (ended,) = await desk.outcomes(1)
    assert (ended.person, ended.outcome, desk.post.most_inside) == ("ana", "accepted", 2)
    await desk.sender.aclose(0)


async def test_a_recovery_goes_to_who_was_told_though_he_is_not_configured_any_more() -> None:
    written: list[Person] = []

    def note(lease: AttemptLeased, content: Content, person: Person) -> Envelope:
        written.append(person)
        return ENVELOPE

    desk = Desk(writer=note)
    desk.post.door.set()
    desk.commit(notice())
    desk.shard.configure(PeopleDocument(people=()), 2)
    desk.commit(notice(sequence=2, purpose="recovery"))
    told = await desk.outcomes(2)
    assert [ended.outcome for ended in told] == ["accepted", "accepted"]
    assert written == [ANA, ANA]


async def test_stopping_sends_nothing_more_and_is_bounded() -> None:
    desk = Desk(concurrency=1)
    desk.commit(page(round_=1))
    desk.commit(page(round_=2))
    await desk.until_inside(1)
    async with asyncio.timeout(2):
        await desk.sender.aclose(0.01)  # the door never opens
    assert (desk.post.sent, desk.told()) == (0, [])  # in doubt: the ledger will see to it
    desk.commit(page(round_=3))
    assert desk.post.inside == 0


async def test_what_waits_at_a_stop_is_told_as_not_sent() -> None:
    desk = Desk(concurrency=1)
    desk.commit(page(round_=1))
    desk.commit(page(round_=2))
    await desk.until_inside(1)
    closing = asyncio.create_task(desk.sender.aclose(5))
    await asyncio.sleep(0)
    desk.post.door.set()
    await closing
    assert [ended.outcome for ended in desk.told()] == ["not_sent", "not_sent"]


async def test_a_person_who_went_while_the_lease_was_committed_is_not_written_to() -> None:
    desk = Desk()
    facts = desk.shard.hear(page())
    desk.shard.configure(PeopleDocument(people=()), 2)
    desk.sender.on_committed(desk.shard, facts)
    (ended,) = await desk.outcomes(1)
    assert (ended.outcome, desk.post.inside) == ("not_sent", 0)


async def test_an_address_that_cannot_be_is_refused_and_a_defect_is_told() -> None:
    def no_address(*_: object) -> Envelope:
        raise InvalidAddressError("not an address")

    def defect(*_: object) -> Envelope:
        raise KeyError("a placeholder")

    for writer, outcome in ((no_address, "refused"), (defect, "not_sent")):
        desk = Desk(writer=writer)
        desk.commit(page())
        (ended,) = await desk.outcomes(1)
        assert ended.outcome == outcome
        assert "placeholder" not in ended.detail


async def test_a_notice_is_sent_as_a_page_is() -> None:
    desk = Desk()
    desk.post.door.set()
    (_, lease) = desk.commit(notice())
    (ended,) = await desk.outcomes(1)
    assert (ended.cause, ended.outcome) == (lease.event_id, "accepted")


async def test_a_notice_on_its_way_is_not_called_off_by_a_newer_one() -> None:
    desk = Desk()
    desk.commit(notice(sequence=1))
    desk.commit(notice(sequence=2))
    await desk.until_inside(2)
    desk.post.door.set()
    told = await desk.outcomes(2)
    assert (desk.post.sent, {ended.outcome for ended in told}) == (2, {"accepted"})


async def test_a_contact_method_that_this_sender_lacks_is_told_as_not_sent() -> None:
    desk = Desk()
    desk.commit(notice("room", method="webhook"))
    (ended,) = await desk.outcomes(1)
    assert (ended.outcome, desk.post.inside) == ("not_sent", 0)


async def test_an_outcome_that_was_not_confirmed_is_told_again_under_the_same_id() -> None:
    class Shaky(MemoryLog):
        tries = 0

        async def append(
            self, topic: str, key: str, event: Event, *, partition: int | None = None
        ) -> None:
            await super().append(topic, key, event, partition=partition)
            self.tries += 1
            if self.tries == 1:
                raise AppendError  # written, but not confirmed

    desk = Desk()
    desk.log = desk.sender._appender = Shaky()
    desk.post.door.set()
    desk.commit(page())
    first, second = await desk.outcomes(2)
    assert first == second
