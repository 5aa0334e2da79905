"""O1 and O3 of an outage, and N1 of its notices: held as it was, broken where it is doctored."""

from collections.abc import Callable

import pytest

from shared.contracts.event import Event
from shared.contracts.routing import MoveCounts
from shared.contracts.topics import PEOPLE_LOG, POOL_LOG, SYSTEM_LOG
from shared.log import LogRecord
from switchyard.report.build import Reading, Topics, build_report
from switchyard.report.timeline import Outage
from switchyard.report.verdict import Verdict
from tests.unit.report.small_log import MINUTE, Log, clean_log, offered, queued, received, topics_of
from tests.unit.report.small_outage import (
    DOWN,
    OVER,
    T1,
    UPDATED,
    doctored_outage,
    health,
    moved,
    notice_of,
    outage_log,
)


def read(topics: Topics) -> Reading:
    return build_report(topics, day="2015-02-04", timezone="America/New_York")


def verdicts(topics: Topics) -> dict[str, Verdict]:
    return {it.name: it for it in read(topics).report.verdicts}


def told(topics: Topics) -> Outage:
    (outage,) = read(topics).report.figures.outages
    return outage


def gone(kind: str, topic: str, nth: int = 0) -> list[LogRecord]:
    return doctored_outage(lambda _event: None, kind=kind, topic=topic, nth=nth)


def changed(kind: str, topic: str, nth: int = 0, **fields: object) -> list[LogRecord]:
    def change(event: Event) -> Event:
        return event.model_copy(update=fields)

    return doctored_outage(change, kind=kind, topic=topic, nth=nth)


def and_then(tell: Callable[[Log], None]) -> list[LogRecord]:
    log = outage_log()
    tell(log)
    return log.records


def late(records: list[LogRecord]) -> list[LogRecord]:
    """The same, an hour later: what was still on its way then is missing now."""
    log = Log()
    log.append(SYSTEM_LOG, health("suspect", 9, OVER + 60 * MINUTE))
    return records + log.records


def without(records: list[LogRecord], *words: str) -> list[LogRecord]:
    return [it for it in records if not all(word.encode() in it.value for word in words)]


def moved_and_never_received(log: Log) -> None:
    log.route(log.pool, moved("ghost", OVER, counts=MoveCounts(moved=3, parked=1, returned=2)))


def an_offer_of_a_call_at(kind: str, *, because_of_it: bool) -> list[LogRecord]:
    """Decided on that word of the outage; else it was only due when the router read of it."""
    log, at = clean_log(), DOWN - MINUTE
    on = log.append(POOL_LOG, received("x", at))
    log.route(on, queued("x", at))
    whole = [it for it in outage_log().records if it.topic == POOL_LOG]
    for word in (it.event() for it in whole if it.kind.startswith("channel_")):
        on = log.append(POOL_LOG, word)
        if word.kind == kind:  # type: ignore[attr-defined]  # every concrete event has one
            offer = offered("x", word.at_ms)
            cause = word.event_id if because_of_it else None
            log.route(on, offer.model_copy(update={"cause": cause}))
    return log.records


def parked_for_ever() -> list[LogRecord]:
    """What is left of the one that was parked is its parking."""
    returned = without(outage_log().records, "interaction_moved", "north:p#moved/2")
    return without(without(returned, "north:p#left"), "north:p#abandoned")


DOCTORED: list[tuple[str, str, list[LogRecord]]] = [
    ("O1", "moved and never received", and_then(moved_and_never_received)),
    ("O1", "parked and left behind", parked_for_ever()),
    ("O1", "a move that was not counted", gone("interaction_moved", POOL_LOG, nth=0)),
    ("O1", "a move counted twice", changed("interaction_moved", POOL_LOG, -1, moves=MoveCounts())),
    (
        "O1",
        "offered by what is down",
        an_offer_of_a_call_at("channel_failed_over", because_of_it=True),
    ),
    (
        "O1",
        "offered before it is back",
        an_offer_of_a_call_at("channel_restored", because_of_it=False),
    ),
    ("O3", "no news of the end", late(gone("notice_requested", PEOPLE_LOG, nth=5))),
    ("O3", "the news gave up", changed("notification_ended", PEOPLE_LOG, -1, end="dead_lettered")),
    ("O3", "the news came too late", changed("notification_ended", PEOPLE_LOG, -2, end="expired")),
    ("N1", "a notice never opened", late(gone("notification_opened", PEOPLE_LOG, nth=3))),
    ("N1", "a notice without a reason", changed("notification_ended", PEOPLE_LOG, -1, reason="")),
]


@pytest.mark.parametrize("name", ["R1", "R2", "R3", "R4", "E3", "N1", "O1", "O3"])
def test_an_outage_that_was_got_over_is_called_held(name: str) -> None:
    verdict = verdicts(outage_log().topics())[name]
    assert verdict.evidence == ()
    assert verdict.state == "held"


