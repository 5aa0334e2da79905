"""Where an interaction waits: by its own channel, by a backup of that, or parked.

One rule, for all that begin to wait and for all that an outage or a configuration concerns. It
looks at what is now, not at what came before, so events in another order end in the same place.
"""

from collections.abc import Iterator

from msgspec import UNSET

from services.router.core.model import Interaction, Moves
from services.router.core.needs.steps import last_step, required
from services.router.core.pool import PoolState
from services.router.core.queues.admission import admitted, is_barred
from services.router.core.queues.crowd import OUTSIDE
from services.router.core.turn import Turn, move
from shared.contracts.event import Event
from shared.contracts.routing import InteractionMoved, InteractionParked, MoveCounts
from shared.contracts.words import Channel


def berth(pool: PoolState, it: Interaction) -> Channel | None:
    """Its own channel if that is up, else the first backup that can have it; None: it is parked.

    Everywhere somebody must be configured who could serve it, in the mode of that channel.
    """
    home = it.home
    if home not in pool.down:
        return home if anybody_for(pool, it, home) else None
    for channel in pool.plan.channel(home).backups:
        if _lacks(pool, it, channel) is None:
            return channel
    return None


def anybody_for(pool: PoolState, it: Interaction, channel: Channel) -> bool:
    """Whether somebody is configured who could serve it by this channel some time, ready or not.

    Its last step asks least: whoever may serve it in any step may in that.
    """
    last = required(it, last_step(it))._replace(channel=channel)
    return pool.floor.exists(pool.floor.line_for(last))


def in_berth(pool: PoolState, it: Interaction) -> bool:
    """Whether it waits where it should, for most interactions on most days: at no cost."""
    return (
        not pool.down
        and it.detour is UNSET
        and it.status == "waiting"
        and not is_barred(pool, it)
        and _may_be_served(pool, it)
    )


def _may_be_served(pool: PoolState, it: Interaction) -> bool:
    """By somebody who is configured; where others would come after them, by somebody there."""
    line = pool.floor.line(it)
    if it.preferred or it.step < last_step(it):
        return pool.floor.present(line)
    return pool.floor.exists(line)


def bring(turn: Turn, it: Interaction, *, leaves: bool = False) -> Iterator[Event]:
    """The facts after which a waiting or parked interaction is where it should be; often none.

    Args:
        leaves: its queue is too full for it.
    """
    if it.status not in ("waiting", "parked"):
        return
    pool = turn.pool
    where, home = berth(pool, it), it.home
    if where is None and home in pool.down:
        if _is_at_door(turn, it):
            yield _parked_by_outage(turn, it)
        return
    to = where or home  # also where nobody could serve it there: the outage is over for it
    if it.channel != to or _was_parked_by_outage(it):
        turn.interactions.setdefault(it.id, "moved")
        yield _moved(turn, it, to)
    if where is None:
        if _is_at_door(turn, it):
            yield _parked_for_want_of_agents(turn, it)
        return
    queue = it.queue
    yield from admitted(turn, it, leaves=leaves)
    if it.queue != queue:  # it flowed over, and needs something else there
        yield from bring(turn, it)


def _was_parked_by_outage(it: Interaction) -> bool:
    """It moves also where it stays by its channel: what the outage parked has to be counted."""
    return it.status == "parked" and it.parked_why == "channel_down"


def _is_at_door(turn: Turn, it: Interaction) -> bool:
    """It waits, or would if its queue let it in; others are parked for a better reason."""
    return (
        it.status == "waiting"
        or it.parked_why in OUTSIDE
        or (it.parked_why == "callback" and (it.resumes_at_ms or 0) <= turn.now)
    )


def _moved(turn: Turn, it: Interaction, to: Channel) -> InteractionMoved:
    home = it.home
    back = to == home
    if back:
        assert it.detour is not UNSET
        incident_id = it.detour.incident_id
    else:
        incident_id = turn.pool.entity.outages[home].incident_id
    return InteractionMoved(
        **turn.head(f"{it.id}#moved/{move(it)}"),
        interaction_id=it.id,
        number=it.moves + 1,
        incident_id=incident_id,
        direction="back" if back else "to_backup",
        queue=it.queue,
        home_channel=home,
        from_channel=it.channel,
        to_channel=to,
        was_parked=it.status == "parked",
        waiting_since_ms=it.waiting_since_ms,
        order_ms=it.order_ms,
        moves=_counts(turn, incident_id, returned=1) if back else _counts(turn, incident_id, 1),
    )


def _parked_by_outage(turn: Turn, it: Interaction) -> InteractionParked:
    pool, home = turn.pool, it.home
    incident_id = pool.entity.outages[home].incident_id
    backups = pool.plan.channel(home).backups
    tried = ", ".join(f"{channel} {_lacks(pool, it, channel)}" for channel in backups)
    return InteractionParked(
        **turn.head(f"{it.id}#parked/{move(it)}"),
        interaction_id=it.id,
        queue=it.queue,
        reason="channel_down",
        detail=f"{home} is down; of its backups: {tried or 'none is configured'}"
        ". It waits again when a channel is back, or a backup is added.",
        incident_id=incident_id,
        moves=_counts(turn, incident_id, parked=1),
    )


def _lacks(pool: PoolState, it: Interaction, backup: Channel) -> str | None:
    """Why this backup cannot have it, the first reason; None: it can."""
    if backup in pool.down:
        return "is down"
    if backup not in (it.reachable_by or ()):
        return "does not reach the customer"
    return None if anybody_for(pool, it, backup) else "has no agent who could serve"


def _counts(
    turn: Turn, incident_id: str, moved: int = 0, parked: int = 0, returned: int = 0
) -> MoveCounts:
    """The pool's running totals of the incident, with one more."""
    so_far = turn.pool.entity.moves.get(incident_id, Moves())
    return MoveCounts(
        moved=so_far.moved + moved,
        parked=so_far.parked + parked,
        returned=so_far.returned + returned,
    )


def _parked_for_want_of_agents(turn: Turn, it: Interaction) -> InteractionParked:
    return InteractionParked(
        **turn.head(f"{it.id}#parked/{move(it)}"),
        interaction_id=it.id,
        queue=it.queue,
        reason="no_agent_can_serve",
        detail=_missing(it),
    )


def _missing(it: Interaction) -> str:
    """What to look for in the configuration; no data of the customer."""
    least = required(it, last_step(it))
    languages = ", ".join(least.languages)
    skills = ", ".join(f"{skill} at level {level} or above" for skill, level in least.skills)
    rings = ", ".join(least.rings)
    return (
        f"no configured agent of channel {it.channel} speaks any of: {languages}"
        + (f" at level {least.language_level}" if least.language_level else "")
        + (f"; and has: {skills}" if skills else "")
        + (f"; outside of rings, or in one of: {rings}" if rings else "")
        + ". Add such an agent, or the language or skill to one; it is queued again then."
    )
