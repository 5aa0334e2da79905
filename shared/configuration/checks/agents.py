"""The agents of a pool: ids, skills and channels that exist."""

from shared.configuration.files import CalendarsFile
from shared.configuration.findings import Findings, suggest
from shared.configuration.folder import PoolFolder
from shared.configuration.pool_files import AgentDefaults, AgentEntry, PoolFile
from shared.configuration.shape import Report, Steps, Typed
from shared.configuration.tree import Node

Seen = dict[str, tuple[str, Node]]  # agent id to its pool and place


def check_agents(
    folder: PoolFolder, calendars: Typed[CalendarsFile] | None, seen: Seen, findings: Findings
) -> None:
    """`seen`: the agents of the pools before, for an agent belongs to one pool. Is added to."""
    assert folder.pool is not None
    hours = [it.name for it in calendars.value.calendars] if calendars else None
    for file in folder.agents:
        report = Report(file, findings)
        _check_words(report, ("defaults",), file.value.defaults, folder.pool.value)
        _check_hours(report, ("defaults",), file.value.defaults.hours, hours)
        for index, agent in enumerate(file.value.agents):
            steps: Steps = ("agents", index)
            if agent.id in seen:
                pool, first = seen[agent.id]
                in_pool = "" if pool == folder.name else f" in pool `{pool}`"
                where = f"{first.file}:{first.line}"
                problem = f"agent `{agent.id}` stands twice, first{in_pool} at {where}"
                remedy = "an agent belongs to one pool: remove one of them"
                report.error((*steps, "id"), problem, remedy)
            else:
                seen[agent.id] = (folder.name, file.at(*steps, "id"))
            _check_words(report, steps, agent, folder.pool.value)
            _check_hours(report, steps, agent.hours, hours)


def _check_hours(report: Report, steps: Steps, name: str | None, known: list[str] | None) -> None:
    if known is not None:
        report.known((*steps, "hours"), "calendar", name, known)


def _check_words(
    report: Report, steps: Steps, entry: AgentEntry | AgentDefaults, pool: PoolFile
) -> None:
    for skill in entry.skills or ():
        report.known((*steps, "skills", skill), "skill", skill, pool.skills)
    for channel in entry.channels or ():
        if channel not in pool.channels:
            problem = f"the pool has no channel `{channel}`"
            remedy = suggest(channel, pool.channels)
            report.error((*steps, "channels", channel), problem, remedy, on_key=True)
