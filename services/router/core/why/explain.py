"""Why an interaction is where it is: one fact that says it all, and changes nothing.

It costs a look at every agent and at all who wait beside it, so it is made only when asked for.
"""

from collections.abc import Iterator

from msgspec import UNSET

from services.router.core.model import Interaction, Pick, Stub
from services.router.core.needs.steps import as_told
from services.router.core.refusals import absent
from services.router.core.turn import Turn
from services.router.core.why.estimate import estimated
from services.router.core.why.explain_agents import Survey, survey
from services.router.core.why.explain_binds import binds
from services.router.core.why.explain_changes import next_change
from services.router.core.why.position import standing_before
from services.router.core.why.verdicts import Case, case_of
from shared.contracts.event import Event
from shared.contracts.explanation import InteractionExplained, WaitEstimate
from shared.contracts.interactions import ExplanationRequested
from shared.contracts.routing import Candidate, Preference


def explained(turn: Turn, event: ExplanationRequested) -> Iterator[Event]:
    """The answer's id is the question's, so a question heard twice has one answer."""
    pool = turn.pool
    it = pool.interactions.get(event.interaction_id)
    stub = pool.stubs.get(event.interaction_id)
    if it is not None:
        yield _open(turn, event, it)
    elif stub is not None and stub.forward_to is None:
        yield _ended(turn, event, stub)
    else:
        yield from absent(turn, event, event.interaction_id)


def _ended(turn: Turn, event: ExplanationRequested, stub: Stub) -> InteractionExplained:
    told = f"It ended: {stub.ended}."
    if stub.wrap_up_by is not None:
        told = f"It ended: {stub.ended}. {stub.wrap_up_by} does the work after it."
    return InteractionExplained(
        **turn.head(f"{event.event_id}#explained"),
        interaction_id=stub.id,
        state=stub.ended,
        agent_id=stub.wrap_up_by or stub.last_agent or None,
        binds=told,
        changes_at_ms=stub.wrap_up_until_ms if stub.wrap_up_by is not None else None,
        changes="the work after it ends" if stub.wrap_up_by is not None else None,
    )


def _open(turn: Turn, event: ExplanationRequested, it: Interaction) -> InteractionExplained:
    case = case_of(turn.pool, it, turn.now)
    winner, runner_up, rank_names = _choice(it)
    seen = survey(case, without=it.agent_id or (winner.agent_id if winner else None))
    change = next_change(seen)
    ahead, estimate = _wait(seen) if it.status == "waiting" else (None, None)
    preferred = case.preferred
    return InteractionExplained(
        **turn.head(f"{event.event_id}#explained"),
        interaction_id=it.id,
        state=it.status,
        queue=it.queue,
        agent_id=it.agent_id or (it.offers[0].agent_id if it.offers else None),
        requires=as_told(case.step),
        step=it.step,
        steps=tuple(as_told(step) for step in it.steps or ()),
        preference=Preference(agent_id=preferred.agent_id, until_ms=preferred.until_ms)
        if preferred is not None
        else None,
        ahead=ahead,
        estimate=estimate,
        winner=winner,
        runner_up=runner_up,
        rank_names=rank_names,
        binds=binds(seen),
        changes_at_ms=None if change is None else change.at_ms,
        changes=None if change is None else change.told,
        counts=seen.counts(),
        verdicts=seen.verdicts(),
    )


def _choice(it: Interaction) -> tuple[Candidate | None, Candidate | None, tuple[str, ...]]:
    """Who has it, and whom he was preferred to, as it was when he was asked."""
    if it.status == "assigned" and it.agent_id is not None:
        agent_id, pick = it.agent_id, it.pick
    elif it.offers:
        agent_id, pick = it.offers[0].agent_id, it.offers[0].pick
    else:
        return None, None, ()
    if pick is UNSET:  # given by hand: nobody was compared
        return None, None, ()
    return Candidate(agent_id=agent_id, rank=pick.rank), _second(pick), pick.rank_names


def _second(pick: Pick) -> Candidate | None:
    if pick.runner_up is None:
        return None
    return Candidate(agent_id=pick.runner_up, rank=pick.runner_up_rank)


def _wait(seen: Survey) -> tuple[int, WaitEstimate | None]:
    """How many are before it, and how long that is likely to take."""
    case: Case = seen.case
    place = standing_before(case.pool, case.it, case.now)
    estimate = estimated(
        case,
        seen.able,
        ahead=place.ahead,
        waiting=place.waiting,
        head_since_ms=place.head_since_ms,
    )
    return place.ahead, estimate
