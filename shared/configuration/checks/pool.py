"""One pool: names stand once, references lead somewhere, rules can be reached."""

from collections.abc import Collection

from shared.configuration.checks.conditions import check_when
from shared.configuration.checks.shadowed import check_shadowed
from shared.configuration.checks.sticky import ATTRIBUTE
from shared.configuration.files import CalendarsFile, SlaFile
from shared.configuration.findings import Findings, suggest
from shared.configuration.folder import PoolFolder
from shared.configuration.pool_files import PoolFile
from shared.configuration.shape import Report, Steps, Typed
from shared.contracts.customers import CARRIED


def check_pool(
    folder: PoolFolder,
    sla: Typed[SlaFile] | None,
    calendars: Typed[CalendarsFile] | None,
    findings: Findings,
) -> None:
    """What pool.yaml and the shared files say, without a look at what agents can do."""
    assert folder.pool is not None
    value, report = folder.pool.value, Report(folder.pool, findings)
    if value.pool not in (None, folder.name):
        problem = f"the pool says `{value.pool}`, its folder `{folder.name}`"
        report.error(("pool",), problem, "make them equal")
    report.unique("queues", (it.name for it in value.queues))
    report.unique("rules", (it.name for it in value.rules))
    report.unique("priorities", (it.name for it in value.priorities))
    report.unique("topics", (it.topic for it in value.topics), key="topic")
    hours = [it.name for it in calendars.value.calendars] if calendars else None
    _check_queues(report, value, hours)
    agents = {it.id for file in folder.agents for it in file.value.agents}
    _check_rules(report, value, agents if folder.agents_whole else None)
    for index, topic in enumerate(value.topics):
        _check_skills(report, ("topics", index, "skills"), topic.skills, value.skills)
    _check_choice(report, value)
    _check_backups(report, value)
    _check_customer_notices(report, value)
    if sla:
        _check_policies(report, value, sla)
        _check_priorities_of_targets(Report(sla, findings), value, folder.name, sla.value)


def _check_queues(report: Report, pool: PoolFile, hours: list[str] | None) -> None:
    """`hours`: names of the calendars; None: they could not be read."""
    queues = [it.name for it in pool.queues]
    report.known(("default_queue",), "queue", pool.default_queue, queues)
    if pool.unsure_language:
        at = ("unsure_language", "queue")
        report.known(at, "queue", pool.unsure_language.queue, queues)
    for index, queue in enumerate(pool.queues):
        steps: Steps = ("queues", index)
        _check_skills(report, (*steps, "skills"), queue.skills, pool.skills)
        if hours is not None:
            report.known((*steps, "hours"), "calendar", queue.hours, hours)
        if queue.overflow and queue.overflow.to == queue.name:
            problem = f"queue `{queue.name}` flows over into itself"
            report.error((*steps, "overflow", "to"), problem, "name another queue")
        elif queue.overflow:
            report.known((*steps, "overflow", "to"), "queue", queue.overflow.to, queues)


def _check_rules(report: Report, pool: PoolFile, agents: Collection[str] | None) -> None:
    """`agents`: ids of all of them; None: some could not be read."""
    queues = [it.name for it in pool.queues]
    priorities = [it.name for it in pool.priorities]
    for index, rule in enumerate(pool.rules):
        steps: Steps = ("rules", index)
        report.known((*steps, "queue"), "queue", rule.queue, queues)
        _check_skills(report, (*steps, "skills"), rule.skills, pool.skills)
        report.known((*steps, "priority"), "priority", rule.priority, priorities)
        named = rule.prefer_agent is not None and not rule.prefer_agent.startswith(ATTRIBUTE)
        if named and agents is not None:
            report.known((*steps, "prefer_agent"), "agent", rule.prefer_agent, agents)
        check_when(report, (*steps, "when"), rule, pool)
    check_shadowed(report, pool.rules)


def _check_choice(report: Report, pool: PoolFile) -> None:
    """How agents are chosen, and how often they are asked."""
    for index, name in enumerate(pool.rank):
        if name in pool.rank[:index]:
            report.error(("rank", index), f"`{name}` stands twice", "remove one of them")
    for index, channel in enumerate(pool.pace.channels if pool.pace else ()):
        report.known(("pace", "channels", index), "channel", channel, pool.channels)


def _check_backups(report: Report, pool: PoolFile) -> None:
    """Two channels may be each other's backups: one that is down is passed over."""
    for channel, entry in pool.channels.items():
        for index, backup in enumerate(entry.backups):
            at: Steps = ("channels", channel, "backups", index)
            if backup == channel:
                report.error(at, f"`{channel}` is its own backup", "name another channel")
            elif backup not in pool.channels:
                problem = f"the pool has no channel `{backup}`"
                report.error(at, problem, suggest(backup, pool.channels.keys() - {channel}))
            elif backup in entry.backups[:index]:
                report.warning(at, f"`{backup}` stands twice", "remove one of them")


def _check_customer_notices(report: Report, pool: PoolFile) -> None:
    """They go out by the contact's own channel, so one must lead back to the customer."""
    notices = pool.customer_notices
    for index, channel in enumerate(notices.receipt):
        at: Steps = ("customer_notices", "receipt", index)
        if channel not in CARRIED:
            problem = f"customers cannot be told by `{channel}` yet"
            report.error(at, problem, f"keep those of {', '.join(CARRIED)}")
        else:
            report.known(at, "channel", channel, pool.channels)
        if channel in notices.receipt[:index]:
            report.warning(at, f"`{channel}` stands twice", "remove one of them")
    if notices.longer_wait and not notices.receipt:
        problem = "nobody is told how long it takes, so nobody hears that it takes longer"
        remedy = "name channels in `receipt`, or remove it"
        report.warning(("customer_notices", "longer_wait"), problem, remedy)


def _check_policies(report: Report, pool: PoolFile, sla: Typed[SlaFile]) -> None:
    policies = [it.name for it in sla.value.policies]
    report.known(("default_sla_policy",), "SLA policy", pool.default_sla_policy, policies)
    for index, queue in enumerate(pool.queues):
        report.known(("queues", index, "sla_policy"), "SLA policy", queue.sla_policy, policies)


def _check_priorities_of_targets(report: Report, pool: PoolFile, name: str, sla: SlaFile) -> None:
    """Policies are shared, priorities are the pool's own."""
    used = {pool.default_sla_policy, *(it.sla_policy for it in pool.queues)}
    known = [it.name for it in pool.priorities]
    for index, policy in enumerate(sla.policies):
        for number, target in enumerate(policy.targets if policy.name in used else ()):
            for position, priority in enumerate(target.priorities):
                if priority not in known:
                    steps = ("policies", index, "targets", number, "priorities", position)
                    problem = f"pool `{name}` uses this policy and has no priority `{priority}`"
                    report.error(steps, problem, suggest(priority, known))


def _check_skills(
    report: Report, steps: Steps, needed: Collection[str], known: Collection[str]
) -> None:
    for skill in needed:
        report.known((*steps, skill), "skill", skill, known)
