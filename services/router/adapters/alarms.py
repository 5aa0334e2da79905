"""An alarm at second 0: nobody who is configured can serve what has just arrived, or waits.

Other products find it out when the promise is missed. It is told after the commit, once per batch,
pool and queue, however many it concerns.
"""

from collections.abc import Sequence

import structlog

from shared.contracts.event import Event
from shared.contracts.routing import InteractionParked, InteractionWidened
from shared.runner.owner import Counters

log = structlog.get_logger(__name__)


def ring(facts: Sequence[Event], counters: Counters) -> None:
    """Count and tell facts by which nobody could ever serve an interaction as it asks."""
    found: dict[tuple[str, str], list[InteractionParked]] = {}
    for fact in facts:
        if type(fact) is InteractionParked and fact.reason == "no_agent_can_serve":
            found.setdefault((fact.pool, fact.queue), []).append(fact)
        elif type(fact) is InteractionWidened and fact.why == "nobody_exists":
            counters.alarms += 1
            log.warning(
                "step_without_agents",
                pool=fact.pool,
                interaction_id=fact.interaction_id,
                step=fact.step,
            )
    for (pool, queue), parked in found.items():
        counters.alarms += len(parked)
        log.error(
            "nobody_can_serve",
            pool=pool,
            queue=queue,
            number=len(parked),
            interaction_id=parked[0].interaction_id,
            detail=parked[0].detail,
        )
