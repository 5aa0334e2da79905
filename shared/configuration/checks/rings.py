"""Rings: each is opened by a queue and has agents, and every agent can be asked for something."""

from shared.configuration.checks.ladder import last
from shared.configuration.checks.places import Places, quoted
from shared.configuration.checks.staff import Staff, members
from shared.configuration.findings import suggest
from shared.contracts.configuration import PoolDocument


def check_rings(document: PoolDocument, staff: Staff, places: Places) -> None:
    opened = {opening.ring for queue in document.queues for opening in queue.rings}
    known = staff.rings.keys() - {""}
    for index, queue in enumerate(document.queues):
        for opening in queue.rings:
            if opening.ring not in known:
                problem = f"no agent is in ring `{opening.ring}`"
                remedy = suggest(opening.ring, known) if known else "give agents `rings`"
                steps = ("queues", index, "rings", opening.ring)
                places.error(steps, problem, remedy, on_key=True)
    for ring in sorted(known - opened):
        others = members(staff.rings[ring]) - 1
        more = f" (and {others} more of its agents)" if others else ""
        first = next(staff.ids(staff.rings[ring]))
        problem = f"no queue opens ring `{ring}`, so `{first}`{more} is not asked by it"
        remedy = f"open it in a queue: `rings: {{{ring}: 30s}}`, or remove the ring"
        places.agent_error(first, ("rings",), problem, remedy)


def check_asked(document: PoolDocument, staff: Staff, places: Places) -> None:
    """Agents whom no queue ever asks, whatever the reason; those of unopened rings are told."""
    asked = 0
    for queue in document.queues:
        asked |= staff.serving_any(last(queue))
        if queue.interpreters_after_s is not None:
            asked |= staff.interpreters
    idle = list(staff.ids(staff.everybody & ~asked))
    if idle and len(idle) < len(document.agents):
        problem = f"no queue ever asks {quoted(idle)}"
        remedy = "give them the skills, languages, channels and rings of a queue"
        places.agent_warning(idle[0], (), problem, remedy)
