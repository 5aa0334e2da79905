"""Customers who are called back: they need not stay, and their place in line stays for them."""

from collections.abc import Iterator

from services.router.core.model import Interaction
from services.router.core.offers.offers import withdraw
from services.router.core.refusals import absent, is_repeat
from services.router.core.turn import Turn, rejected
from shared.contracts.event import Command, Event
from shared.contracts.interactions import CallbackRequested, CustomerAbandoned
from shared.contracts.routing import CallbackPromised

MOST_AHEAD_S = 366 * 86_400  # nobody promises a call in more than a year: it is a mistake


def requested(turn: Turn, event: CallbackRequested) -> Iterator[Event]:
    """A promise for whoever is with no agent yet; asked again, the newer time holds.

    Who waits goes on waiting, unless a later time was agreed: until then it is parked. Who is
    parked for another reason is called when that is over. An offer that is open stays if the
    customer may be called at once.
    """
    it = turn.pool.interactions.get(event.interaction_id)
    if it is None:
        yield from absent(turn, event, event.interaction_id)
    elif is_repeat(it, event):
        return
    elif (problem := _problem(turn, event, it)) is not None:
        yield problem
    else:
        later = event.not_before_ms is not None and event.not_before_ms > turn.now
        if later:
            yield from withdraw(turn, it)
        yield _promised(turn, event, it, event.not_before_ms if later else None)
        turn.interactions[it.id] = "callback_promised"


def hung_up(turn: Turn, event: CustomerAbandoned, it: Interaction) -> Iterator[Event]:
    """He was told that he need not stay: the promise is said again, and nothing ends."""
    if not is_repeat(it, event):
        yield _promised(turn, event, it, it.resumes_at_ms)


def _promised(
    turn: Turn, event: Command, it: Interaction, not_before_ms: int | None
) -> CallbackPromised:
    return CallbackPromised(
        **turn.head(f"{event.event_id}#callback_promised"),
        interaction_id=it.id,
        not_before_ms=not_before_ms,
    )


def _problem(turn: Turn, event: CallbackRequested, it: Interaction) -> Event | None:
    if it.status == "assigned":
        return rejected(
            event,
            turn.now,
            turn.pool.plan.hash,
            code="already_assigned",
            field="interaction_id",
            message=f"Interaction {it.id} is with agent {it.agent_id}, who can agree on a call "
            "himself. Transfer it to a queue first, or close it.",
        )
    if (event.not_before_ms or 0) > turn.now + MOST_AHEAD_S * 1000:
        return rejected(
            event,
            turn.now,
            turn.pool.plan.hash,
            code="too_far_ahead",
            field="not_before_ms",
            message="A call can be promised for a time within a year from now. "
            "Give the time in milliseconds since 1970, and check its zone.",
            status=422,
        )
    return None
