"""Can somebody serve it? Queues, rules and languages that no agent of the pool could ever take."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.configuration.findings import Findings
from shared.configuration.folder import PoolFolder
from shared.configuration.languages import fallbacks
from shared.configuration.shape import Report
from shared.contracts.configuration import (
    Agent,
    ChannelSettings,
    LanguageLevel,
    PoolDocument,
)
from shared.contracts.interactions import SkillNeed
from shared.contracts.words import Channel


@dataclass(frozen=True, slots=True)
class _Profile:
    """What agents have in common; a large pool has few profiles."""

    skills: frozenset[tuple[str, int]]
    languages: frozenset[str]  # those that suffice in some channel that the agent takes


def check_coverage(folder: PoolFolder, document: PoolDocument, findings: Findings) -> None:
    """Every queue and rule against every language of the pool.

    The languages are the default one and all that the pool's agents speak. The default must be
    served everywhere, for undetected contacts get it; others are warnings.
    """
    file = folder.pool
    assert file is not None
    if not document.agents:
        remedy = "add agents.yaml, agents.csv or agents/*.yaml"
        findings.warning(file.node, "", f"pool `{folder.name}` has no agents", remedy)
        return
    profiles = {_profile(agent, document) for agent in document.agents}
    spoken = {tag for agent in document.agents for tag in agent.languages}
    report = Report(file, findings)
    for index, queue in enumerate(document.queues):
        tags = sorted({document.default_language, *spoken})
        unserved = [tag for tag in tags if not _served(profiles, queue.skills, tag)]
        if len(unserved) == len(tags):
            problem = f"no agent can serve queue `{queue.name}`"
            remedy = "give an agent its skills, a language and a channel, each at its level"
            report.error(("queues", index), problem, remedy)
            continue
        for tag in unserved:
            problem = f"no agent can serve queue `{queue.name}` in `{tag}`"
            if tag == document.default_language:
                remedy = "it is the default language: give an agent the skills and the language"
                report.error(("queues", index), problem, remedy)
            else:
                remedy = "give an agent the skills and the language; until then such are parked"
                report.warning(("queues", index), problem, remedy)
    _check_rules(report, document, profiles)
    _check_backups(report, document)


def _check_rules(report: Report, document: PoolDocument, profiles: set[_Profile]) -> None:
    """What a rule adds to its queue; a queue that nobody can serve is told already."""
    needs = {queue.name: queue.skills for queue in document.queues}
    for index, rule in enumerate(document.rules):
        tags = rule.when.get("language", (document.default_language,))
        for tag in tags:
            of_queue = needs.get(rule.queue, ())
            if rule.when.get("language") is None and not _served(profiles, of_queue, tag):
                continue
            if not _served(profiles, (*of_queue, *rule.skills), tag):
                problem = f"no agent can serve what rule `{rule.name}` sends, in `{tag}`"
                remedy = "give an agent the skills of queue and rule, and the language"
                report.warning(("rules", index), problem, remedy)


def _check_backups(report: Report, document: PoolDocument) -> None:
    """A backup that nobody takes receives no contact: the router passes it over."""
    served = {
        channel
        for channel in document.channels
        if any(_takes(agent, channel, document) for agent in document.agents)
    }
    for channel, settings in document.channels.items():
        for index, backup in enumerate(settings.backups):
            if backup not in served:
                problem = f"no agent of the pool can serve the backup `{backup}`"
                remedy = f"give agents the channel `{backup}` and a language for it"
                report.warning(("channels", channel, "backups", index), problem, remedy)


def _takes(agent: Agent, channel: Channel, document: PoolDocument) -> bool:
    return any(
        _suffices(agent, level, channel, document.channels[channel])
        for level in agent.languages.values()
    )


def _profile(agent: Agent, document: PoolDocument) -> _Profile:
    return _Profile(
        skills=frozenset(agent.skills.items()),
        languages=frozenset(
            tag
            for tag, level in agent.languages.items()
            if any(
                _suffices(agent, level, channel, settings)
                for channel, settings in document.channels.items()
            )
        ),
    )


def _suffices(
    agent: Agent, level: LanguageLevel, channel: Channel, settings: ChannelSettings
) -> bool:
    return (
        (level.spoken if channel == "voice" else level.written)
        >= max(1, settings.min_language_level)  # level 0: not at all
        and agent.channels.get(channel, 0) > 0
        and agent.capacity_units >= settings.units
    )


def _served(profiles: Iterable[_Profile], needs: Iterable[SkillNeed], tag: str) -> bool:
    wanted = fallbacks(tag)
    needed = tuple(needs)
    return any(
        not profile.languages.isdisjoint(wanted) and _skilled(profile, needed)
        for profile in profiles
    )


def _skilled(profile: _Profile, needs: Iterable[SkillNeed]) -> bool:
    levels = dict(profile.skills)
    return all(levels.get(need.skill, 0) >= need.level for need in needs)
