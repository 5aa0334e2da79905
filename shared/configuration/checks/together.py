"""Numbers of a queue that do not go together: offers at once, how many may wait, who there is."""

from shared.configuration.checks.ladder import last
from shared.configuration.checks.places import Places
from shared.configuration.checks.staff import Staff, members
from shared.contracts.configuration import PoolDocument


def check_numbers(document: PoolDocument, staff: Staff, places: Places) -> None:
    for index, queue in enumerate(document.queues):
        steps = ("queues", index, "offers_at_once")
        if queue.offers_at_once == 1:
            continue
        if queue.max_waiting is not None and queue.max_waiting < queue.offers_at_once:
            problem = (
                f"queue `{queue.name}` offers each contact to {queue.offers_at_once} agents, "
                f"and only {queue.max_waiting} may wait"
            )
            remedy = "lower `offers_at_once` or raise `max_waiting`: are the two exchanged?"
            places.warning(steps, problem, remedy)
        agents = members(staff.serving_any(last(queue)))
        if 0 < agents < queue.offers_at_once:
            offers = queue.offers_at_once
            problem = f"queue `{queue.name}` offers to {offers} agents, and has {agents}"
            places.warning(steps, problem, f"lower `offers_at_once` to {agents} or less")
