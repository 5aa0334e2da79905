"""Open hours of a queue in which nobody who may serve it works."""

from shared.configuration.checks.ladder import last
from shared.configuration.checks.overlap import Hours
from shared.configuration.checks.places import Places, quoted
from shared.configuration.checks.staff import Mask, Staff
from shared.contracts.configuration import PoolDocument, Queue


def check_hours(document: PoolDocument, staff: Staff, hours: Hours, places: Places) -> None:
    for index, queue in enumerate(document.queues):
        steps = ("queues", index)
        if queue.calendar is None:
            if queue.when_closed != "wait":
                problem = f"queue `{queue.name}` has no `hours`, so it never closes"
                places.warning((*steps, "when_closed"), problem, "add `hours`, or remove it")
            _check_always_open(staff, hours, index, queue, places)
        elif not hours.known(queue.calendar):
            continue  # told as an unknown calendar or zone
        elif not hours.ever_opens(queue.calendar):
            problem = f"the calendar `{queue.calendar}` is always closed, and so is the queue"
            places.error((*steps, "hours"), problem, "give its week open hours")
        else:
            _check_holders(staff, hours, index, queue, places)
    for agent in document.agents:
        if agent.calendar is None or not hours.known(agent.calendar):
            continue
        if not hours.ever_opens(agent.calendar):
            problem = (
                f"`{agent.id}` is never asked: the calendar `{agent.calendar}` is always closed"
            )
            places.agent_error(agent.id, ("hours",), problem, "give its week open hours")


def _check_holders(staff: Staff, hours: Hours, index: int, queue: Queue, places: Places) -> None:
    """By language; languages with the same first gap are told together. Unserved ones are told."""
    ask = last(queue)
    found: dict[str, list[str]] = {}
    tags = {tag for _, tag in staff.spoken}
    for tag in sorted(tags):
        able = 0
        for channel, spoken in staff.spoken:
            able |= staff.serving(ask, channel, tag) if spoken == tag else 0
        gap = able and _gap(staff, hours, queue.calendar, able)
        if gap:
            found.setdefault(gap, []).append(tag)
    for gap, of_gap in found.items():
        languages = "" if len(of_gap) == len(tags) else f" in {quoted(of_gap)}"
        problem = f"queue `{queue.name}` is open {gap} and nobody serves it then{languages}"
        remedy = "give an agent these hours, or close the queue"
        places.warning(("queues", index, "hours"), problem, remedy)


def _check_always_open(
    staff: Staff, hours: Hours, index: int, queue: Queue, places: Places
) -> None:
    """Nobody asked for all hours here, so it is told only where nobody at all is there."""
    able = staff.serving_any(last(queue))
    gap = able and _gap(staff, hours, None, able)
    if gap:
        always = "has no `hours`, so it is always open, and nobody serves it"
        problem = f"queue `{queue.name}` {always} {gap}"
        places.warning(("queues", index), problem, "give it `hours`, or an agent none")


def _gap(staff: Staff, hours: Hours, calendar: str | None, able: Mask) -> str | None:
    """None where the hours of the agents cover those of the queue; one without hours covers all."""
    kept = {name for name, mask in staff.hours.items() if mask & able}
    if None in kept:
        return None
    if not all(hours.known(name) for name in kept):
        return None
    others = frozenset(name for name in kept if name is not None)
    gap = hours.uncovered(calendar, others)
    return gap and hours.told(calendar, others, gap)
