"""Why an interaction is where it is, as of one moment."""

from collections.abc import Iterator

from shared.contracts.explanation import InteractionExplained, Verdict
from switchyard.cli.sentences.base import duration, listed, moment, sentence, spaced
from switchyard.cli.sentences.needs import preferred, step
from switchyard.cli.sentences.ranks import deciding


@sentence.register
def _(event: InteractionExplained) -> str:
    binds = f" {event.binds}" if event.binds else ""
    return f"It was explained: {_place(event)}.{binds}"


def lines(event: InteractionExplained) -> Iterator[str]:
    """Where it is, what it needs, who won, what it waits for, when that changes, and the agents."""
    yield f"It is {_place(event)}."
    yield from (line for line in (_ahead(event), _needs(event), _winner(event)) if line)
    if event.binds:
        yield event.binds
    if event.changes_at_ms is not None:
        after = duration(max(0, event.changes_at_ms - event.at_ms))
        change = (event.changes or f"it changes at {moment(event.changes_at_ms)}").rstrip(".")
        yield f"Next, in {after}: {change}."
    if event.counts:
        counts = sorted(event.counts.items(), key=lambda it: (-it[1], it[0]))
        yield f"Agents: {listed(f'{number} {_said(name)}' for name, number in counts)}."
    yield from (f"  {line}" for line in verdicts(event.verdicts))
    shown, known = len(event.verdicts), sum(event.counts.values())
    if 0 < shown < known:
        yield f"  and {known - shown} more"


def verdicts(those: tuple[Verdict, ...]) -> Iterator[str]:
    """A line for each agent: the first constraint that failed."""
    width = max((len(it.agent_id) for it in those), default=0)
    for each in those:
        until = f", until {moment(each.until_ms)}" if each.until_ms is not None else ""
        said = _said(each.constraint)
        detail = f": {each.detail}" if each.detail and said not in each.detail else ""
        yield f"{each.agent_id:<{width}}  {said}{detail}{until}"


def _said(constraint: str) -> str:
    return _CONSTRAINTS.get(constraint, spaced(constraint))


def _place(event: InteractionExplained) -> str:
    queue = f" in queue {event.queue}" if event.queue else ""
    agent = f" {_WITH.get(event.state, 'with')} agent {event.agent_id}" if event.agent_id else ""
    return f"{event.state}{agent}{queue}"


def _ahead(event: InteractionExplained) -> str:
    told = []
    if event.ahead is not None:
        told.append(
            "Nobody is before it"
            if not event.ahead
            else f"About {event.ahead} before it, of those whom the same agents may serve"
        )
    if (likely := event.estimate) is not None:
        told.append(
            f"half of such wait {duration(likely.p50_s * 1000)} more, nine in ten "
            f"{duration(likely.p90_s * 1000)} at most"
        )
    return f"{'; '.join(told)}." if told else ""


def _needs(event: InteractionExplained) -> str:
    if event.requires is None:
        return ""
    which = f" (step {event.step + 1} of {len(event.steps)})" if len(event.steps) > 1 else ""
    return f"It needs {step(event.requires)}{which}.{preferred(event.preference)}"


def _winner(event: InteractionExplained) -> str:
    if event.winner is None:
        return ""
    if event.runner_up is None:
        return f"Agent {event.winner.agent_id} was the only one who could have it."
    why = deciding(event.rank_names, event.winner, event.runner_up)
    return f"Agent {event.winner.agent_id} came before {event.runner_up.agent_id}{why}."


_WITH = {"offered": "to", "assigned": "to"}
_CONSTRAINTS = {
    "channel": "not for this channel",
    "ring": "in a ring that is not open yet",
    "language": "without the language",
    "skill": "without the skill",
    "preference": "not the one who is waited for",
    "presence": "not there",
    "hours": "outside his hours",
    "pace": "as many offers as his pace allows",
    "capacity": "with full hands",
    "channel_cap": "with as much of this channel as he takes",
    "aside": "asked not long ago, in vain",
    "eligible": "could have it",
}