@pytest.mark.parametrize(
    ("name", "records"),
    [(name, records) for name, _, records in DOCTORED],
    ids=[f"{name}-{what}" for name, what, _ in DOCTORED],
)
def test_a_doctored_outage_is_called_broken(name: str, records: list[LogRecord]) -> None:
    verdict = verdicts(topics_of(records))[name]
    assert verdict.state == "broken"
    assert verdict.evidence


@pytest.mark.parametrize(
    ("word", "because_of_it"), [("channel_failed_over", False), ("channel_restored", True)]
)
def test_what_is_due_comes_before_the_word_with_which_the_router_heard_of_it(
    word: str, because_of_it: bool
) -> None:
    # given a call that is offered just before calls are down, or by their return
    records = an_offer_of_a_call_at(word, because_of_it=because_of_it)
    # then nobody was offered anything by a channel that is down
    assert verdicts(topics_of(records))["O1"].evidence == ()


@pytest.mark.parametrize("log", [Topics(), clean_log().topics()], ids=["empty", "calm"])
def test_without_an_outage_nobody_is_owed_its_end(log: Topics) -> None:
    assert verdicts(log)["O3"].state == "not_exercised"


def test_while_an_incident_is_open_nobody_is_owed_its_end() -> None:
    # given the log up to the update, and an hour more
    whole = outage_log().records
    end = next(n for n, it in enumerate(whole) if it.at_ms >= OVER and it.topic == SYSTEM_LOG)
    # when it is read
    reading = read(topics_of(late(whole[:end])))
    found = {it.name: it.state for it in reading.report.verdicts}
    # then nothing is broken, and the report says that it goes on
    assert (found["O1"], found["O3"]) == ("held", "not_exercised")
    (outage,) = reading.report.figures.outages
    assert outage.is_open
    assert outage.recovered_ms is None
    assert (outage.sum.stayed.open, outage.sum.stayed.parked) == (1, 1)


def test_who_was_never_reached_is_owed_nothing_and_a_doubt_counts_as_reached() -> None:
    # given that the floor's first two notices came to nothing, and its last was not asked for
    records = late(gone("notice_requested", PEOPLE_LOG, nth=5))
    ended = [it for it in records if it.kind == "notification_ended" and b"floor" in it.value]
    unread = [it for it in records if it not in ended]
    nobody = without(unread, "attempt_ended", "floor")
    # then it is owed nothing, unless one of them may have arrived
    assert verdicts(topics_of(nobody))["O3"].state == "held"
    doubt = [
        it
        for it in unread
        if not (it.kind == "attempt_ended" and b"floor" in it.value and b":n2:" in it.value)
    ]
    assert verdicts(topics_of(doubt))["O3"].state == "broken"


def test_the_timeline_and_the_sum_are_those_of_the_log() -> None:
    outage = told(outage_log().topics())
    assert (outage.incident_id, outage.channel, outage.backups) == ("voice-1", "voice", ("sms",))
    assert (outage.first_signal_ms, outage.suspect_ms, outage.failed_over_ms) == (T1, T1, DOWN)
    assert (outage.recovered_ms, outage.returned_ms) == (OVER, OVER)
    assert (outage.opening.people, outage.opening.arrived) == (2, 2)
    assert outage.opening.languages == outage.recovery.languages == ("he", "ro")
    assert [it.due_ms for it in outage.updates] == [UPDATED, UPDATED + 15 * MINUTE]
    assert [it.in_time for it in outage.updates] == [True, True]
    total = outage.sum
    assert (total.affected, total.moved, total.only_parked, total.returned) == (3, 2, 1, 2)
    assert (total.stayed.answered, total.then.answered, total.then.abandoned) == (1, 1, 1)
    assert total.closes


def test_an_update_that_came_late_is_called_so_and_needs_action() -> None:
    at = UPDATED + 2 * MINUTE
    reading = read(topics_of(changed("incident_updated", SYSTEM_LOG, at_ms=at)))
    (outage,) = reading.report.figures.outages
    assert [it.in_time for it in outage.updates] == [False, True]
    assert outage.late_updates == 1


def test_facts_of_an_outage_that_were_written_again_count_once() -> None:
    log = outage_log()
    again = [it for it in log.records if it.source.startswith("router-")][-4:]
    assert {it.state for it in verdicts(topics_of(log.records + again)).values()} == {"held"}


def test_somebody_who_is_told_late_is_still_told() -> None:
    """A recovery that is on its way is not broken yet."""
    records = gone("notification_ended", PEOPLE_LOG, nth=-1)
    assert verdicts(topics_of(late(records)))["O3"].state == "held"


def test_a_recovery_for_one_who_came_to_it_later_is_no_trouble() -> None:
    log = outage_log()
    joined = notice_of(3, "recovery", OVER, "zoe", "managers")
    log.decide("outage", log.system, (SYSTEM_LOG, joined), (PEOPLE_LOG, joined))
    assert verdicts(log.topics())["O3"].state == "held"
