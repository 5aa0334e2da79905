"""Queues, rules, topics and channels: from what stands in pool.yaml to the contract."""

from shared.configuration.needs import NeedEntry
from shared.configuration.pool_files import (
    ChannelEntry,
    CustomerNoticesEntry,
    PaceEntry,
    QueueEntry,
    RuleEntry,
    TopicEntry,
    UnsureLanguageEntry,
)
from shared.contracts.configuration import (
    ChannelSettings,
    CustomerNotices,
    LanguageNeed,
    Pace,
    Queue,
    RingOpening,
    RoutingRule,
    TopicRule,
    UnsureLanguage,
)
from shared.contracts.interactions import SkillNeed


def queue_of(entry: QueueEntry) -> Queue:
    overflow = entry.overflow
    return Queue(
        name=entry.name,
        skills=needs_of(entry.skills),
        expires_after_s=entry.expires_after,
        sla_policy=entry.sla_policy,
        language_needs=tuple(
            LanguageNeed(level=it.level, drops_after_s=it.drops_after)
            for it in entry.language_level or ()
        ),
        other_languages_after_s=entry.other_languages_after,
        interpreters_after_s=entry.interpreters_after,
        rings=tuple(RingOpening(ring=name, after_s=s) for name, s in entry.rings.items()),
        skip_empty_steps=entry.skip_empty_steps,
        prefer_s=entry.prefer,
        prefer_last_agent=entry.prefer_last_agent,
        offers_at_once=entry.offers_at_once,
        max_waiting=entry.max_waiting,
        overflow_to=overflow.to if overflow else None,
        overflow_after_s=overflow.after if overflow else None,
        calendar=entry.hours,
        when_closed=entry.when_closed,
        handle_time_s=entry.handle_time,
    )


def rule_of(entry: RuleEntry) -> RoutingRule:
    return RoutingRule(
        name=entry.name,
        when=entry.when,
        queue=entry.queue,
        skills=needs_of(entry.skills),
        priority=entry.priority,
        prefer_agent=entry.prefer_agent,
    )


def topic_of(entry: TopicEntry) -> TopicRule:
    return TopicRule(topic=entry.topic, keywords=entry.keywords, skills=needs_of(entry.skills))


def channel_of(entry: ChannelEntry) -> ChannelSettings:
    return ChannelSettings(
        units=entry.units,
        offer_expires_s=entry.offer_expires,
        wrap_up_s=entry.wrap_up,
        presence_grace_s=entry.presence_grace,
        auto_accept=entry.auto_accept,
        min_language_level=entry.min_language_level,
        wrap_up_extension_s=entry.wrap_up_extension,
        interruptible=entry.interruptible,
        idle_after_s=entry.idle_after,
        backups=entry.backups,
    )


def unsure_language_of(entry: UnsureLanguageEntry | None) -> UnsureLanguage | None:
    if entry is None:
        return None
    return UnsureLanguage(queue=entry.queue, below_permille=entry.below)


def pace_of(entry: PaceEntry | None) -> Pace | None:
    if entry is None:
        return None
    return Pace(offers=entry.offers, per_s=entry.per, channels=entry.channels)


def customer_notices_of(entry: CustomerNoticesEntry) -> CustomerNotices:
    return CustomerNotices(receipt=entry.receipt, longer_wait=entry.longer_wait)


def needs_of(skills: dict[str, tuple[NeedEntry, ...]]) -> tuple[SkillNeed, ...]:
    """Each skill's ladder, in the order of the file."""
    return tuple(
        SkillNeed(skill=name, level=it.level, drops_after_s=it.drops_after)
        for name, ladder in skills.items()
        for it in ladder
    )
