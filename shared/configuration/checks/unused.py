"""What stands in the shared files and nothing refers to: often a misspelling elsewhere."""

from collections.abc import Iterator

from shared.configuration.findings import Findings, Place
from shared.configuration.folder import Folder
from shared.configuration.shape import Steps, dotted


def check_unused(folder: Folder, findings: Findings) -> None:
    """Only when every file could be read; else a reference may stand in the unread one."""
    if not (folder.calendars and folder.sla and folder.escalation):
        return
    pools = [pool.pool for pool in folder.pools]
    if any(pool is None for pool in pools) or not all(it.agents_whole for it in folder.pools):
        return
    used_policies = {
        name
        for pool in pools
        if pool
        for name in (pool.value.default_sla_policy, *(it.sla_policy for it in pool.value.queues))
    }
    targets = [target for policy in folder.sla.value.policies for target in policy.targets]
    used_calendars = {
        *(target.calendar for target in targets),
        *(queue.hours for pool in pools if pool for queue in pool.value.queues),
        *_hours_of_agents(folder),
    }
    used_escalations = {target.escalation_policy for target in targets}
    for index, policy in enumerate(folder.sla.value.policies):
        if policy.name not in used_policies:
            place = folder.sla.at("policies", index)
            _tell(place, ("policies", index), "SLA policy", policy.name, findings)
    for index, calendar in enumerate(folder.calendars.value.calendars):
        if calendar.name not in used_calendars:
            place = folder.calendars.at("calendars", index)
            _tell(place, ("calendars", index), "calendar", calendar.name, findings)
    for index, escalation in enumerate(folder.escalation.value.policies):
        if escalation.name not in used_escalations:
            place = folder.escalation.at("policies", index)
            _tell(place, ("policies", index), "escalation policy", escalation.name, findings)


def _hours_of_agents(folder: Folder) -> Iterator[str | None]:
    for pool in folder.pools:
        for file in pool.agents:
            yield file.value.defaults.hours
            yield from (agent.hours for agent in file.value.agents)


def _tell(place: Place, steps: Steps, what: str, name: str, findings: Findings) -> None:
    problem = f"nothing uses the {what} `{name}`"
    findings.warning(place, dotted(steps), problem, "remove it, or refer to it")
