"""Interactions that arrive: from outside, or from another pool."""

from collections.abc import Iterator
from typing import Any

from services.router.core.needs.ladder import Chosen, Since, ruled_skills, way
from services.router.core.needs.preference import preferred_at_entry
from services.router.core.needs.rules import Arrival, Known, choose_queue, known_of
from services.router.core.needs.steps import as_wanted
from services.router.core.queues.admission import Entry, entry
from services.router.core.queues.reach import Wants
from services.router.core.turn import SERVICE, Turn, rejected
from shared.contracts.configuration import RoutingRule
from shared.contracts.event import Event
from shared.contracts.interactions import InteractionReceived
from shared.contracts.routing import InteractionQueued, TransferredIn


def received(turn: Turn, event: InteractionReceived) -> Iterator[Event]:
    pool = turn.pool
    before = pool.interactions.get(event.interaction_id) or pool.stubs.get(event.interaction_id)
    if before is None:
        problem = _stale(turn, event) or _problem(turn, event)
        if problem is not None:
            yield problem
        else:
            if pool.plan.confirmed:
                turn.arrived = event
            yield _queued(turn, event, event.queue, event.priority)
    elif before.body_hash != event.body_hash:
        yield rejected(
            event,
            turn.now,
            pool.plan.hash,
            code="duplicate_id",
            field="interaction_id",
            message=f"Interaction {event.interaction_id} was received before with another body. "
            "Send it under a new id.",
        )


def _stale(turn: Turn, event: InteractionReceived) -> Event | None:
    """Its id may have been known and forgotten: it is put aside, never made a second time."""
    horizon_ms = turn.pool.plan.document.dedupe_horizon_s * 1000
    if event.at_ms + horizon_ms >= turn.now:
        return None
    return rejected(
        event,
        turn.now,
        turn.pool.plan.hash,
        code="stale",
        field="at_ms",
        message="The record is older than the dedupe horizon, so it may be a repeat of something "
        "that has ended. If it is not, append it anew: `switchyard dead-letters redrive`.",
        status=410,
    )


def transferred_in(turn: Turn, event: TransferredIn) -> Iterator[Event]:
    """Take over an interaction; one that is known at this hop, or a later one, is dropped.

    The other pool cannot be answered with a refusal any more: a queue or priority that this pool
    lacks falls back to its rules and defaults.
    """
    pool = turn.pool
    known = pool.interactions.get(event.interaction_id) or pool.stubs.get(event.interaction_id)
    if known is not None and known.hop >= event.hop:
        return
    if event.interaction_id in pool.interactions:  # still open at an earlier hop: not possible
        return
    queue = event.asked_queue if event.asked_queue in pool.plan.queues else None
    priority = event.priority if event.priority in pool.plan.head_start_ms else None
    yield _queued(turn, event, queue, priority)


def returned(event: TransferredIn, now: int) -> TransferredIn:
    """A pool without configuration cannot keep an interaction: it goes back, never gets lost."""
    return event.model_copy(
        update={
            "event_id": f"{event.interaction_id}#transferred_in/{event.hop + 1}",
            "pool": event.from_pool,
            "from_pool": event.pool,
            "hop": event.hop + 1,
            "asked_queue": None,
            "at_ms": now,
            "by": SERVICE,
            "cause": event.event_id,
            "config": "",
        }
    )


