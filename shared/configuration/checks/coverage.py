"""Can somebody serve it? Steps of queues, rules and topics that no configured agent satisfies."""

from collections.abc import Iterable

from shared.configuration.checks.gaps import Gap, Served, first_served, gaps
from shared.configuration.checks.ladder import ladder
from shared.configuration.checks.places import Places
from shared.configuration.checks.staff import Staff
from shared.configuration.checks.ways import ways_of
from shared.configuration.checks.words_of_rules import (
    could_be,
    could_be_language,
    is_plain,
)
from shared.configuration.languages import fallbacks
from shared.configuration.shape import Steps
from shared.contracts.configuration import PoolDocument, Queue, RoutingRule, TopicRule
from shared.contracts.words import CHANNELS, Channel

Customers = tuple[tuple[Channel, str], ...]
_REMEDY_QUEUE = "give an agent its skills, a language and a channel, each at its level"
_REMEDY_STEP = "give an agent what is asked first, or ask less"
_REMEDY_DEFAULT = "it is the default language: give an agent the skills and the language"
_REMEDY_PARKED = "give an agent the skills and the language; until then such are parked"
_REMEDY_SKIPPED = "give an agent what is asked first; until then such skip it, with an alarm"


def check_coverage(document: PoolDocument, staff: Staff, places: Places) -> None:
    """Every step of every queue against every language of the pool, channel by channel.

    What a queue itself asks and nobody has at all, or nobody in the default language, is an error:
    undetected contacts get that language. The rest is warnings: what cannot be served is parked, or
    loses the time until a step that can be.
    """
    if not document.agents:
        remedy = "add agents.yaml, agents.csv or agents/*.yaml"
        places.warning((), f"pool `{document.pool}` has no agents", remedy)
        return
    of_queues = {}
    customers = _customers(document, staff)
    for index, queue in enumerate(document.queues):
        of_queues[queue.name] = first_served(staff, ladder(queue), customers)
        _tell_queue(document, queue, of_queues[queue.name], ("queues", index), places)
    for index, rule in enumerate(document.rules):
        queue_ = next((it for it in document.queues if it.name == rule.queue), None)
        if queue_ is not None:
            _check_rule(document, staff, places, (index, rule, queue_), of_queues[rule.queue])
    for index, topic in enumerate(document.topics):
        _check_topic(document, staff, places, (index, topic), of_queues)


def _customers(document: PoolDocument, staff: Staff) -> Customers:
    """Whoever could come: each spoken language by its channels, the default one in any case."""
    default = document.default_language
    by_default = [channel for channel, tag in staff.spoken if tag == default]
    missing = () if by_default else tuple((channel, default) for channel in document.channels)
    return (*staff.spoken, *missing)


def _tell_queue(
    document: PoolDocument, queue: Queue, served: Served, place: Steps, places: Places
) -> None:
    what = f"queue `{queue.name}`"
    since = min((at for at in served.values() if at is not None), default=None)
    if since is None:
        places.error(place, Gap().told(what), _REMEDY_QUEUE)
        return
    if since > 0:  # a first step that nobody satisfies, in whatever language
        places.error(place, Gap(until_s=since).told(what), _REMEDY_STEP)
    for gap, tags in gaps(served).items():
        if gap == Gap(until_s=since):
            continue
        if not gap.channels and document.default_language in tags:
            problem = gap.told(what, [document.default_language])
            places.error(place, problem, _REMEDY_DEFAULT)
        others = [tag for tag in tags if gap.channels or tag != document.default_language]
        if others:
            remedy = _REMEDY_PARKED if gap.until_s is None else _REMEDY_SKIPPED
            places.warning(place, gap.told(what, others), remedy)


def _check_rule(
    document: PoolDocument,
    staff: Staff,
    places: Places,
    numbered: tuple[int, RoutingRule, Queue],
    of_queue: Served,
) -> None:
    """What a rule adds to its queue, and the languages that it names; the rest is told already."""
    index, rule, queue = numbered
    words = rule.when.get("language", ())
    channels = _channels(document, rule)
    customers = tuple(
        (channel, tag)
        for channel, tag in (*_customers(document, staff), *_named(document, staff, words))
        if channel in channels and could_be_language(words, tag)
    )
    served = first_served(staff, ladder(queue, rule.skills), customers)
    for gap, tags in gaps(served).items():
        new = [tag for tag in tags if _is_new(gap, tag, of_queue)]
        if new:
            problem = gap.told(f"what rule `{rule.name}` sends,", new)
            remedy = "give an agent the skills of queue and rule, and the language"
            places.warning(("rules", index), problem, remedy)


def _is_new(gap: Gap, tag: str, before: Served) -> bool:
    """True where what was looked at before has not this very gap."""
    return all(tag not in tags for it, tags in gaps(before).items() if it == gap)


def _named(document: PoolDocument, staff: Staff, words: Iterable[str]) -> Customers:
    """Languages that a rule names and nobody speaks."""
    spoken = {tag for _, tag in staff.spoken}
    unspoken = [tag for tag in words if is_plain(tag) and spoken.isdisjoint(fallbacks(tag))]
    return tuple((channel, tag) for tag in unspoken for channel in document.channels)


def _channels(document: PoolDocument, rule: RoutingRule) -> frozenset[Channel]:
    if "channel" not in rule.when:
        return frozenset(document.channels)
    return frozenset(it for it in CHANNELS if could_be(rule.when["channel"], it))


def _check_topic(
    document: PoolDocument,
    staff: Staff,
    places: Places,
    numbered: tuple[int, TopicRule],
    of_queues: dict[str, Served],
) -> None:
    index, topic = numbered
    if not topic.skills:
        return
    for queue, more in ways_of(document, topic.topic):
        before = first_served(staff, ladder(queue, more), of_queues[queue.name])
        served = first_served(staff, ladder(queue, (*more, *topic.skills)), before)
        for gap, tags in gaps(served).items():
            new = [tag for tag in tags if _is_new(gap, tag, before)]
            if new:
                problem = gap.told(f"topic `{topic.topic}` in queue `{queue.name}`", new)
                remedy = "give an agent the skills of topic and queue, and the language"
                places.warning(("topics", index), problem, remedy)
