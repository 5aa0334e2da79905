"""When time alone changes something next for an interaction, and what that will be."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import UNSET

from services.router.core.model import Step
from services.router.core.timers import Due, Timer
from services.router.core.why.explain_agents import Survey, until_ms
from services.router.core.why.explain_words import agents, moment, speakers
from services.router.core.why.verdicts import (
    Case,
    Person,
    failed,
    first_lasting,
    is_there,
    people,
    steps_ahead,
)


class Change(NamedTuple):
    at_ms: int
    told: str


def next_change(seen: Survey) -> Change | None:
    """The first of all that is due for it, or for an agent who could have it but for that."""
    found = [*_due(seen), *_of_queue(seen.case), *_of_agents(seen)]
    ahead = [it for it in found if it.at_ms > seen.case.now]
    return min(ahead, default=None)


def _due(seen: Survey) -> Iterator[Change]:
    """Its own timers; a step is told with those whom it brings."""
    case = seen.case
    for timer in case.pool.timers(case.it):
        if timer.what in (Due.ASIDE, Due.LONGER_WAIT) or not case.pool.is_valid(timer):
            # An aside matters only for one who could have it otherwise; what its customer is told
            # changes nothing of where it is.
            continue
        if timer.what is Due.STEP:
            yield from _next_step(case, timer.at_ms)
        else:
            yield Change(timer.at_ms, f"{_said(case, timer)} at {moment(timer.at_ms, case.now)}")


def _of_queue(case: Case) -> Iterator[Change]:
    """Its queue flows over after a while, opens or closes."""
    it, pool = case.it, case.pool
    if it.status == "waiting" and it.overflows_at_ms is not UNSET:
        told = f"it flows over to another queue at {moment(it.overflows_at_ms, case.now)}"
        yield Change(it.overflows_at_ms, told)
    queue, at_ms = pool.plan.queues.get(it.queue), pool.entity.hours.get(it.queue)
    if at_ms is None or queue is None or queue.when_closed == "wait":
        return
    is_closed = it.queue in pool.entity.closed
    if it.status == "waiting" or (is_closed and it.parked_why == "closed"):
        does = "opens" if is_closed else "closes"
        yield Change(at_ms, f"queue {it.queue} {does} at {moment(at_ms, case.now)}")


def _said(case: Case, timer: Timer) -> str:
    preferred = case.preferred.agent_id if case.preferred is not None else ""
    return SAID[timer.what].format(agent=timer.agent_id or case.it.agent_id or preferred)


SAID: Mapping[Due, str] = {  # of all that may be due for one interaction
    Due.OFFER: "the offer to {agent} runs out",
    Due.PRESENCE_GRACE: "it waits again, if {agent} is not back,",
    Due.IDLE: "it idles, if nobody writes,",
    Due.EXPIRY: "it expires",
    Due.PREFERENCE: "others than {agent} may have it",
    Due.RESUME: "it waits again",
}


def _of_agents(seen: Survey) -> Iterator[Change]:
    """What ends by itself for one who holds everything else."""
    case = seen.case
    if case.it.status != "waiting":
        return
    for who, fails in seen.found:
        if len(fails) != 1:
            continue
        name = who.configured.id
        match fails[0]:
            case "hours" | "pace" | "aside" as constraint:
                at_ms = until_ms(case, who, constraint)
                if at_ms is not None:
                    yield Change(at_ms, f"{AGAIN[constraint]} {name} at {moment(at_ms, case.now)}")
            case "capacity" | "channel_cap":
                yield from _offer_of(case, who)
            case _:
                pass


AGAIN: Mapping[str, str] = {
    "hours": "the hours begin of",
    "pace": "the pace allows one more offer to",
    "aside": "it may be offered again to",
}


def _offer_of(case: Case, who: Person) -> Iterator[Change]:
    """He is asked for something else: should he not answer, he has room."""
    for id_ in who.seat.offered:
        other = case.pool.interactions[id_].offer_to(who.configured.id)
        if other is not None:
            at = moment(other.expires_at_ms, case.now)
            told = f"an offer of another interaction to {who.configured.id} runs out at {at}"
            yield Change(other.expires_at_ms, told)


def _next_step(case: Case, at_ms: int) -> Iterator[Change]:
    for when_ms, step in steps_ahead(case.it):
        if when_ms == at_ms:
            told = f"{_opened(case.step, step)} at {moment(at_ms, case.now)}; {_gained(case, step)}"
            yield Change(at_ms, told)
            return


def _opened(now: Step, then: Step) -> str:
    """What the later step asks less."""
    kept = dict(then.skills)
    rings = [it for it in then.rings if it not in now.rings]
    languages = [it for it in then.languages if it not in now.languages]
    dropped = [skill for skill, level in now.skills if kept.get(skill, 0) < level]
    said = []
    if rings:
        said.append(f"opens to ring {' and '.join(rings)}")
    if languages:
        said.append(f"may be served by {speakers(languages)}")
    if dropped:
        said.append(f"asks less of {' and '.join(dropped)}")
    if then.language_level < now.language_level:
        said.append("asks less of the language")
    return ", ".join(said) or "asks less"


def _gained(case: Case, step: Step) -> str:
    """Who can serve it then, and not now, and whether they could take it if that were now."""
    then = case.under(step)
    new = [
        who
        for who in people(case.pool)
        if first_lasting(then, who) is None and first_lasting(case, who) is not None
    ]
    if not new:
        return "nobody more qualifies"
    free = sum(not failed(then, who) for who in new)
    if free:
        how = f"{free} of them free now" if len(new) > 1 else "who is free now"
    elif any(is_there(then, who) for who in new):
        how = "all busy" if len(new) > 1 else "who is busy"
    else:
        how = "none of them there" if len(new) > 1 else "who is not there"
    return f"{agents(len(new))} more {'qualify' if len(new) > 1 else 'qualifies'}, {how}"
