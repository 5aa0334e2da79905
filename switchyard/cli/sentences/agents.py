"""What the router decided about agents and the hours of queues, and what changed their skills."""

from collections.abc import Mapping

from shared.contracts.agents import (
    AgentSkillsRequested,
    LanguageSkill,
    WrapUpExtensionRequested,
)
from shared.contracts.presence import AgentChanged, AgentSkillsChanged, AgentWithheld, LeasesRenewed
from shared.contracts.routing import QueueHoursChanged
from switchyard.cli.sentences.base import because, listed, moment, sentence


@sentence.register
def _(event: AgentChanged) -> str:
    reason = {
        "reported": "as the agent said",
        "lease_lapsed": "because nothing was heard of the agent",
        "missed_offers": "because the agent missed offers",
        "removed_from_config": "because the agent is in the configuration no longer",
        "work_done": "for the work that was left is done",
    }[event.reason]
    after = ""
    if event.next_status is not None:
        after = f" Nothing new comes; when the work is done, the status is {event.next_status}."
    return f"Agent {event.agent_id} is {event.status}, {reason}.{after}"


@sentence.register
def _(event: AgentWithheld) -> str:
    if not event.withheld:
        over = {"pace": "his pace allows it", "hours": "his hours have begun"}[event.why]
        return f"Agent {event.agent_id} may be asked again: {over}."
    why = {"pace": "he has had as many offers as his pace allows", "hours": "his hours are over"}
    until = f", until {moment(event.until_ms)}" if event.until_ms is not None else ""
    return f"Agent {event.agent_id} is not asked{until}: {why[event.why]}."


@sentence.register
def _(event: AgentSkillsRequested) -> str:
    wanted = abilities(event.skills, event.languages) or "as configured"
    return (
        f"{event.actor} asked that agent {event.agent_id} serve: {wanted}.{because(event.reason)}"
    )


@sentence.register
def _(event: AgentSkillsChanged) -> str:
    now = abilities(event.skills, event.languages)
    if not now:
        told = f"Agent {event.agent_id} serves what is configured again, by {event.actor}."
    else:
        told = f"Agent {event.agent_id} serves what {event.actor} says: {now}."
    return told + because(event.reason)


def abilities(
    skills: Mapping[str, int] | None, languages: Mapping[str, LanguageSkill] | None
) -> str:
    """Skills and languages with their levels; what is None is as configured, and not named."""
    parts = []
    if skills is not None:
        parts.append(
            listed(f"{name} (level {level})" for name, level in skills.items()) or "no skill"
        )
    if languages is not None:
        told = (
            f"{tag} (spoken {it.spoken}, written {it.written})" for tag, it in languages.items()
        )
        parts.append(listed(told) or "no language")
    return "; ".join(parts)


@sentence.register
def _(event: WrapUpExtensionRequested) -> str:
    return f"Agent {event.agent_id} asked for more time to wrap up.{because(event.reason)}"


@sentence.register
def _(event: QueueHoursChanged) -> str:
    until = f", until {moment(event.until_ms)}" if event.until_ms is not None else ""
    return f"Queue {event.queue} {'opened' if event.open else 'closed'} by its calendar{until}."


@sentence.register
def _(event: LeasesRenewed) -> str:
    return f"The presence of {len(event.agent_ids)} agents was renewed."
