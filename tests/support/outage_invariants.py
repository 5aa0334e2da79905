"""What must be true of everything that the outage service told, in the order in which it did."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from shared.contracts.event import Event
from shared.contracts.outage import (
    ChannelFailedOver,
    ChannelHealthChanged,
    ChannelRestored,
    IncidentOpened,
    IncidentResolved,
    IncidentUpdated,
    NoticeRequested,
)
from shared.contracts.system import EventRejected
from shared.contracts.words import Channel

Facts = Sequence[Event]
Who = tuple[str, str]  # person, contact method


def open_incidents(facts: Facts) -> dict[Channel, str]:
    """At most one incident of a channel is open. Returns those that are."""
    found: dict[Channel, str] = {}
    for fact in facts:
        if isinstance(fact, IncidentOpened):
            assert fact.channel not in found, f"{fact.incident_id} beside {found[fact.channel]}"
            found[fact.channel] = fact.incident_id
        if isinstance(fact, IncidentResolved):
            (channel,) = [it for it, id_ in found.items() if id_ == fact.incident_id]
            del found[channel]
    return found


def pools_come_back(facts: Facts) -> None:
    """Each pool of an incident fails over once, and comes back once: when it is resolved."""
    down: defaultdict[str, set[str]] = defaultdict(set)
    back: defaultdict[str, set[str]] = defaultdict(set)
    for fact in facts:
        match fact:
            case ChannelFailedOver():
                assert fact.pool not in down[fact.incident_id]
                assert not back[fact.incident_id], "failed over after a return"
                down[fact.incident_id].add(fact.pool)
            case ChannelRestored():
                assert fact.pool not in back[fact.incident_id]
                back[fact.incident_id].add(fact.pool)
            case IncidentResolved():
                assert back[fact.incident_id] == down[fact.incident_id]
            case _:
                pass
    still_open = set(open_incidents(facts).values())
    assert not any(back[id_] for id_ in still_open)


def epochs_grow(facts: Facts) -> None:
    """For each pool and channel, so that a late one can be told from a new one."""
    newest: dict[tuple[str, Channel], int] = {}
    for fact in facts:
        if isinstance(fact, ChannelFailedOver | ChannelRestored):
            assert fact.epoch > newest.get((fact.pool, fact.channel), 0)
            newest[fact.pool, fact.channel] = fact.epoch


def told_to_the_end(facts: Facts) -> None:
    """O3: who was asked to be told of an incident is asked once to be told of its end."""
    told: defaultdict[str, set[Who]] = defaultdict(set)
    ends: defaultdict[str, Counter[Who]] = defaultdict(Counter)
    resolved = set()
    for fact in facts:
        if isinstance(fact, IncidentResolved):
            resolved.add(fact.incident_id)
        if isinstance(fact, NoticeRequested):
            who = (fact.person, fact.method)
            if fact.purpose == "recovery":
                assert fact.incident_id in resolved
                ends[fact.incident_id][who] += 1
            else:
                assert fact.incident_id not in resolved
                told[fact.incident_id].add(who)
    for incident_id in resolved:
        assert set(ends[incident_id].values()) <= {1}
        assert told[incident_id] <= ends[incident_id].keys()


def promises_follow_each_other(facts: Facts) -> None:
    """Each update has the next number, and promises another one that is still to come."""
    newest: dict[str, int] = {}
    for fact in facts:
        if isinstance(fact, IncidentOpened):
            newest[fact.incident_id] = 1
            assert fact.next_update_at_ms > fact.at_ms
        if isinstance(fact, IncidentUpdated):
            newest[fact.incident_id] += 1
            assert fact.sequence == newest[fact.incident_id]
            assert fact.next_update_at_ms > fact.at_ms


def ids_are_unique(facts: Facts) -> None:
    ids = Counter(it.event_id for it in facts)
    assert [it for it, count in ids.items() if count > 1] == []


def health_changes_step_by_step(facts: Facts) -> None:
    health: dict[Channel, tuple[int, str]] = {}
    for fact in facts:
        if isinstance(fact, ChannelHealthChanged):
            assert (fact.number - 1, fact.before) == health.get(fact.channel, (0, "healthy"))
            assert fact.before != fact.health
            health[fact.channel] = (fact.number, fact.health)


def refusals_answer_somebody(facts: Facts) -> None:
    for fact in facts:
        if isinstance(fact, EventRejected):
            assert fact.cause
            assert 400 <= fact.status < 500


CHECKS: tuple[Callable[[Facts], object], ...] = (
    open_incidents,
    pools_come_back,
    epochs_grow,
    told_to_the_end,
    promises_follow_each_other,
    ids_are_unique,
    health_changes_step_by_step,
    refusals_answer_somebody,
)
