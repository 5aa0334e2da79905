"""Who gets what: after each turn no interaction waits while an eligible ready agent has room."""

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import islice, zip_longest

from services.router.core.channels.berth import bring, in_berth
from services.router.core.floor.floor import Ranked
from services.router.core.floor.line import Line
from services.router.core.floor.order import Standing
from services.router.core.model import Interaction, Offer
from services.router.core.needs.widening import look_who_came_and_left, widen_if_nobody
from services.router.core.queues.pace import of_agent as paced
from services.router.core.turn import Turn
from shared.contracts.event import Event
from shared.contracts.routing import Candidate, InteractionAssigned, OfferDecision, OfferMade

COUNTED_TO = 50  # eligible agents beyond this many say nothing more


def settle(turn: Turn) -> Iterator[Event]:
    """Look at all that changed in this turn: interactions in their order, then agents in theirs.

    First each is brought where it should wait, so that offers are made by what is true for all.
    Before the turn nobody waited whom a free agent could have served. So only who waits anew, or
    has room anew, can make a match.
    """
    pool = turn.pool
    look_who_came_and_left(turn)
    found = [it for id_ in turn.interactions if (it := pool.interactions.get(id_)) is not None]
    anew = sorted(found, key=lambda it: pool.floor.standing(it, turn.now))
    for it in anew:
        if not in_berth(pool, it):
            yield from bring(turn, it)
        yield from widen_if_nobody(turn, it)
    anew.sort(key=lambda it: pool.floor.standing(it, turn.now))  # another queue, another cost
    if turn.agents and (anew or len(turn.agents) > 1):
        yield from _in_one_order(turn, anew)
        return
    for it in anew:
        if it.status == "waiting":
            yield from _offer(turn, it, turn.interactions[it.id])
    for agent_id in turn.agents:
        yield from _employ(turn, agent_id)


def _in_one_order(turn: Turn, anew: list[Interaction]) -> Iterator[Event]:
    """Who waits anew and who waited for the agents that have room anew, as one line.

    Otherwise one of many that an outage moves would get an agent before somebody older who had
    waited for him; or the first of several agents who are free at once would leave another of them
    to somebody younger than who waits for that other one alone.

    What an agent should get next only becomes later while all are served, so an entry of the heap
    is true or too early, and is looked at again when it surfaces.
    """
    free: list[tuple[Standing, str]] = []
    for agent_id in turn.agents:
        _line_up(turn, free, agent_id)
    for it in anew:
        while free and free[0][0] < _standing(turn, it):
            yield from _serve_first(turn, free)
        if it.status == "waiting":
            yield from _offer(turn, it, turn.interactions[it.id])
    while free:
        yield from _serve_first(turn, free)


def _standing(turn: Turn, it: Interaction) -> Standing:
    return turn.pool.floor.standing(it, turn.now)


def _line_up(turn: Turn, free: list[tuple[Standing, str]], agent_id: str) -> None:
    it = _next_for(turn, agent_id)
    if it is not None:
        heappush(free, (_standing(turn, it), agent_id))


def _serve_first(turn: Turn, free: list[tuple[Standing, str]]) -> Iterator[Event]:
    place, agent_id = heappop(free)
    it = _next_for(turn, agent_id)
    if it is not None and _standing(turn, it) == place:
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

    id_ = pool.floor.first_waiting(pool.seat(agent_id), set_aside, now)
    return None if id_ is None else pool.interactions[id_]


def _offer_surely(turn: Turn, it: Interaction, agent_id: str) -> Iterator[Event]:
    """To the best agent for it, who is another one if several got free at once."""
    yield from _offer(turn, it, turn.agents[agent_id])
    # Both sides of the floor must agree: a bug in it has to crash, not to spin for ever.
    assert it.status != "waiting", f"{agent_id} may have {it.id}, but nobody is found for it"


def _offer(turn: Turn, it: Interaction, trigger: str) -> Iterator[Event]:
    """Offer it to the best agent who is ready and has room; to several, if its queue asks so.

    They are found before the first offer is made, for that changes who stands where.
    """
    pool, now = turn.pool, turn.now
    line = pool.floor.line(it)
    aside = {id_ for id_, its in it.asides.items() if its.until_ms > now}
    auto_accept = pool.plan.channel(it.channel).auto_accept
    number = 1 if auto_accept else _at_once(turn, it)
    ranked = pool.floor.agents_for(line)
    best = list(islice((entry for entry in ranked if entry.agent_id not in aside), number + 1))
    eligible, others = _count(turn, it, aside), len(line.live) - 1
    for chosen, runner_up in zip_longest(best[:number], best[1 : number + 1]):
        why = OfferDecision(
            strategy=pool.plan.document.strategy,
            rank_names=pool.plan.rank_names,
            chosen=_candidate(chosen),
            runner_up=_candidate(runner_up) if runner_up else None,
            eligible=eligible,
            eligible_counted_to=COUNTED_TO,
            language_tag=_spoken(turn, line, chosen),
            trigger=trigger,
            waiting_before=others,
        )
        yield _made(turn, it, chosen, why)
        yield from paced(turn, chosen.agent_id)
    if best and auto_accept:
        yield assignment(turn, it, it.offers[0])


def _at_once(turn: Turn, it: Interaction) -> int:
    queue = turn.pool.plan.queues.get(it.queue)
    return queue.offers_at_once if queue else 1


def _made(turn: Turn, it: Interaction, chosen: Ranked, why: OfferDecision) -> OfferMade:
    plan, attempt = turn.pool.plan, it.attempt + 1
    return OfferMade(
        **turn.head(f"{it.id}#offer/{attempt}"),
        offer_id=it.offer_id(attempt),
        interaction_id=it.id,
        attempt=attempt,
        agent_id=chosen.agent_id,
        agent_epoch=turn.pool.agents[chosen.agent_id].epoch,
        channel=it.channel,
        queue=it.queue,
        language=it.language,
        expires_at_ms=turn.now + plan.channel(it.channel).offer_expires_s * 1000,
        waited_ms=turn.now - it.waiting_since_ms,
        policy=it.policy,
        callback=it.callback,
        why=why,
    )


def assignment(turn: Turn, it: Interaction, offer: Offer) -> InteractionAssigned:
    """A live offer was accepted."""
    return InteractionAssigned(
        **turn.head(f"{it.id}#assigned/{offer.attempt}"),
        interaction_id=it.id,
        offer_id=it.offer_id(offer.attempt),
        agent_id=offer.agent_id,
        channel=it.channel,
        queue=it.queue,
        language=it.language,
        waited_ms=turn.now - it.waiting_since_ms,
    )


def _spoken(turn: Turn, line: Line, chosen: Ranked) -> str:
    """The customer's language that the agent speaks."""
    return line.requirement.languages[turn.pool.floor.position(line, chosen.agent_id)]


def _candidate(entry: Ranked) -> Candidate:
    return Candidate(agent_id=entry.agent_id, rank=entry.rank)


def _count(turn: Turn, it: Interaction, aside: set[str]) -> int:
    floor = turn.pool.floor
    line = floor.line(it)
    found = floor.count_eligible(line, COUNTED_TO + len(aside))
    for agent_id in aside:
        if floor.could_take(line, agent_id):
            found -= 1
    return min(found, COUNTED_TO)
