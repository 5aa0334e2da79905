"""Who gets what: after each turn no interaction waits while an eligible ready agent has room."""

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import islice

from services.router.core.berth import bring, in_berth
from services.router.core.lineup import Place
from services.router.core.model import Interaction
from services.router.core.turn import Turn
from shared.contracts.event import Event
from shared.contracts.routing import Candidate, InteractionAssigned, OfferDecision, OfferMade

COUNTED_TO = 50  # eligible agents beyond this many say nothing more
RANK_NAMES = ("language_position", "ready_since_ms")  # then the agent's id, so that it is total


def settle(turn: Turn) -> Iterator[Event]:
    """Look at all that changed in this turn: interactions in their order, then agents in theirs.

    First each is brought where it should wait, so that offers are made by what is true for all.
    Before the turn nobody waited whom a free agent could have served. So only who waits anew, or
    has room anew, can make a match.
    """
    pool = turn.pool
    found = [it for id_ in turn.interactions if (it := pool.interactions.get(id_)) is not None]
    anew = sorted(found, key=_place)
    for it in anew:
        if not in_berth(pool, it):
            yield from bring(turn, it)
    if anew and turn.agents:
        yield from _in_one_order(turn, anew)
        return
    for it in anew:
        if it.status == "waiting":
            yield from _offer(turn, it, turn.interactions[it.id])
    free = [(pool.agent(id_).ready_since_ms, id_) for id_ in turn.agents]
    for _, agent_id in sorted(free):
        yield from _employ(turn, agent_id)


def _place(it: Interaction) -> Place:
    return it.order_ms, it.id


def _in_one_order(turn: Turn, anew: list[Interaction]) -> Iterator[Event]:
    """Who waits anew and who waited for the agents that have room anew, as one line.

    Otherwise one of many that an outage moves would get an agent before somebody older who had
    waited for him. What an agent should get next only becomes later while all are served, so an
    entry of the heap is true or too early, and is looked at again when it surfaces.
    """
    free: list[tuple[Place, str]] = []
    for agent_id in turn.agents:
        _line_up(turn, free, agent_id)
    for it in anew:
        while free and free[0][0] < _place(it):
            yield from _serve_first(turn, free)
        if it.status == "waiting":
            yield from _offer(turn, it, turn.interactions[it.id])
    while free:
        yield from _serve_first(turn, free)


def _line_up(turn: Turn, free: list[tuple[Place, str]], agent_id: str) -> None:
    it = _next_for(turn, agent_id)
    if it is not None:
        heappush(free, (_place(it), agent_id))


def _serve_first(turn: Turn, free: list[tuple[Place, str]]) -> Iterator[Event]:
    place, agent_id = heappop(free)
    it = _next_for(turn, agent_id)
    if it is not None and _place(it) == place:
        yield from _offer_surely(turn, it, agent_id)
    _line_up(turn, free, agent_id)


def _employ(turn: Turn, agent_id: str) -> Iterator[Event]:
    """Give the agent what waits for somebody like him, until nothing does or he is full."""
    while (it := _next_for(turn, agent_id)) is not None:
        yield from _offer_surely(turn, it, agent_id)


def _next_for(turn: Turn, agent_id: str) -> Interaction | None:
    """What waits longest of all that this agent may have and has room for."""
    pool, now = turn.pool, turn.now

    def set_aside(id_: str) -> bool:
        asides = pool.interactions[id_].asides
        return agent_id in asides and asides[agent_id].until_ms > now

    id_ = pool.floor.first_waiting(pool.seat(agent_id), set_aside)
    return None if id_ is None else pool.interactions[id_]


def _offer_surely(turn: Turn, it: Interaction, agent_id: str) -> Iterator[Event]:
    """To the best agent for it, who is another one if several got free at once."""
    yield from _offer(turn, it, turn.agents[agent_id])
    # Both sides of the floor must agree: a bug in it has to crash, not to spin for ever.
    assert it.status != "waiting", f"{agent_id} may have {it.id}, but nobody is found for it"


def _offer(turn: Turn, it: Interaction, trigger: str) -> Iterator[Event]:
    """Offer it to the best agent who is ready and has room, if there is one."""
    pool, now = turn.pool, turn.now
    line = pool.floor.line(it)
    aside = {id_ for id_, its in it.asides.items() if its.until_ms > now}
    ranked = pool.floor.agents_for(line)
    best = list(islice((entry for entry in ranked if entry[1][1] not in aside), 2))
    if not best:
        return
    position, (_, agent_id) = best[0]
    settings = pool.plan.channel(it.channel)
    agent = pool.agents[agent_id]
    offer = OfferMade(
        **turn.head(f"{it.id}#offer/{it.attempt + 1}"),
        offer_id=f"{it.id}:{it.attempt + 1}",
        interaction_id=it.id,
        attempt=it.attempt + 1,
        agent_id=agent_id,
        agent_epoch=agent.epoch,
        channel=it.channel,
        queue=it.queue,
        language=it.language,
        expires_at_ms=now + settings.offer_expires_s * 1000,
        waited_ms=now - it.waiting_since_ms,
        why=OfferDecision(
            strategy=pool.plan.document.strategy,
            rank_names=RANK_NAMES,
            chosen=_candidate(best[0]),
            runner_up=_candidate(best[1]) if len(best) > 1 else None,
            eligible=_count(turn, it, aside),
            eligible_counted_to=COUNTED_TO,
            language_tag=line.requirement.languages[position],
            trigger=trigger,
            waiting_before=len(line.live) - 1,
        ),
    )
    yield offer
    if settings.auto_accept:
        yield assignment(turn, it)


def assignment(turn: Turn, it: Interaction) -> InteractionAssigned:
    """The live offer was accepted."""
    assert it.agent_id is not None
    return InteractionAssigned(
        **turn.head(f"{it.id}#assigned/{it.attempt}"),
        interaction_id=it.id,
        offer_id=it.offer_id,
        agent_id=it.agent_id,
        channel=it.channel,
        queue=it.queue,
        language=it.language,
        waited_ms=turn.now - it.waiting_since_ms,
    )


def _candidate(entry: tuple[int, Place]) -> Candidate:
    position, (ready_since_ms, agent_id) = entry
    return Candidate(agent_id=agent_id, rank=(position, ready_since_ms))


def _count(turn: Turn, it: Interaction, aside: set[str]) -> int:
    floor = turn.pool.floor
    line = floor.line(it)
    found = floor.count_eligible(line, COUNTED_TO + len(aside))
    for agent_id in aside:
        shelf = floor.seats[agent_id].shelves.get(it.channel)
        if shelf is not None and shelf.number in line.qualified and agent_id in shelf.live:
            found -= 1
    return min(found, COUNTED_TO)