def _queued(
    turn: Turn, arrival: Arrival, asked: str | None, priority: str | None
) -> InteractionQueued:
    known = known_of(arrival)
    queue, rule, why = choose_queue(turn.pool.plan, known, asked)
    from_pool = arrival if isinstance(arrival, TransferredIn) else None
    ruled, priority = ruled_skills(turn, rule, arrival.topic), priority or _priority(turn, rule)
    entered = Entry(queue)
    if not turn.pool.crowd.takes(queue):
        entered = _entry_where_full(turn, arrival, known, Chosen(queue, priority, ruled))
    if entered.flowed_over:
        why = why.model_copy(update={"flowed_over": entered.flowed_over})
    if entered.queue not in (None, queue):  # another queue has it: what that requires counts
        queue, ruled = entered.queue or queue, ()
    chosen = Chosen(queue, priority, ruled)
    found = way(turn, known, chosen, _since(turn, from_pool))
    hop = from_pool.hop if from_pool else 0
    turn.interactions[arrival.interaction_id] = "transferred" if from_pool else "received"
    brought = {} if from_pool is None else _brought(from_pool)  # few do: the fact is built faster
    if arrival.language_confidence_permille != 1000:
        brought["language_confidence_permille"] = arrival.language_confidence_permille
    return InteractionQueued(
        **turn.head(f"{arrival.interaction_id}#queued/{hop}"),
        **found.told,
        interaction_id=arrival.interaction_id,
        channel=arrival.channel,
        language_source=arrival.language_source,
        topic=arrival.topic,
        topic_source=arrival.topic_source,
        topic_keyword=arrival.topic_keyword,
        customer=arrival.customer,
        attributes=arrival.attributes,
        waiting_since_ms=from_pool.waiting_since_ms if from_pool else turn.now,
        hop=hop,
        body_hash=arrival.body_hash,
        reachable_by=arrival.reachable_by,
        preference=preferred_at_entry(turn, known, rule, found),
        why=why,
        **brought,
    )


def _entry_where_full(turn: Turn, arrival: Arrival, known: Known, chosen: Chosen) -> Entry:
    """Its queue is full, or closed; whom a free agent can take at once does not need room there."""
    queue, floor = chosen.queue, turn.pool.floor
    if queue not in turn.pool.crowd.shut:
        from_pool = arrival if isinstance(arrival, TransferredIn) else None
        required = way(turn, known, chosen, _since(turn, from_pool)).required()
        if next(floor.agents_for(floor.line_for(required)), None) is not None:
            return Entry(queue)
    languages = (known.language, *known.other_languages)
    return entry(turn.pool.crowd, queue, Wants(known.channel, languages, as_wanted(known.skills)))


def _brought(from_pool: TransferredIn) -> dict[str, Any]:
    """What only one that was elsewhere has behind it."""
    return {
        "answered": from_pool.answered,
        "replied": from_pool.replied,
        "callback": from_pool.callback,
        "not_before_ms": from_pool.not_before_ms,
        "attempt": from_pool.attempt,
        "messages": from_pool.messages,
        "told_wait_s": from_pool.told_wait_s,
    }


def _priority(turn: Turn, rule: RoutingRule | None) -> str:
    """The rule's, if this pool has such a class; else the first one."""
    plan = turn.pool.plan
    named = rule.priority if rule is not None else None
    return named if named in plan.head_start_ms else plan.default_priority


def _since(turn: Turn, from_pool: TransferredIn | None) -> Since:
    """Age comes along from another pool, and with it what has dropped, if it is not to restart."""
    if from_pool is None:
        return Since(turn.now, turn.now)
    waiting_ms = from_pool.waiting_since_ms
    return Since(waiting_ms, turn.now if from_pool.restart else waiting_ms)


def _problem(turn: Turn, event: InteractionReceived) -> Event | None:
    """What this pool does not know: the first unknown name, and what it knows instead."""
    plan = turn.pool.plan
    skill = next((it.skill for it in event.skills if it.skill not in plan.skills), None)
    asked = (
        ("channel", event.channel, plan.document.channels, True),
        ("queue", event.queue, plan.queues, event.queue is not None),
        ("priority", event.priority, plan.head_start_ms, event.priority is not None),
        ("skill", skill, plan.skills, skill is not None and bool(plan.skills)),
    )
    for name, value, known, given in asked:
        if given and value not in known:
            return rejected(
                event,
                turn.now,
                plan.hash,
                code=f"unknown_{name}",
                field="skills" if name == "skill" else name,
                message=f"Pool {turn.pool.name} has no {name} {value!r}; it has: "
                f"{', '.join(sorted(known))}. Correct it, or add it to the configuration.",
                status=422,
            )
    return None
