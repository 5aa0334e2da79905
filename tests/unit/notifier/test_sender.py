"""The sender: nothing before the lease is durable, nothing after it, an outcome for each try."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.email.mail import Envelope, InvalidAddressError
from services.notifier.adapters.http.carrier import Request
from services.notifier.adapters.methods import Method
from services.notifier.adapters.sending.rates import rates_of
from services.notifier.adapters.sending.sender import Sender
from services.notifier.core import Content
from shared.contracts.event import Event
from shared.contracts.notification import AttemptEnded, AttemptLeased, NotificationEnded
from shared.contracts.people import PeopleDocument, Person
from shared.contracts.topics import PEOPLE_LOG
from shared.log import AppendError
from tests.support.ledger import ANA, SECOND, LedgerShard, leases, notice, page, recall
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
    (waited,) = desk.told()  # of the other nothing: in doubt, and the ledger will see to it
    assert (desk.post.sent, waited.outcome, waited.detail) == (
        0, "not_sent", "the sender is stopping",
    )  # fmt: skip
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

    for writer, outcome in ((no_address, "bad_recipient"), (defect, "not_sent")):
        desk = Desk(writer=writer)
        desk.commit(page())
        (ended,) = await desk.outcomes(1)
        assert ended.outcome == outcome
        assert "placeholder" not in ended.detail


class BrokenPost(Post):
    async def send(self, envelope: Envelope, may_send: Callable[[], bool]) -> Delivery:
        raise RuntimeError("https://hooks.example.org/a-secret")


async def test_a_defect_of_a_carrier_is_told_as_unknown_without_its_text() -> None:
    desk = Desk()
    desk.sender._methods = {"email": Method(writer=write, carrier=BrokenPost())}
    desk.commit(page())
    (ended,) = await desk.outcomes(1)
    assert (ended.outcome, ended.detail) == ("unknown", "it broke off: RuntimeError")


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


@dataclass
class Host:
    """Carries requests to many hosts; those in `down` hang, or answer as they are told."""

    answers: dict[str, Delivery] = field(default_factory=dict)
    hanging: set[str] = field(default_factory=set)
    sent: list[str] = field(default_factory=list)

    async def send(self, request: Request, may_send: Callable[[], bool]) -> Delivery:
        host = request.url.split("/")[2]
        if host in self.hanging:
            await asyncio.Event().wait()
        if not may_send():
            return Delivery("not_sent", "permission ended")
        self.sent.append(host)
        return self.answers.get(host, Delivery("accepted"))


def request(lease: AttemptLeased, content: Content, person: Person) -> Request:
    assert person.webhook is not None
    return Request(url=person.webhook, headers={}, body=b"")


def person_at(host: str) -> Person:
    return Person(id=host, webhook=f"https://{host}.example.org/hook")


class Doors(Desk):
    """Webhooks at several hosts, and a sender with rates and a file of rests."""

    def __init__(
        self, *hosts: str, rates: str = "", concurrency: int = 2, kept_in: Path | None = None
    ) -> None:
        super().__init__()
        people = tuple(person_at(host) for host in hosts)
        self.shard.configure(PeopleDocument(people=people), 2)
        self.host = Host()
        self.start(rates, concurrency, kept_in)

    def start(self, rates: str = "", concurrency: int = 2, kept_in: Path | None = None) -> None:
        self.sender = Sender(
            methods={"webhook": Method(writer=request, carrier=self.host)},
            appender=self.log,
            clock=self.clock,
            concurrency=concurrency,
            monotonic=self.clock.monotonic,
            rates=rates_of(rates),
            kept_in=kept_in,
        )

    def tell(self, host: str, number: int, *, priority: int = 4, tries: int = 1) -> str:
        """A committed lease; its notification's id."""
        asked = page(host, round_=number, method="webhook")
        (lease,) = leases(self.shard.hear(asked))
        changed = lease.model_copy(update={"priority": priority, "number": tries})
        self.sender.on_committed(self.shard, [changed])
        return lease.notification_id

    async def all_told(self, count: int) -> list[tuple[str, str]]:
        return [(it.person, it.outcome) for it in await self.outcomes(count)]


