"""Overflow: it leads to a queue that is there for it, and not round in a circle."""

from shared.configuration.checks.ladder import last
from shared.configuration.checks.overlap import Hours
from shared.configuration.checks.places import Places, quoted
from shared.configuration.checks.staff import Staff
from shared.configuration.durations import told_s
from shared.configuration.shape import Steps
from shared.contracts.configuration import PoolDocument, Queue

Queues = dict[str, Queue]


def check_overflow(document: PoolDocument, staff: Staff, hours: Hours, places: Places) -> None:
    queues = {queue.name: queue for queue in document.queues}
    told: set[str] = set()  # queues of circles that were told
    for index, queue in enumerate(document.queues):
        steps = ("queues", index)
        if queue.overflow_to is None:
            if queue.when_closed == "overflow":
                problem = f"queue `{queue.name}` flows over when closed, and into no queue"
                places.error((*steps, "when_closed"), problem, "add `overflow: queue`")
            continue
        if queue.overflow_to not in queues:
            continue  # told as an unknown queue
        _check_circle(queue, queues, told, (*steps, "overflow"), places)
        _check_used(queue, (*steps, "overflow"), places)
        _check_target(queue, queues[queue.overflow_to], hours, (*steps, "overflow"), places)
        if document.agents:
            _check_reach(staff, queue, queues[queue.overflow_to], (*steps, "overflow"), places)


def _check_circle(
    queue: Queue, queues: Queues, told: set[str], steps: Steps, places: Places
) -> None:
    """Circles by time alone never end; others end parked as `queue_full` when all are full."""
    visited = [queue.name]
    following = queue.overflow_to
    while following in queues and following not in visited:
        visited.append(following)
        following = queues[following].overflow_to
    if following != queue.name or queue.name in told:
        return
    told.update(visited)
    way = " -> ".join([*visited, queue.name])
    if all(queues[name].overflow_after_s is not None for name in visited):
        places.error(steps, f"contacts flow round for ever: {way}", "end it at one of the queues")
    else:
        remedy = "end it at one of them: when all are full, contacts are parked all the same"
        places.warning(steps, f"the overflow is a circle: {way}", remedy)


def _check_used(queue: Queue, steps: Steps, places: Places) -> None:
    limits = (queue.max_waiting, queue.overflow_after_s)
    if limits == (None, None) and queue.when_closed != "overflow":
        problem = f"queue `{queue.name}` never flows over: never full, closed or too late"
        remedy = "add `max_waiting`, `after` or `when_closed: overflow`, or remove it"
        places.warning(steps, problem, remedy)
    expires_s = queue.expires_after_s
    if expires_s is not None and (queue.overflow_after_s or 0) >= expires_s:
        problem = f"contacts of queue `{queue.name}` expire before they flow over"
        remedy = f"make `after` less than `expires_after`: {told_s(expires_s)}"
        places.warning((*steps, "after"), problem, remedy)


def _check_target(queue: Queue, target: Queue, hours: Hours, steps: Steps, places: Places) -> None:
    """When this queue is closed, the other must be open at some time at least."""
    if queue.when_closed != "overflow" or queue.calendar is None or target.calendar is None:
        return
    if target.when_closed == "overflow" or not (
        hours.known(queue.calendar) and hours.known(target.calendar)
    ):
        return
    if hours.uncovered(target.calendar, frozenset({queue.calendar})) is None:
        problem = f"`{target.name}` is closed whenever `{queue.name}` is, and takes its overflow"
        remedy = "let it flow over into a queue with longer hours, or `when_closed: park`"
        places.error(steps, problem, remedy)


def _check_reach(staff: Staff, queue: Queue, target: Queue, steps: Steps, places: Places) -> None:
    """What waited too long for these agents, and waits for them again."""
    if queue.overflow_after_s is None:
        return
    able = staff.serving_any(last(target))
    if able and able & ~staff.serving_any(last(queue)) == 0:
        problem = f"overflow into `{target.name}` reaches nobody whom `{queue.name}` does not ask"
        remedy = f"name a queue of other agents than {quoted(staff.ids(able))}"
        places.warning(steps, problem, remedy)
