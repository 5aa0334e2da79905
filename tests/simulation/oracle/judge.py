"""All verdicts on one history."""

from collections.abc import Iterable
from itertools import chain

from shared.contracts.configuration import PoolDocument
from shared.contracts.topics import PEOPLE_LOG, POOL_LOG, SYSTEM_LOG
from switchyard.report.checker import Checker
from switchyard.report.reading import Entry, Source
from switchyard.report.reading import entries as read_entries
from switchyard.report.verdict import Finding, Verdict
from tests.simulation.histories import History
from tests.simulation.oracle.floor import FloorCheck
from tests.simulation.oracle.notified.check import check_notified
from tests.simulation.oracle.promises import PromiseCheck
from tests.simulation.oracle.replayed import check_replay
from tests.simulation.oracle.truth import check_dead_letters, check_rest, check_written


def judge(history: History) -> list[Verdict]:
    """The users' own checker first, then what it cannot know."""
    broker, documents = history.world.broker, history.world.documents
    checker = Checker({key: it for key, it in documents.items() if isinstance(it, PoolDocument)})
    records = chain(broker.topic(POOL_LOG), broker.topic(SYSTEM_LOG), broker.topic(PEOPLE_LOG))
    entries = list(read_entries(records, checker.unread))
    verdicts = _checked(checker, entries)
    floor, promises = FloorCheck(documents, _explained(history)), PromiseCheck(documents)
    floor.read(_of(POOL_LOG, entries))
    history.world.story.behaviour.update(floor.seen)
    promises.read(entries)
    places = history.installation.places()
    service, partition = places[history.seed % len(places)]
    chance = history.world.chance.of("replay")
    verdicts += [
        *(finding.verdict() for finding in floor.findings()),
        check_replay(history.world, service, partition, chance).verdict(),
        promises.due.verdict(),
        promises.told.verdict(),
        promises.somebody.verdict(),
        *(finding.verdict() for finding in check_notified(history, entries)),
        check_written(history, entries).verdict(),
        check_dead_letters(history).verdict(),
        check_rest(history).verdict(),
    ]
    return sorted(verdicts, key=lambda it: it.name)


def _checked(checker: Checker, entries: Iterable[Entry]) -> list[Verdict]:
    """What the checker finds; that it cannot stand a log is something that it found, too."""
    try:
        for entry in entries:
            checker.see(entry)
        return checker.verdicts()
    except Exception as error:  # noqa: BLE001 - a log that no sound service writes
        finding = Finding("checker", "the checker reads every log")
        finding.broken(f"{type(error).__name__} {error}")
        return [finding.verdict()]


def _explained(history: History) -> list[Entry]:
    """What reading skips, because it changes nothing: told once each, in order."""
    found: dict[str, Entry] = {}
    for record in history.world.broker.topic(POOL_LOG):
        if record.kind == "interaction_explained":
            entry = Entry(record, record.event(), Source.parse(record.source))
            found.setdefault(record.source, entry)
    return list(found.values())


def _of(topic: str, entries: Iterable[Entry]) -> Iterable[Entry]:
    return (it for it in entries if it.record.topic == topic)