async def test_a_host_that_hangs_holds_no_other_host_back() -> None:
    doors = Doors("slow", "quick")
    doors.host.hanging.add("slow.example.org")
    for number in range(5):
        doors.tell("slow", number)
    doors.tell("quick", 1)
    assert await doors.all_told(1) == [("quick", "accepted")]
    await doors.sender.aclose(0)


async def test_the_urgent_go_before_those_that_came_first() -> None:
    desk = Doors("x", concurrency=1)
    order: list[int] = []

    def note(lease: AttemptLeased, content: Content, person: Person) -> Request:
        order.append(lease.priority)
        return request(lease, content, person)

    desk.sender = Sender(
        methods={"webhook": Method(writer=note, carrier=desk.host)},
        appender=desk.log,
        clock=desk.clock,
        concurrency=1,
    )
    for number, priority in enumerate((9, 4, 4, 1, 0)):
        desk.tell("x", number, priority=priority)
    await desk.outcomes(5)
    assert order == sorted(order)


async def test_what_the_limiter_holds_past_its_lease_is_told_at_once_with_its_wait() -> None:
    doors = Doors("room", rates="webhook 3/60")
    for number in range(6):
        doors.tell("room", number)
    told = await doors.outcomes(6)
    delayed = [it for it in told if it.outcome == "not_sent"]
    assert [it.outcome for it in told].count("accepted") == 2  # one place is kept for the urgent
    assert all(it.detail.startswith("delayed by limiter: about") for it in delayed)
    waits = [it.retry_after_ms or 0 for it in delayed]
    assert waits == [60_000, 80_000, 100_000, 120_000]  # they do not all come back at once
    doors.tell("room", 7, priority=0)
    assert (await doors.outcomes(7))[-1].outcome == "accepted"


async def test_who_shares_an_address_that_asked_for_a_pause_waits_as_long() -> None:
    doors = Doors("room", "guest")
    shared = person_at("room").webhook
    people = (person_at("room"), Person(id="guest", webhook=shared))
    doors.shard.configure(PeopleDocument(people=people), 3)
    doors.host.answers["room.example.org"] = Delivery("throttled", "POST: 429", 60_000)
    doors.tell("room", 1)
    await doors.outcomes(1)
    del doors.host.answers["room.example.org"]
    doors.tell("guest", 2, priority=1)
    waits = (await doors.outcomes(2))[-1]
    assert (waits.outcome, waits.retry_after_ms) == ("not_sent", 60_000)
    doors.shard.now += 60 * SECOND
    doors.clock.now += 60 * SECOND
    doors.tell("guest", 3)
    assert (await doors.outcomes(3))[-1].outcome == "accepted"


async def test_what_a_whole_provider_holds_up_comes_back_spread_over_two_minutes() -> None:
    doors = Doors("room", rates="webhook 10/10")
    for number in range(200):
        doors.tell("room", number)
    waits_s = [round((it.retry_after_ms or 0) / 1000) for it in await doors.outcomes(170)]
    waits_s = sorted(wait_s for wait_s in waits_s if wait_s)
    assert waits_s[0] >= 20
    assert waits_s[-1] <= waits_s[0] + 120
    assert max(waits_s.count(it) for it in waits_s) <= 3
    await doors.sender.aclose(0)


async def test_what_finds_no_place_is_told_before_its_lease_ends() -> None:
    doors = Doors("slow", concurrency=1)
    doors.host.hanging.add("slow.example.org")
    doors.clock.rate = 100.0  # whoever waits looks at the clock every 250 ms
    doors.tell("slow", 1)
    doors.tell("slow", 2)
    await asyncio.sleep(0.01)
    assert doors.told() == []
    doors.clock.monotonic_s += 0.26  # 26 s, of a lease of 30 s
    (late,) = await doors.outcomes(1)
    assert (late.outcome, late.retry_after_ms) == ("not_sent", 5_000)
    assert "every place" in late.detail
    await doors.sender.aclose(0)


