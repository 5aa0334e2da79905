"""All agents of a pool seen from one interaction: how many fail by what, and who is nearest."""

from collections import Counter
from dataclasses import dataclass, field

from services.router.core.floor.languages import usable
from services.router.core.why.explain_words import either
from services.router.core.why.verdicts import (
    DEPTH,
    Case,
    Constraint,
    Person,
    all_lasting,
    failed,
    first_lasting,
    holds,
    lacking,
    people,
    steps_ahead,
)
from shared.contracts.explanation import Verdict

SHOWN = 50  # single verdicts; beyond that many agents the counts have to do


@dataclass(slots=True)
class Survey:
    """One look at everybody but the one who has it.

    able: those who could serve it at all, with him.
    found: the same without him, and with the constraints that fail for each now, in their order.
    unable: how many could not, by the first constraint that fails.
    some: a few of them, as many as may be shown.
    """

    case: Case
    able: list[Person] = field(default_factory=list)
    found: list[tuple[Person, list[Constraint]]] = field(default_factory=list)
    unable: Counter[Constraint] = field(default_factory=Counter)
    some: dict[Constraint, list[Person]] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """By the first constraint that failed, or `eligible`."""
        counted = Counter(fails[0] if fails else "eligible" for _, fails in self.found)
        counted.update(self.unable)
        return {name: counted[name] for name in (*DEPTH, "eligible") if counted[name]}

    def only(self) -> Counter[Constraint]:
        """How many hold everything but this one constraint."""
        return Counter(fails[0] for _, fails in self.found if len(fails) == 1)

    def only_lasting(self) -> Counter[Constraint]:
        """How many lack but one of the things that make an agent able to serve it."""
        lacks = (all_lasting(self.case, who) for who in people(self.case.pool))
        return Counter(fails[0] for fails in lacks if len(fails) == 1)

    def verdicts(self) -> tuple[Verdict, ...]:
        """Of at most SHOWN agents, those nearest to eligible first, then as they are configured."""
        ranked = [(who, fails[0] if fails else None) for who, fails in self.found]
        ranked += [(who, constraint) for constraint, those in self.some.items() for who in those]
        ranked.sort(key=lambda it: -len(DEPTH) if it[1] is None else -DEPTH[it[1]])
        return tuple(_verdict(self.case, who, constraint) for who, constraint in ranked[:SHOWN])


def survey(case: Case, *, without: str | None) -> Survey:
    """Look at every configured agent once; `without`: who has it gets no verdict."""
    seen = Survey(case)
    unable, some = seen.unable, seen.some
    for who in people(case.pool):
        lacks = first_lasting(case, who)
        if lacks is None:
            seen.able.append(who)
            if who.configured.id != without:
                seen.found.append((who, failed(case, who)))
        elif who.configured.id != without:
            unable[lacks] += 1
            if unable[lacks] <= SHOWN:
                some.setdefault(lacks, []).append(who)
    return seen


def _verdict(case: Case, who: Person, constraint: Constraint | None) -> Verdict:
    agent_id = who.configured.id
    if constraint is None:
        detail = "is asked at the same time" if case.it.offer_to(agent_id) is not None else ""
        return Verdict(agent_id=agent_id, constraint="eligible", detail=detail)
    return Verdict(
        agent_id=agent_id,
        constraint=constraint,
        detail=_detail(case, who, constraint),
        until_ms=until_ms(case, who, constraint),
    )


def until_ms(case: Case, who: Person, constraint: Constraint) -> int | None:
    """When time alone ends it; None: it does not, or nobody can tell."""
    agent = who.seat.agent
    match constraint:
        case "preference":
            return case.preferred.until_ms if case.preferred is not None else None
        case "hours" | "pace":
            return agent.withheld.get(constraint)
        case "aside":
            return case.it.asides[agent.id].until_ms
        case "ring" | "language" | "skill":
            return next(
                (
                    at_ms
                    for at_ms, step in steps_ahead(case.it)
                    if holds(case.under(step), who, constraint)
                ),
                None,
            )
        case _:  # an agent or the configuration ends these
            return None


def _detail(case: Case, who: Person, constraint: Constraint) -> str:
    """What it is with this agent, to be read after his name. One case per constraint."""
    plan, channel, configured = case.pool.plan, case.it.channel, who.configured
    units = plan.channel(channel).units
    match constraint:
        case "channel":
            if plan.cap(configured, channel) == 0:
                return f"does not do {channel}"
            return f"has {configured.capacity_units} units of capacity, {channel} takes {units}"
        case "ring":
            return f"is of {', '.join(configured.rings)}, not open yet"
        case "language":
            return _language_detail(case, who)
        case "skill":
            return f"lacks {' and '.join(lacking(case, who))}"
        case "preference":
            return f"only {case.preferred.agent_id if case.preferred else ''} is asked"
        case "presence":
            agent = who.seat.agent
            if agent.status == "ready":
                return f"will be {agent.next_status} when his work is done"
            return f"is {agent.status}"
        case "hours":
            return "is outside his hours"
        case "pace":
            return "has had as many offers as his pace allows"
        case "capacity":
            used, of = who.seat.in_use(channel), who.seat.capacity
            return f"has {used} of {of} units in use, {channel} takes {units}"
        case "channel_cap":
            return f"holds {who.seat.load.get(channel, 0)} by {channel}, which is his most"
        case "aside":
            return "declined or missed it"


def _language_detail(case: Case, who: Person) -> str:
    wanted = either(case.step.languages)
    if who.languages and usable(who.languages, case.it.channel, 1) & case.forms:
        return f"has {wanted} below level {case.least}"
    return f"has none of {wanted}"
