"""Plain words for explanations: times, numbers of agents, languages."""

from collections.abc import Sequence
from datetime import UTC, datetime

from services.router.core.plan import INTERPRETER


def moment(at_ms: int, now: int) -> str:
    """The time of day, with the date where it is another day than now's. UTC."""
    at, today = (datetime.fromtimestamp(ms // 1000, UTC) for ms in (at_ms, now))
    return f"{at:%H:%M:%S} UTC" if at.date() == today.date() else f"{at:%Y-%m-%d %H:%M:%S} UTC"


def agents(number: int) -> str:
    return "1 agent" if number == 1 else f"{number} agents"


def either(languages: Sequence[str]) -> str:
    return " or ".join("an interpreter" if it == INTERPRETER else it for it in languages)


def speakers(languages: Sequence[str]) -> str:
    spoken = [it for it in languages if it != INTERPRETER]
    said = [f"somebody who speaks {' or '.join(spoken)}"] if spoken else []
    return " or ".join([*said, "an interpreter"] if INTERPRETER in languages else said)


def skills(needed: Sequence[tuple[str, int]]) -> str:
    return " and ".join(f"{skill} at level {level}" for skill, level in needed)