async def test_a_provider_that_fails_is_given_a_rest_and_pages_go_nevertheless() -> None:
    doors = Doors("sick", "well")
    doors.host.answers["sick.example.org"] = Delivery("transient", "POST: 503")
    for number in range(5):
        doors.tell("sick", number)
    await doors.outcomes(5)
    doors.tell("sick", 6)
    doors.tell("well", 7)
    doors.tell("sick", 8, priority=0)
    told = (await doors.outcomes(8))[5:]
    assert sorted(it.outcome for it in told) == ["accepted", "blocked", "transient"]
    (blocked,) = (it for it in told if it.outcome == "blocked")
    assert 24_000 <= (blocked.retry_after_ms or 0) <= 36_000
    phases = {
        labels["provider"]: value
        for name, labels, value in doors.sender.metrics()
        if name == "provider_phase"
    }
    assert phases == {"webhook:sick.example.org": 2, "webhook:well.example.org": 0}


async def test_a_rest_is_kept_over_a_restart_and_ends_in_time(tmp_path: Path) -> None:
    doors = Doors("sick", kept_in=tmp_path / "providers.json")
    doors.host.answers["sick.example.org"] = Delivery("unknown")
    for number in range(5):
        doors.tell("sick", number)
    await doors.outcomes(5)
    doors.start(kept_in=tmp_path / "providers.json")
    doors.tell("sick", 6)
    assert (await doors.outcomes(6))[-1].outcome == "blocked"
    del doors.host.answers["sick.example.org"]
    doors.clock.monotonic_s += 40
    doors.tell("sick", 7)
    doors.tell("sick", 8)
    await doors.outcomes(8)
    doors.tell("sick", 9)
    assert (await doors.outcomes(9))[-1].outcome == "accepted"


async def test_a_file_of_rests_that_is_no_such_file_is_passed_over(tmp_path: Path) -> None:
    kept = tmp_path / "providers.json"
    for content in ("", "[]", '{"webhook:x": 3}', '{"webhook:x": {"rests": "many"}}'):
        kept.write_text(content)
        doors = Doors("x", kept_in=kept)
        doors.tell("x", 1)
        assert await doors.all_told(1) == [("x", "accepted")]


async def test_retries_are_limited_but_for_the_urgent_and_what_was_never_written() -> None:
    doors = Doors("room")
    for number in range(12):
        doors.tell("room", number, tries=2)
    told = await doors.outcomes(12)
    assert [it.outcome for it in told].count("accepted") == 10
    assert [it.detail.rpartition(",")[0] for it in told if it.outcome == "not_sent"] == [
        "delayed by limiter: retries are limited"
    ] * 2
    doors.tell("room", 13, tries=2, priority=0)
    assert (await doors.outcomes(13))[-1].outcome == "accepted"


async def test_an_address_whose_set_up_is_wrong_is_left_alone_until_that_changes() -> None:
    doors = Doors("gone")
    doors.host.answers["gone.example.org"] = Delivery("config", "POST: 404")
    doors.tell("gone", 1)
    await doors.outcomes(1)
    doors.tell("gone", 2)
    (blocked,) = (await doors.outcomes(2))[1:]
    assert (blocked.outcome, blocked.retry_after_ms) == ("blocked", 300_000)
    doors.sender._registry.set_up = lambda: "changed"
    doors.tell("gone", 3)
    assert (await doors.outcomes(3))[-1].outcome == "config"


async def test_what_is_recalled_while_it_waits_leaves_the_line_at_once() -> None:
    doors = Doors("room", rates="webhook 1/20")
    doors.tell("room", 1)
    await doors.outcomes(1)
    waiting = doors.tell("room", 2)
    await asyncio.sleep(0.01)
    assert len(doors.told()) == 1
    doors.sender.on_committed(
        doors.shard,
        [it for it in doors.shard.hear(recall("room")) if isinstance(it, NotificationEnded)],
    )
    (called_off,) = (await doors.outcomes(2))[1:]
    assert (called_off.notification_id, called_off.outcome) == (waiting, "not_sent")
    assert called_off.detail == "the notification ended: superseded"
