"""What time alone changes. It is looked at before every event, so no event comes before its time.

Facts that a tick led to name it as cause; when another event happens to be the first one after an
instant, they name none, because it did not ask for them.
"""

from collections.abc import Generator, Iterator
from typing import assert_never

from services.router.core.agents.presence import change, finish
from services.router.core.channels.berth import bring
from services.router.core.customers.notices import longer_wait
from services.router.core.interactions.idling import idled
from services.router.core.interactions.wrap_up import released
from services.router.core.model import Interaction
from services.router.core.needs.ladder import route
from services.router.core.needs.widening import preference_over, step_due
from services.router.core.offers.offers import back_in_line, end_offer, expiry
from services.router.core.queues.doors import settle
from services.router.core.queues.hours import of_agent, of_queue
from services.router.core.queues.pace import of_agent as pace_of_agent
from services.router.core.state import RouterState
from services.router.core.timers import Due, Timer
from services.router.core.turn import Turn
from shared.contracts.event import Event
from shared.contracts.routing import StubsDropped


def decide_due(state: RouterState, now: int, cause: str | None) -> Iterator[Event]:
    """Everything due by now, in all pools.

    What is due in one pool is one turn, also where a tick comes late: all of it happens now. Were
    each instant a turn, somebody would be served before who is older and may be asked again by now.
    """
    over: list[Timer] = []
    while turns := (yield from _decide_timers(state, now, cause, over)):
        for turn in turns:
            yield from finish(turn)
            yield from settle(turn)
        for timer in over:
            assert not state.pools[timer.pool].is_valid(timer), f"{timer} is still due"
        over.clear()


def _decide_timers(
    state: RouterState, now: int, cause: str | None, over: list[Timer]
) -> Generator[Event, None, list[Turn]]:
    """Each step makes its timer invalid, and one may lead to another; the turns are to be settled.

    An aside that is over only says whom to look at. It is valid until its turn is settled, so it is
    kept in `over`.
    """
    turns: dict[str, Turn] = {}
    while (timer := state.timers.first()) is not None and timer.at_ms <= now:
        turn = turns.get(timer.pool)
        if turn is None:
            turn = turns[timer.pool] = Turn(state.pools[timer.pool], now, cause)
        if timer.what is Due.ASIDE:
            turn.interactions[timer.subject] = "aside_over"
            state.timers.drop_first()
            over.append(timer)
            continue
        yield from _decide_one(turn, timer)
        assert state.timers.first() != timer, f"{timer} was decided and is still due"
    return list(turns.values())


def _decide_one(turn: Turn, timer: Timer) -> Iterator[Event]:
    match timer.what:
        case Due.OFFER:
            yield from _missed(turn, turn.pool.interactions[timer.subject], timer.agent_id)
        case Due.WRAP_UP:
            stub = turn.pool.stubs[timer.subject]
            assert stub.wrap_up_by is not None
            yield released(turn, stub.id, stub.wrap_up_by, early=False)
        case Due.PRESENCE_GRACE:
            yield turn.requeue(turn.pool.interactions[timer.subject], "agent_lost")
        case Due.IDLE:
            yield idled(turn, turn.pool.interactions[timer.subject])
        case Due.EXPIRY:
            yield expiry(turn, turn.pool.interactions[timer.subject])
        case Due.STEP:
            yield step_due(turn, turn.pool.interactions[timer.subject])
        case Due.PREFERENCE:
            yield preference_over(turn, turn.pool.interactions[timer.subject])
        case Due.STUBS:
            yield from _drop_stubs(turn)
        case Due.HOURS if timer.agent_id:
            yield from of_agent(turn, timer.agent_id)
        case Due.HOURS:
            yield from of_queue(turn, timer.subject)
        case Due.PACE:
            yield from pace_of_agent(turn, timer.agent_id)
        case Due.RESUME:
            yield from bring(turn, turn.pool.interactions[timer.subject])
        case Due.OVERFLOW:
            yield _flowed_over(turn, turn.pool.interactions[timer.subject])
        case Due.LONGER_WAIT:
            yield longer_wait(turn, turn.pool.interactions[timer.subject])
        case Due.ASIDE:
            raise AssertionError("whose aside is over is looked at as the turn is settled")
        case _:
            assert_never(timer.what)


def _flowed_over(turn: Turn, it: Interaction) -> Event:
    """It has waited long enough in its own queue, and the other one has room."""
    into = turn.pool.crowd.late_into(it.id)
    assert into is not None
    return turn.requeue(it, "overflowed", routing=route(turn, it, into))


def _missed(turn: Turn, it: Interaction, agent_id: str) -> Iterator[Event]:
    """Nobody answered. Who misses too many in a row is not there: others wait behind him."""
    agent = turn.pool.agents[agent_id]
    yield end_offer(turn, it, agent_id, "expired")
    yield from back_in_line(turn, it, "expired")
    if agent.misses >= turn.pool.plan.document.misses_until_away:
        yield from change(turn, agent, "away", "missed_offers")


def _drop_stubs(turn: Turn) -> Iterator[Event]:
    pool = turn.pool
    before_ms = pool.stubs_dropped_before_ms(turn.now)
    old = pool.stubs_ended_before(before_ms)
    for stub in old:
        if stub.wrap_up_by is not None:  # a wrap-up longer than the horizon ends with it
            yield released(turn, stub.id, stub.wrap_up_by, early=True)
    yield StubsDropped(
        **turn.head(f"{pool.name}#stubs_dropped/{before_ms}"),
        ended_before_ms=before_ms,
        count=len(old),
    )
