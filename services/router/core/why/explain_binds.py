"""What an interaction waits for, in one sentence."""

from collections.abc import Mapping

from msgspec import UNSET

from services.router.core.why.explain_agents import Survey
from services.router.core.why.explain_words import agents, either, moment, skills
from services.router.core.why.verdicts import DEPTH, Case, Constraint

ABSENT = ("presence", "hours")
KEPT_BY: Mapping[Constraint, str] = {
    "preference": "a preference for another",
    "presence": "absence",
    "hours": "their hours",
    "pace": "their pace",
    "capacity": "full hands",
    "channel_cap": "the most of a channel that they take",
    "aside": "being set aside",
}


def binds(seen: Survey) -> str:
    """Of one that waits, is offered, assigned or parked."""
    case = seen.case
    match case.it.status:
        case "waiting":
            return _waiting(seen)
        case "offered":
            return _offered(case)
        case "assigned":
            by_hand = " by hand" if case.it.pick is UNSET else ""
            return f"It was given to {case.it.agent_id}{by_hand}, who has it."
        case "parked":
            return _parked(seen)


def _offered(case: Case) -> str:
    told = ", ".join(
        f"{offer.agent_id} until {moment(offer.expires_at_ms, case.now)}"
        for offer in case.it.offers
    )
    return f"It waits for an answer of {told}."


def _parked(seen: Survey) -> str:
    pool, it, now = seen.case.pool, seen.case.it, seen.case.now
    match it.parked_why:
        case "no_agent_can_serve":
            return _unserved(seen)
        case "channel_down":
            return f"{it.home} is down, and no backup can have it."
        case "closed":
            at_ms = pool.entity.hours.get(it.queue)
            opens = "" if at_ms is None else f", and opens at {moment(at_ms, now)}"
            return f"Queue {it.queue} is closed{opens}."
        case "queue_full":
            return f"Queue {it.queue} is full."
        case "callback":
            at = "" if it.resumes_at_ms is None else f" at {moment(it.resumes_at_ms, now)}"
            return f"Its customer is called back{at}."
        case _:  # stored before the reason was
            return "It is parked."


def _unserved(seen: Survey) -> str:
    """Nobody could ever; what the nearest lack is what to add to one of them."""
    told = "Nobody is configured who could serve it"
    counted = seen.only_lasting()
    if not counted:
        return f"{told}."
    constraint = max(counted, key=lambda it: (counted[it], DEPTH[it]))
    return f"{told}: {_needs(seen.case, constraint, counted[constraint])}."


def _waiting(seen: Survey) -> str:
    """The constraint that keeps most agents from it who hold everything else.

    Who is there is nearer than who is not, however many those are.
    """
    counted = seen.only()
    if not counted:
        named = {it for _, fails in seen.found for it in fails}
        kept = " and ".join(KEPT_BY[it] for it in DEPTH if it in named)
        return f"It waits: {agents(len(seen.found))} could serve it, kept from it by {kept}."
    constraint = max(counted, key=lambda it: (it not in ABSENT, counted[it], DEPTH[it]))
    return f"It waits: {_needs(seen.case, constraint, counted[constraint])}."


def _needs(case: Case, constraint: Constraint, number: int) -> str:
    hold = "holds" if number == 1 else "hold"
    return f"it needs {_wanted(case, constraint)}, and {agents(number)} {hold} everything else"


def _wanted(case: Case, constraint: Constraint) -> str:
    step = case.step
    match constraint:
        case "channel":
            return f"somebody who does {case.it.channel}"
        case "ring":
            return "a ring to open"
        case "language":
            return f"somebody with {either(step.languages)} at level {case.least}"
        case "skill":
            return f"somebody with {skills(step.skills)}"
        case "preference":
            return f"{case.preferred.agent_id if case.preferred else ''}, who is preferred"
        case "presence":
            return "somebody to sign in"
        case "hours":
            return "the hours of an agent to begin"
        case "pace":
            return "the pace of an agent to allow one more offer"
        case "capacity":
            return "somebody to get free"
        case "channel_cap":
            return f"somebody to hold fewer by {case.it.channel}"
        case "aside":
            return "the time to pass for which an agent is set aside"
