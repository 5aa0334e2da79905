"""What an interaction requires, as people say it; and what changes about that."""

from collections.abc import Sequence

from shared.contracts.routing import (
    CallbackPromised,
    InteractionChanged,
    InteractionWidened,
    Preference,
    Routing,
    Step,
)
from switchyard.cli.sentences.base import because, duration, listed, moment, sentence, spaced
from switchyard.cli.sentences.interactions import skills

_INTERPRETER = "@interpreter"


@sentence.register
def _(event: InteractionWidened) -> str:
    why = {
        "waited": "it has waited long enough",
        "nobody_there": "nobody of those who were asked for has signed in",
        "nobody_exists": "nobody is configured who could do what was asked for",
    }[event.why]
    if event.let_go is not None:
        over = "it has waited long enough" if event.why == "waited" else "he is not there"
        return f"Agent {event.let_go} is not waited for any longer, for {over}: others may have it."
    return f"More agents may serve it, by step {event.step + 1} of its needs, for {why}."


@sentence.register
def _(event: InteractionChanged) -> str:
    changed = listed(spaced(name) for name in event.changed) or "nothing that matters"
    return (
        f"{event.actor} changed {changed}: it belongs to queue {event.routing.queue} with priority "
        f"{event.routing.priority}. {required(event.routing)}{because(event.reason)}"
    )


@sentence.register
def _(event: CallbackPromised) -> str:
    if event.not_before_ms is None:
        return "The customer need not stay: he is called when it is his turn."
    before = moment(event.not_before_ms)
    return f"The customer need not stay: he is called when it is his turn, not before {before}."


def required(routing: Routing) -> str:
    """A sentence: what it needs now, and that it asks for less later."""
    now = Step(
        after_s=0,
        languages=(routing.language, *routing.other_languages),
        language_level=routing.language_level,
        skills=routing.skills,
    )
    return f"It needs {step(routing.steps[0] if routing.steps else now)}." + asks_less(
        routing.steps
    )


def step(needs: Step) -> str:
    """`he at level 3 or with an interpreter, billing (level 2), from ring second-line too`."""
    languages = [tag for tag in needs.languages if tag != _INTERPRETER]
    spoken = " or ".join(languages)
    if needs.language_level:
        spoken += f" at level {needs.language_level}"
    if _INTERPRETER in needs.languages:
        spoken += " or an interpreter"
    rings = f"also from {listed(f'ring {ring}' for ring in needs.rings)}" if needs.rings else ""
    return ", ".join(part for part in (spoken, skills(needs.skills), rings) if part)


def asks_less(steps: Sequence[Step]) -> str:
    """A sentence with a space before it; nothing where needs never change."""
    if len(steps) < 2:
        return ""
    after = listed(duration(it.after_s * 1000) for it in steps[1:])
    return f" It asks for less after {after}."


def preferred(preference: Preference | None) -> str:
    """The same for a preferred agent."""
    if preference is None:
        return ""
    until = moment(preference.until_ms)
    return f" Until {until} only agent {preference.agent_id} is asked, unless he leaves."
