"""One pool: names stand once, references lead somewhere, rules can be reached."""

from collections.abc import Collection

from shared.configuration.files import PoolFile, RuleEntry, SlaFile
from shared.configuration.findings import Findings, suggest
from shared.configuration.folder import PoolFolder
from shared.configuration.languages import canonical_tag
from shared.configuration.shape import Report, Steps, Typed
from shared.contracts.words import CHANNELS

_FIELDS = ("channel", "topic", "language", "priority", "customer")


def check_pool(folder: PoolFolder, sla: Typed[SlaFile] | None, findings: Findings) -> None:
    assert folder.pool is not None
    value, report = folder.pool.value, Report(folder.pool, findings)
    if value.pool not in (None, folder.name):
        problem = f"the pool says `{value.pool}`, its folder `{folder.name}`"
        report.error(("pool",), problem, "make them equal")
    report.unique("queues", (it.name for it in value.queues))
    report.unique("rules", (it.name for it in value.rules))
    report.unique("priorities", (it.name for it in value.priorities))
    queues = [it.name for it in value.queues]
    report.known(("default_queue",), "queue", value.default_queue, queues)
    for index, queue in enumerate(value.queues):
        _check_skills(report, ("queues", index, "skills"), queue.skills, value.skills)
    for index, rule in enumerate(value.rules):
        report.known(("rules", index, "queue"), "queue", rule.queue, queues)
        _check_skills(report, ("rules", index, "skills"), rule.skills, value.skills)
        priorities = [it.name for it in value.priorities]
        report.known(("rules", index, "priority"), "priority", rule.priority, priorities)
        _check_when(report, ("rules", index, "when"), rule, value)
        _check_reached(report, index, value.rules)
    _check_backups(report, value)
    if sla:
        _check_policies(report, value, sla)
        _check_priorities_of_targets(Report(sla, findings), value, folder.name, sla.value)


def _check_when(report: Report, steps: Steps, rule: RuleEntry, pool: PoolFile) -> None:
    priorities = [it.name for it in pool.priorities]
    for name, words in rule.when.items():
        if name not in _FIELDS and not name.startswith("attributes."):
            remedy = suggest(name, [*_FIELDS, "attributes.<name>"])
            problem = f"a rule cannot look at `{name}`"
            report.error((*steps, name), problem, remedy, on_key=True)
        for number, word in enumerate(words):
            at = (*steps, name, number)
            match name:
                case "channel":
                    _check_channel(report, at, word, pool)
                case "priority":
                    report.known(at, "priority", word, priorities)
                case "language" if canonical_tag(word) != word:
                    tag = canonical_tag(word)
                    remedy = f"write `{tag}`" if tag else "write a BCP 47 tag such as en or pt-BR"
                    report.error(at, f"`{word}` is not a language tag", remedy)
                case _:
                    pass  # topics, customers and attributes are the sender's words


def _check_channel(report: Report, at: Steps, word: str, pool: PoolFile) -> None:
    report.known(at, "channel", word, CHANNELS)
    if word in CHANNELS and word not in pool.channels:
        problem = f"the pool has no channel `{word}`"
        report.error(at, problem, suggest(word, pool.channels))


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


def _check_reached(report: Report, index: int, rules: tuple[RuleEntry, ...]) -> None:
    """First match wins, so a rule whose every match an earlier one takes is dead."""
    rule = rules[index]
    for earlier in rules[:index]:
        if all(
            name in rule.when and set(rule.when[name]) <= set(words)
            for name, words in earlier.when.items()
        ):
            problem = f"rule `{rule.name}` is never reached: `{earlier.name}` matches first"
            report.error(("rules", index), problem, "move it up, or remove it")
            return


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
