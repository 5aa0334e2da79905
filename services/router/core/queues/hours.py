"""Open hours of queues and agents, by their calendars: what is open now, and until when.

The next change is kept with whom it concerns, so the time at which to look again is in the state.
"""

from collections.abc import Iterator

from services.router.core.agents.presence import revoke
from services.router.core.pool import PoolState
from services.router.core.turn import Turn
from shared.contracts.event import Event
from shared.contracts.presence import AgentWithheld
from shared.contracts.routing import QueueHoursChanged
from shared.hours import NeverOpensError, OpenHours

DAY_MS = 86_400_000
LOOKED_AHEAD_DAYS = (8, 64, 366)  # who is open longer than that is looked at again then


def of_queues(turn: Turn) -> Iterator[Event]:
    """A configuration is applied: what each queue's calendar says from this instant on."""
    entity = turn.pool.entity
    for name in sorted({*turn.pool.plan.queues, *entity.closed, *entity.hours}):
        yield from of_queue(turn, name)


def of_queue(turn: Turn, queue: str) -> Iterator[Event]:
    """The fact that its hours changed, if they did; all that it concerns are looked at again."""
    pool, entity = turn.pool, turn.pool.entity
    found = pool.plan.queues.get(queue)
    is_open, until_ms = _now(pool, found.calendar if found is not None else None, turn.now)
    was_open = queue not in entity.closed
    if (is_open, until_ms) == (was_open, entity.hours.get(queue)):
        return
    yield QueueHoursChanged(
        **turn.head(f"{pool.name}#queue_hours/{queue}/{entity.version}/{turn.now}"),
        queue=queue,
        open=is_open,
        until_ms=until_ms,
    )
    if is_open != was_open:
        trigger = "queue_opened" if is_open else "queue_closed"
        turn.interactions |= dict.fromkeys(pool.crowd.of(queue), trigger)


def of_agent(turn: Turn, agent_id: str, *, anew: bool = False) -> Iterator[Event]:
    """The fact that he is withheld by his hours, or is not any more, if that changed.

    Outside of them he loses open offers, and keeps his work.

    Args:
        anew: his calendar may be another one; else what was told holds until the time told.
    """
    pool = turn.pool
    agent = pool.agents.get(agent_id)
    if agent is None or not agent.number:  # never heard of: he has an entity only by being named
        return
    if not anew and (agent.hours_until_ms or 0) > turn.now:
        return
    configured = pool.plan.agents.get(agent_id)
    calendar = configured.calendar if configured is not None else None
    is_open, until_ms = _now(pool, calendar, turn.now)
    was_open = "hours" not in agent.withheld
    if (is_open, until_ms) == (was_open, agent.hours_until_ms):
        return
    yield AgentWithheld(
        **turn.head(f"{pool.name}/{agent_id}#withheld/{agent.number + 1}"),
        agent_id=agent_id,
        why="hours",
        withheld=not is_open,
        until_ms=until_ms,
    )
    if is_open != was_open:
        turn.came_or_left.add(agent_id)
    if is_open:
        turn.agents[agent_id] = "hours_began"
    else:
        yield from revoke(turn, agent_id, sorted(pool.seat(agent_id).offered))


def _now(pool: PoolState, calendar: str | None, now: int) -> tuple[bool, int | None]:
    """Whether a calendar is open, and until when it stays so; without one it always is."""
    if calendar is None:
        return True, None
    hours = pool.open_hours(calendar)
    if hours is None:
        return True, None
    try:
        opens_ms = hours.next_open(now)
    except NeverOpensError:
        return False, None
    return (False, opens_ms) if opens_ms > now else (True, _closes_ms(hours, now))


def _closes_ms(hours: OpenHours, now: int) -> int:
    """The end of the open time that goes on; spans that touch, as at midnight, are one."""
    until_ms = now
    for days in LOOKED_AHEAD_DAYS:
        until_ms, end_ms = now, now + days * DAY_MS
        for opens_ms, closes_ms in hours.intervals(now, end_ms):
            if opens_ms > until_ms:
                break
            until_ms = closes_ms
        if until_ms < end_ms:
            break
    return until_ms
