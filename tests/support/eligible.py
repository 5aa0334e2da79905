"""Who may serve an interaction in one of its steps, the slow and plain way."""

from typing import Protocol

from shared.contracts.configuration import Agent

Skills = tuple[tuple[str, int], ...]


class Asked(Protocol):
    """A step as the router keeps it."""

    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def language_level(self) -> int: ...
    @property
    def skills(self) -> Skills: ...
    @property
    def rings(self) -> tuple[str, ...]: ...


def may_serve(agent: Agent, step: Asked) -> bool:
    """In writing, as the words of the contract say it. Tags have no regions here."""
    interpreted = "@interpreter" in step.languages and agent.interpreter
    least = max(1, step.language_level)
    return (
        (not agent.rings or bool(set(agent.rings) & set(step.rings)))
        and all(agent.skills.get(skill, 0) >= level for skill, level in step.skills)
        and (
            interpreted
            or any(
                tag in agent.languages and agent.languages[tag].written >= least
                for tag in step.languages
            )
        )
    )
