"""Operators hear that the broker is away, once, and the ledger hears that they did."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.lifeline.claim import Claim
from services.notifier.adapters.lifeline.lifeline import Lifeline
from services.notifier.adapters.lifeline.people_copy import PeopleCopy, operators_of
from services.notifier.adapters.lifeline.spool import Line, Spool
from services.notifier.adapters.lifeline.story import TRIES_EACH, Story
from services.notifier.adapters.methods import Method
from services.notifier.core import Content
from shared.contracts.notification import AttemptLeased
from shared.contracts.people import (
    Hop,
    PeopleDocument,
    Person,
    PersonalRules,
    Recipient,
    RetrySchedule,
)
from shared.contracts.troubles import TroubleReported
from shared.contracts.words import AttemptOutcome
from shared.log import AppendError

T0 = 1_423_040_400_000
ANA = Person(id="ana", email="ana@example.org", phone="+15550100")
BOB = Person(
    id="bob",
    email="bob@example.org",
    slack="C1",
    rules=PersonalRules(high=(Hop(method="slack"), Hop(method="email"))),
)
CLERK = Person(id="clerk", email="clerk@example.org")
PEOPLE = PeopleDocument(
    people=(ANA, BOB, CLERK),
    operators=(Recipient(person="ana"), Recipient(person="bob", method="rules")),
    retries=RetrySchedule(waits_s=(5, 60)),
)
ALL = frozenset({"email", "slack", "sms"})


@dataclass
class Times:
    """Both clocks; the test turns them."""

    seconds: float = 0.0

    def now_ms(self) -> int:
        return T0 + round(self.seconds * 1000)

    def speed(self) -> float:
        return 1.0

    def monotonic(self) -> float:
        return self.seconds


class DiedError(BaseException):
    """The process ends here."""


@dataclass
class Carrier:
    """Takes what is written, and answers as the test says; then accepts."""

    answers: list[AttemptOutcome] = field(default_factory=list)
    dies: bool = False
    taken: list[tuple[AttemptLeased, TroubleReported]] = field(default_factory=list)

    async def send(
        self, message: tuple[AttemptLeased, TroubleReported], may_send: Callable[[], bool]
    ) -> Delivery:
        assert may_send()
        if self.dies:
            raise DiedError
        self.taken.append(message)
        return Delivery(self.answers.pop(0) if self.answers else "accepted")


def write(
    lease: AttemptLeased, content: Content, person: Person
) -> tuple[AttemptLeased, TroubleReported]:
    assert isinstance(content, TroubleReported)
    assert person.id == lease.person
    return lease, content


class House:
    """One notifier beside a broker that comes and goes."""

    def __init__(self, folder: Path, times: Times | None = None) -> None:
        self.folder, self.times = folder, times or Times()
        self.carriers = {name: Carrier() for name in sorted(ALL)}
        self.people: PeopleDocument | None = PEOPLE
        self.broker_is_there = True
        self.log: list[TroubleReported] = []
        self.log_refuses = False
        self.lifeline = self.started()

    def started(self) -> Lifeline:
        return Lifeline(
            folder=self.folder,
            methods={
                name: Method(writer=write, carrier=carrier)
                for name, carrier in self.carriers.items()
            },
            people=lambda: self.people,
            reach=self.reach,
            append=self.append,
            clock=self.times,
            after_s=60.0,
            monotonic=self.times.monotonic,
        )

    async def reach(self) -> bool:
        return self.broker_is_there

    async def append(self, troubles: Sequence[TroubleReported]) -> None:
        if self.log_refuses:
            raise AppendError("away again")
        self.log += troubles

    async def wait(self, seconds: float) -> None:
        """Let time pass with a look every 5 s."""
        for _ in range(round(seconds / 5)):
            self.times.seconds += 5
            await self.lifeline.look()

    def told(self) -> list[tuple[str, str]]:
        """Who was written to by what."""
        return [
            (lease.person, name)
            for name, carrier in self.carriers.items()
            for lease, _ in carrier.taken
        ]

    def email(self) -> list[AttemptLeased]:
        return [lease for lease, _ in self.carriers["email"].taken]


@pytest.fixture
async def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    await house.lifeline.look()
    return house


async def test_operators_and_nobody_else_hear_of_a_broker_that_is_away_once(house: House) -> None:
    house.broker_is_there = False
    await house.wait(55)
    assert house.told() == []
    await house.wait(3_600)
    assert sorted(house.told()) == [("ana", "email"), ("bob", "slack")]
    ((lease, trouble),) = house.carriers["email"].taken
    assert (trouble.trouble_with, trouble.about, trouble.at_ms) == ("platform", "broker", T0)
    assert (lease.priority, lease.possible_repeat, lease.number) == (0, False, 1)


async def test_a_short_absence_is_told_to_nobody(house: House) -> None:
    for _ in range(10):
        house.broker_is_there = False
        await house.wait(50)
        house.broker_is_there = True
        await house.wait(10)
    assert (house.told(), house.log) == ([], [])


async def test_the_ledger_hears_who_was_told_when_the_broker_is_back_and_once(
    house: House,
) -> None:
    house.carriers["slack"].answers = ["unknown", "unknown"]
    house.broker_is_there = False
    await house.wait(120)
    house.broker_is_there = True
    house.log_refuses = True
    await house.wait(10)
    house.log_refuses = False
    await house.wait(60)
    assert [(it.person, it.method, it.trouble_with) for it in house.log] == [
        ("ana", "email", "platform_works"),
        ("bob", "slack", "platform_works"),
    ]
    assert len({it.event_id for it in house.log}) == 2
    assert {path.name for path in house.folder.iterdir()} == {"operators.json", "last-outage"}


async def test_each_outage_is_told_anew(house: House) -> None:
    for _ in range(2):
        house.broker_is_there = False
        await house.wait(120)
        house.broker_is_there = True
        await house.wait(5)
        (house.folder / "last-outage").unlink()  # its age is real time
    assert len(house.email()) == 2
    first, second = house.email()
    assert first.message_id != second.message_id


async def test_who_could_not_be_told_hears_nothing_of_the_end(house: House) -> None:
    house.carriers["email"].answers = ["transient"] * 99
    house.carriers["sms"].answers = ["transient"] * 99
    house.broker_is_there = False
    await house.wait(300)
    house.broker_is_there = True
    await house.wait(5)
    assert [it.person for it in house.log] == ["bob"]


async def test_tries_go_on_by_the_schedule_and_then_by_another_method(house: House) -> None:
    house.carriers["email"].answers = ["transient"] * TRIES_EACH
    house.broker_is_there = False
    await house.wait(60)
    assert len(house.email()) == 1
    await house.wait(5)
    assert len(house.email()) == 2
    await house.wait(55)
    assert len(house.email()) == 2
    await house.wait(15)
    assert len(house.email()) == TRIES_EACH
    assert [it.number for it in house.email()] == [1, 2, 3]
    assert len({it.message_id for it in house.email()}) == 1
    assert ("ana", "sms") in house.told()


async def test_a_method_that_can_never_work_gives_way_at_once(house: House) -> None:
    house.carriers["email"].answers = ["bad_recipient"]
    house.broker_is_there = False
    await house.wait(65)
    assert sorted(house.told()) == [("ana", "email"), ("ana", "sms"), ("bob", "slack")]


async def test_two_notifiers_of_one_folder_tell_once(tmp_path: Path) -> None:
    times = Times()
    houses = [House(tmp_path, times), House(tmp_path, times)]
    for house in houses:
        await house.lifeline.look()
        house.broker_is_there = False
    for _ in range(30):
        times.seconds += 5
        await asyncio.gather(*(house.lifeline.look() for house in houses))
    assert sorted(houses[0].told() + houses[1].told()) == [("ana", "email"), ("bob", "slack")]
    for house in houses:
        house.broker_is_there = True
        await house.wait(5)
    assert sorted(it.person for house in houses for it in house.log) == ["ana", "bob"]


async def test_one_that_has_not_seen_the_broker_yet_does_not_tell_of_an_outage_that_ended(
    tmp_path: Path,
) -> None:
    times = Times()
    quick, slow = House(tmp_path, times), House(tmp_path, times)
    for house in (quick, slow):
        await house.lifeline.look()
        house.broker_is_there = False
    await quick.wait(120)
    quick.broker_is_there = True
    await quick.wait(5)
    await slow.lifeline.look()
    assert slow.told() == []


async def test_a_process_that_died_in_a_try_leaves_a_doubt_and_the_next_goes_on(
    house: House,
) -> None:
    house.broker_is_there = False
    house.carriers["email"].dies = True
    with pytest.raises(DiedError):
        await house.wait(60)
    house.lifeline._let_go()  # the kernel does it for a process
    house.carriers["email"].dies = False
    house.people = None  # the new one knows nobody, but for the copy on the disk
    house.lifeline = house.started()
    await house.wait(60)
    (lease,) = house.email()
    assert (lease.possible_repeat, lease.number) == (True, 2)
    assert lease.event_id.split(":")[:4] == ["trouble", "platform", "broker", str(T0)]


async def test_a_process_that_starts_after_the_broker_is_back_gives_the_account(
    house: House,
) -> None:
    house.broker_is_there = False
    await house.wait(65)
    house.lifeline._let_go()
    house.broker_is_there = True
    house.lifeline = house.started()
    await house.wait(5)
    assert sorted(it.person for it in house.log) == ["ana", "bob"]


async def test_a_disk_that_is_full_keeps_no_news_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(Spool, "append", full)
    monkeypatch.setattr(Claim, "begin", full)
    house.broker_is_there = False
    await house.wait(600)
    assert sorted(house.told()) == [("ana", "email"), ("bob", "slack")]
    house.broker_is_there = True
    await house.wait(30)
    assert [it.person for it in house.log] == ["ana", "bob"]


async def test_who_waits_for_the_broker_is_woken_when_it_is_back(house: House) -> None:
    house.broker_is_there = False
    await house.wait(5)
    waiting = asyncio.create_task(house.lifeline.broker_back())
    await asyncio.sleep(0)
    assert not waiting.done()
    house.broker_is_there = True
    await house.wait(5)
    async with asyncio.timeout(5):
        await waiting


def test_the_copy_holds_operators_only_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    copy = PeopleCopy(tmp_path / "operators.json")
    assert copy.read() is None
    copy.keep(PEOPLE)
    kept = copy.read()
    assert kept is not None
    assert [it.id for it in kept.people] == ["ana", "bob"]
    assert kept.operators == PEOPLE.operators
    assert (tmp_path / "operators.json").stat().st_mode & 0o077 == 0
    (tmp_path / "operators.json").write_text("{")
    assert copy.read() is None


def test_an_operator_is_tried_by_his_own_order_and_then_by_all_else_that_reaches_him() -> None:
    ana, bob = operators_of(PEOPLE, ALL)
    assert ana.methods == ("email", "sms")
    assert bob.methods == ("slack", "email")
    page = Person(id="page", statuspage="main", email="x@example.org")
    document = PeopleDocument(people=(page,), operators=(Recipient(person="page"),))
    assert operators_of(document, ALL | {"statuspage"})[0].methods == ("email",)


def test_a_line_that_a_crash_cut_off_says_nothing(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append(Line(T0, "ana", "email", 1))
    spool.append(Line(T0 + 1, "ana", "email", 1, "accepted", "250"))
    whole = spool.path.read_bytes()
    for cut in range(1, len(whole)):
        spool.path.write_bytes(whole[:cut])
        story = Story.of("ana", ["email"], spool.read())
        assert bool(story.told_by) is (cut >= len(whole) - 1)
    spool.path.write_bytes(whole[: len(whole) // 2])
    spool.append(Line(T0 + 2, "ana", "email", 2))
    spool.append(Line(T0 + 3, "ana", "email", 2, "accepted", "250"))
    assert Story.of("ana", ["email"], spool.read()).told_by == "email"


@pytest.mark.parametrize(("method", "tries"), [("email", 9), ("slack", 2)])
def test_a_doubt_is_said_again_as_often_as_its_reader_can_tell(method: str, tries: int) -> None:
    story = Story("ana", [method])
    for number in range(1, 10):
        if story.over:
            break
        story.hear(Line(T0, "ana", method, number))
        story.hear(Line(T0, "ana", method, number, "unknown"))
    assert story.tries == tries
    assert story.may_have_heard


def test_an_outage_has_one_teller_and_its_name_outlives_him(tmp_path: Path) -> None:
    path = tmp_path / "outage.json"
    assert Claim.take(path) is None
    first = Claim.begin(path, T0)
    assert first is not None
    assert Claim.begin(path, T0 + 5) is None
    first.close()
    second = Claim.begin(path, T0 + 9)
    assert second is not None
    assert second.since_ms == T0
    second.end()
    second.close()
    assert Claim.take(path) is None


def test_a_claim_that_was_cut_off_is_as_old_as_its_file(tmp_path: Path) -> None:
    path = tmp_path / "outage.json"
    path.write_text("")
    claim = Claim.take(path)
    assert claim is not None
    assert claim.since_ms == path.stat().st_mtime_ns // 1_000_000
    claim.close()


async def test_an_account_that_the_next_process_could_not_give_at_first_is_given_later(
    house: House,
) -> None:
    house.broker_is_there = False
    await house.wait(65)
    house.lifeline._let_go()  # the kernel does it for a process
    house.broker_is_there = house.log_refuses = True
    house.lifeline = house.started()
    await house.wait(10)
    house.log_refuses = False
    await house.wait(5)
    assert sorted(it.person for it in house.log) == ["ana", "bob"]


async def test_an_outage_that_goes_on_before_its_account_was_given_is_still_told(
    house: House,
) -> None:
    house.carriers["email"].answers = house.carriers["sms"].answers = ["transient"] * 50
    house.broker_is_there = False
    await house.wait(65)
    house.lifeline._let_go()  # the kernel does it for a process
    house.broker_is_there = house.log_refuses = True
    house.lifeline = house.started()
    await house.wait(10)
    house.broker_is_there = False
    house.carriers["email"].answers = house.carriers["sms"].answers = []
    house.carriers["email"].taken.clear()
    await house.wait(600)
    assert [lease.person for lease in house.email()] == ["ana"]


class Broken(Carrier):
    async def send(
        self, message: tuple[AttemptLeased, TroubleReported], may_send: Callable[[], bool]
    ) -> Delivery:
        raise RuntimeError("a defect")


async def test_a_defect_of_one_contact_method_keeps_nobody_from_being_told(house: House) -> None:
    house.carriers["email"] = Broken()
    house.lifeline = house.started()
    await house.lifeline.look()
    house.broker_is_there = False
    await house.wait(3_600)
    assert sorted(set(house.told())) == [("ana", "sms"), ("bob", "slack")]
