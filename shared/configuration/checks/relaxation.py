"""Steps that ask less and reach nobody new, or that come too late to matter."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from shared.configuration.checks.ladder import Ask, ladder
from shared.configuration.checks.places import Places
from shared.configuration.checks.staff import NOBODY_SPEAKS, Staff
from shared.configuration.checks.ways import ways_of
from shared.configuration.durations import told_s
from shared.configuration.shape import Steps
from shared.contracts.configuration import PoolDocument, Queue
from shared.contracts.interactions import SkillNeed

_REMEDY = "give agents what it would reach, or remove it: nothing changes at that time"


def check_relaxation(document: PoolDocument, staff: Staff, places: Places) -> None:
    queues = {queue.name: queue for queue in document.queues}
    for index, queue in enumerate(document.queues):
        _check_ends(queue, ("queues", index), places)
        _check_queue(staff, queue, ("queues", index), places)
    for index, rule in enumerate(document.rules):
        if rule.queue in queues:
            what = f"what rule `{rule.name}` sends"
            _check_added(
                staff, rule.skills, [(queues[rule.queue], ())], (("rules", index), what), places
            )
    for index, topic in enumerate(document.topics):
        ways = tuple(ways_of(document, topic.topic))
        what = f"topic `{topic.topic}`"
        _check_added(staff, topic.skills, ways, (("topics", index), what), places)


def _check_queue(staff: Staff, queue: Queue, place: Steps, places: Places) -> None:
    for before, after in pairwise(ladder(queue)):
        if not _adds(staff, before, after):
            steps, what = _cause(queue, after)
            problem = f"{what} after {told_s(after.after_s)} adds no agent to queue `{queue.name}`"
            places.warning((*place, *steps), problem, _REMEDY)


def _check_added(
    staff: Staff,
    needs: tuple[SkillNeed, ...],
    ways: Sequence[tuple[Queue, tuple[SkillNeed, ...]]],
    named: tuple[Steps, str],
    places: Places,
) -> None:
    """Needs that a rule or topic adds: each should reach somebody, by one of its ways at least."""
    place, what = named
    for need in needs:
        drops_s = need.drops_after_s
        steps = [
            step
            for queue, more in ways
            for step in pairwise(ladder(queue, (*more, *needs)))
            if step[1].after_s == drops_s
        ]
        if steps and not any(_adds(staff, *step) for step in steps):
            dropped = f"dropping `{need.skill}:{need.level}` after {told_s(drops_s or 0)}"
            problem = f"{dropped} adds no agent to {what}"
            places.warning((*place, "skills", need.skill), problem, _REMEDY)


def _adds(staff: Staff, before: Ask, after: Ask) -> bool:
    """True where somebody more may serve a customer, be it one whom only an interpreter serves."""
    channels = tuple(staff.document.channels)
    customers = (*staff.spoken, *((channel, NOBODY_SPEAKS) for channel in channels))
    return any(staff.serving(before, *who) != staff.serving(after, *who) for who in customers)


def _check_ends(queue: Queue, place: Steps, places: Places) -> None:
    """A step that begins when the contact has expired, or has flowed over."""
    for steps, what, after_s in changes(queue):
        if queue.expires_after_s is not None and after_s >= queue.expires_after_s:
            problem = f"{what} after {told_s(after_s)} comes when the contact has expired"
            remedy = f"make it earlier than `expires_after`: {told_s(queue.expires_after_s)}"
            places.warning((*place, *steps), problem, remedy)
        elif queue.overflow_after_s is not None and after_s >= queue.overflow_after_s:
            problem = f"{what} after {told_s(after_s)} comes when the contact has flowed over"
            remedy = f"make it earlier than `overflow`: {told_s(queue.overflow_after_s)}"
            places.warning((*place, *steps), problem, remedy)


def changes(queue: Queue) -> Iterator[tuple[Steps, str, int]]:
    """What changes with time: where it stands in the queue's entry, its name, and when."""
    for need in queue.skills:
        if need.drops_after_s is not None:
            dropped = f"dropping `{need.skill}:{need.level}`"
            yield ("skills", need.skill), dropped, need.drops_after_s
    for number, language in enumerate(queue.language_needs):
        if language.drops_after_s is not None:
            dropped = f"dropping language level {language.level}"
            yield ("language_level", number), dropped, language.drops_after_s
    for opening in queue.rings:
        if opening.after_s > 0:
            yield ("rings", opening.ring), f"opening ring `{opening.ring}`", opening.after_s
    if queue.interpreters_after_s:
        yield ("interpreters_after",), "asking interpreters", queue.interpreters_after_s


def _cause(queue: Queue, ask: Ask) -> tuple[Steps, str]:
    found = [(steps, what) for steps, what, after_s in changes(queue) if after_s == ask.after_s]
    return found[0][0], " and ".join(what for _, what in found)
