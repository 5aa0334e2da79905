"""Typed files to documents: defaults filled in, and only what the pool refers to."""

from collections.abc import Iterable
from typing import TypeVar

from shared.configuration.files import (
    CalendarsFile,
    EscalationFile,
    SlaFile,
    TargetEntry,
)
from shared.configuration.folder import PoolFolder
from shared.configuration.pool_files import AgentDefaults, AgentEntry, PoolFile
from shared.configuration.routing import (
    channel_of,
    customer_notices_of,
    pace_of,
    queue_of,
    rule_of,
    topic_of,
    unsure_language_of,
)
from shared.contracts.configuration import (
    Agent,
    Calendar,
    EscalationLevel,
    EscalationPolicy,
    PoolDocument,
    PriorityClass,
    SlaPolicy,
    SlaTarget,
)
from shared.contracts.words import Channel

T = TypeVar("T")


def pool_document(
    folder: PoolFolder, calendars: CalendarsFile, sla: SlaFile, escalation: EscalationFile
) -> PoolDocument:
    """The pool's document; its references were checked before, or lead nowhere."""
    assert folder.pool is not None
    file = folder.pool.value
    policies = _policies(file, sla)
    targets = [target for policy in policies for target in policy.targets]
    agents = agents_of(folder)
    hours = {*(it.hours for it in file.queues), *(agent.calendar for agent in agents)}
    return PoolDocument(
        pool=folder.name,
        default_language=file.default_language,
        default_queue=file.default_queue,
        queues=tuple(queue_of(it) for it in file.queues),
        skills=file.skills,
        priorities=tuple(
            PriorityClass(name=it.name, head_start_s=it.head_start, emergency=it.emergency)
            for it in file.priorities
        ),
        rules=tuple(rule_of(it) for it in file.rules),
        channels={channel: channel_of(it) for channel, it in file.channels.items()},
        agents=agents,
        strategy=file.strategy,
        rank=file.rank,
        order=file.order,
        topics=tuple(topic_of(it) for it in file.topics),
        unsure_language=unsure_language_of(file.unsure_language),
        pace=pace_of(file.pace),
        presence_lease_s=file.presence_lease,
        aside_s=file.aside,
        misses_until_away=file.misses_until_away,
        dedupe_horizon_s=file.dedupe_horizon,
        calendars=_calendars(calendars, hours | {it.calendar for it in targets}),
        sla_policies=policies,
        default_sla_policy=file.default_sla_policy,
        escalation_policies=_escalations(escalation, {it.escalation_policy for it in targets}),
        customer_notices=customer_notices_of(file.customer_notices),
    )


def agents_of(folder: PoolFolder) -> tuple[Agent, ...]:
    """All agents of the pool, in the order of their files."""
    assert folder.pool is not None
    units = {channel: it.units for channel, it in folder.pool.value.channels.items()}
    return tuple(
        _agent(entry, typed.value.defaults, units)
        for typed in folder.agents
        for entry in typed.value.agents
    )


def _agent(entry: AgentEntry, defaults: AgentDefaults, units: dict[Channel, int]) -> Agent:
    capacity = _first(entry.capacity_units, defaults.capacity_units)
    caps = _first(entry.channels, defaults.channels)
    return Agent(
        id=entry.id,
        skills=_first(entry.skills, defaults.skills),
        languages=_first(entry.languages, defaults.languages),
        capacity_units=capacity,
        channels={
            channel: _fitting(capacity, units.get(channel, 0)) if cap is None else cap
            for channel, cap in caps.items()
        },
        rings=_first(entry.rings, defaults.rings),
        interpreter=_first(entry.interpreter, defaults.interpreter),
        calendar=_first(entry.hours, defaults.hours),
        overdraft_units=_first(entry.overdraft_units, defaults.overdraft_units),
    )


def _first(given: T | None, default: T) -> T:
    return default if given is None else given


def _fitting(capacity_units: int, units: int) -> int:
    """How many of a channel fit; one where they take no capacity, for nothing else bounds them."""
    return capacity_units // units if units else 1


def _policies(file: PoolFile, sla: SlaFile) -> tuple[SlaPolicy, ...]:
    wanted = {file.default_sla_policy, *(queue.sla_policy for queue in file.queues)}
    return tuple(
        SlaPolicy(name=it.name, targets=tuple(target(entry) for entry in it.targets))
        for it in sla.policies
        if it.name in wanted
    )


def target(entry: TargetEntry) -> SlaTarget:
    """`met_by` defaults to the reply for the first reply, and to the close for the resolution."""
    return SlaTarget(
        metric=entry.metric,
        channels=entry.channels,
        topics=entry.topics,
        priorities=entry.priorities,
        open_s=entry.within.get("open_s"),
        business_days=entry.within.get("business_days"),
        calendar_days=entry.within.get("calendar_days"),
        calendar=entry.calendar,
        met_by=entry.met_by or ("reply" if entry.metric == "first_reply" else "close"),
        escalation_policy=entry.escalation_policy,
    )


def _calendars(file: CalendarsFile, wanted: Iterable[str | None]) -> tuple[Calendar, ...]:
    return tuple(
        Calendar.model_validate(
            {
                "name": it.name,
                "timezone": it.timezone,
                "week": it.week,
                "holidays": it.holidays,
                "dated": it.dated,
            }
        )
        for it in file.calendars
        if it.name in wanted
    )


def _escalations(
    file: EscalationFile, wanted: Iterable[str | None]
) -> tuple[EscalationPolicy, ...]:
    return tuple(
        EscalationPolicy(
            name=it.name,
            levels=tuple(
                EscalationLevel(after_s=level.after, people=level.people, method=level.method)
                for level in it.levels
            ),
            rounds=it.rounds,
            round_s=it.round_length,
        )
        for it in file.policies
        if it.name in wanted
    )
