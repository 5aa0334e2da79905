"""More agents may serve an interaction: its next step begins, or one agent is waited for no more.

By time: a step, or the end of a preference, is a timer. Before its time: where nobody of those who
may serve it now has signed in, it goes on to the first later step of which somebody has; that is
looked at when it begins to wait or widens, when the last of them leaves, and when somebody signs
in. Away counts as not there. It never goes back to an earlier step.
"""

from collections.abc import Callable, Iterator
from typing import Literal

from services.router.core.floor.line import Line
from services.router.core.model import Interaction
from services.router.core.needs.preference import is_there
from services.router.core.needs.steps import last_step, required, step_at
from services.router.core.turn import Turn, move
from shared.contracts.event import Event
from shared.contracts.routing import InteractionWidened

Why = Literal["waited", "nobody_there", "nobody_exists"]


def step_due(turn: Turn, it: Interaction) -> InteractionWidened:
    """The time of its next step has come, or of several at once."""
    return _widened(turn, it, step_at(it.steps, it.steps_since_ms, turn.now), "waited")


def preference_over(turn: Turn, it: Interaction) -> InteractionWidened:
    """The agent was waited for as long as the queue says."""
    return _let_go(turn, it, "waited")


def widen_if_nobody(turn: Turn, it: Interaction) -> Iterator[Event]:
    """What must be told of one that waits before it is offered; nothing for most.

    First what time has reached while it was offered, parked or with an agent; then whom it waits
    for in vain.
    """
    if it.status != "waiting":
        return
    if it.preferred:
        if it.preferred.until_ms <= turn.now:
            yield preference_over(turn, it)
        elif not _may_come(turn, it, it.preferred.agent_id):
            yield _let_go(turn, it, "nobody_there")
    if last_step(it) > it.step:
        if step_at(it.steps, it.steps_since_ms, turn.now) > it.step:
            yield step_due(turn, it)
        yield from _skip_empty(turn, it)


def look_who_came_and_left(turn: Turn) -> None:
    """Those to whom it matters who signed in, or left, in this turn are looked at as it settles.

    Costs a look at each kind of steps that somebody waits in; then at those alone who go on.
    """
    if not turn.came_or_left:
        return
    pool = turn.pool
    for agent_id in turn.came_or_left:
        for id_ in pool.hopefuls.kept_for(agent_id):
            turn.interactions.setdefault(id_, "nobody_there")
    turn.came_or_left.clear()
    for ids in pool.hopefuls.alike():
        if _skips_to(turn, pool.interactions[next(iter(ids))]) is not None:
            for id_ in ids:
                turn.interactions.setdefault(id_, "nobody_there")


def _may_come(turn: Turn, it: Interaction, agent_id: str) -> bool:
    pool = turn.pool
    return is_there(pool.agents.get(agent_id)) and pool.floor.may_serve(
        agent_id, required(it, it.step)
    )


def _skip_empty(turn: Turn, it: Interaction) -> Iterator[Event]:
    """On to the first later step with somebody there."""
    found = _skips_to(turn, it)
    if found is not None:
        exists = turn.pool.floor.exists(_line(turn, it, it.step))
        yield _widened(turn, it, found, "nobody_there" if exists else "nobody_exists")


def _skips_to(turn: Turn, it: Interaction) -> int | None:
    """The step to which it goes on before its time; None: it stays where it is.

    A step that nobody is configured for is no step: then it goes on in any case, to the first one
    that has somebody at all, and the fact is an alarm.
    """
    floor = turn.pool.floor

    def first_later(has_somebody: Callable[[Line], bool]) -> int | None:
        later = range(it.step + 1, last_step(it) + 1)
        return next((at for at in later if has_somebody(_line(turn, it, at))), None)

    here = _line(turn, it, it.step)
    if floor.present(here):
        return None
    queue, found = turn.pool.plan.queues.get(it.queue), None
    if queue is None or queue.skip_empty_steps:
        found = first_later(floor.present)
    if found is None and not floor.exists(here):
        found = first_later(floor.exists)
    return found


def _line(turn: Turn, it: Interaction, step: int) -> Line:
    """For what it requires in a step of any agent."""
    return turn.pool.floor.line_for(required(it, step))


def _let_go(turn: Turn, it: Interaction, why: Why) -> InteractionWidened:
    assert it.preferred
    return _widened(turn, it, it.step, why, let_go=it.preferred.agent_id)


def _widened(
    turn: Turn, it: Interaction, step: int, why: Why, let_go: str | None = None
) -> InteractionWidened:
    turn.interactions.setdefault(it.id, "widened")
    return InteractionWidened(
        **turn.head(f"{it.id}#widened/{move(it)}"),
        interaction_id=it.id,
        step=step,
        let_go=let_go,
        why=why,
    )
