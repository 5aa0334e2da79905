"""What a waiting interaction requires, or how urgent it is, becomes another: it counts at once."""

from collections.abc import Collection, Iterator
from typing import Any

from services.router.core.model import Interaction
from services.router.core.needs.ladder import Chosen, Since, ruled_skills, way
from services.router.core.needs.rules import (
    Known,
    asked_skills,
    choose_queue,
    known_of_open,
    permille_of,
)
from services.router.core.needs.steps import as_needs_of, as_told
from services.router.core.needs.urgency import delay_weight
from services.router.core.offers.offers import withdraw
from services.router.core.plan import as_needs
from services.router.core.refusals import absent, is_repeat
from services.router.core.turn import Turn, move, rejected
from shared.contracts.event import Event
from shared.contracts.interactions import ChangeRequested
from shared.contracts.routing import InteractionChanged, Routing

NEEDS = ("queue", "language", "other_languages", "skills")
TOLD = ("queue", "priority", "language", "other_languages", "skills", "asked_skills", "steps")


def change_requested(turn: Turn, event: ChangeRequested) -> Iterator[Event]:
    """Each is answered by a fact, also where nothing is new. Offers that it concerns are withdrawn.

    What it needs is decided by the configuration of today; who changes the priority alone leaves
    that as it was at its arrival.
    """
    it = turn.pool.interactions.get(event.interaction_id)
    if it is None:
        yield from absent(turn, event, event.interaction_id)
        return
    if is_repeat(it, event):
        return
    problem = _problem(turn, event, it)
    if problem is not None:
        yield problem
        return
    before = _as_it_is(turn, it, it.priority)
    after = _routing(turn, event, it)
    changed = tuple(name for name in TOLD if getattr(before, name) != getattr(after, name))
    if set(changed) - {"priority"}:
        yield from withdraw(turn, it)
    turn.interactions[it.id] = "changed"
    yield InteractionChanged(
        **turn.head(f"{it.id}#changed/{move(it)}"),
        interaction_id=it.id,
        number=it.moves + 1,
        changed=changed,
        routing=after,
        actor=event.actor,
        reason=event.reason,
    )


def _routing(turn: Turn, event: ChangeRequested, it: Interaction) -> Routing:
    known = _known(event, it)
    priority = event.priority or it.priority
    queue, ruled = event.queue or it.queue, as_needs_of(it.ruled_skills or ())
    if event.reapply:
        known = known._replace(language_permille=_permille(turn, event, it))
        queue, rule, _ = choose_queue(turn.pool.plan, known, event.queue)
        ruled = ruled_skills(turn, rule, it.topic)
        if event.priority is None and rule and rule.priority in turn.pool.plan.head_start_ms:
            priority = rule.priority
    elif all(getattr(event, name) is None for name in NEEDS):
        return _as_it_is(turn, it, priority)
    elif queue != it.queue:  # somebody chose it, against the rules
        ruled = ()
    since = Since(it.waiting_since_ms, it.steps_since_ms)
    told = way(turn, known, Chosen(queue, priority, ruled), since).told
    if queue == it.queue:
        told["expires_at_ms"] = it.expires_at_ms
    return Routing(**told)


def _permille(turn: Turn, event: ChangeRequested, it: Interaction) -> int:
    """Its language is in doubt until somebody says which it is, or puts it into another queue."""
    if event.language is not None:
        return 1000
    unsure, permille = turn.pool.plan.document.unsure_language, permille_of(it)
    if unsure is None:
        return permille
    if it.queue != unsure.queue:
        return max(permille, unsure.below_permille)
    in_doubt = it.language_source == "detected" and permille >= unsure.below_permille
    return 0 if in_doubt else permille  # then the bound was another one


def _known(event: ChangeRequested, it: Interaction) -> Known:
    """What is known of it, with what is new."""
    given: dict[str, Any] = {
        "language": event.language,
        "other_languages": event.other_languages,
        "skills": event.skills,
    }
    return known_of_open(it)._replace(**{k: v for k, v in given.items() if v is not None})


def _as_it_is(turn: Turn, it: Interaction, priority: str) -> Routing:
    """Only how urgent it is may be another."""
    plan = turn.pool.plan
    queue = plan.queues.get(it.queue)
    return Routing(
        queue=it.queue,
        priority=priority,
        language=it.language,
        other_languages=it.other_languages,
        language_level=it.language_level,
        skills=as_needs(it.skills),
        asked_skills=asked_skills(it),
        ruled_skills=as_needs_of(it.ruled_skills or ()),
        steps=tuple(as_told(step) for step in it.steps or ()),
        steps_since_ms=it.steps_since_ms,
        order_ms=plan.order_ms(priority, it.waiting_since_ms),
        delay_weight=delay_weight(plan.document, queue, it.home, it.topic, priority),
        expires_at_ms=it.expires_at_ms,
        policy=it.policy,
    )


def _problem(turn: Turn, event: ChangeRequested, it: Interaction) -> Event | None:
    if it.status == "assigned":
        return _refused(
            turn,
            event,
            "already_assigned",
            "interaction_id",
            f"Interaction {it.id} is with agent {it.agent_id}. Transfer or requeue it first.",
        )
    if not event.reapply and all(getattr(event, name) is None for name in (*NEEDS, "priority")):
        return _refused(
            turn,
            event,
            "nothing_to_change",
            "interaction_id",
            "The change names nothing new. Give a priority, queue, language or skills, or reapply "
            "the rules.",
        )
    return _unknown(turn, event)


def _unknown(turn: Turn, event: ChangeRequested) -> Event | None:
    """The first name that this pool does not know, and what it knows instead."""
    plan = turn.pool.plan
    asked: list[tuple[str, str | None, Collection[str]]] = [
        ("queue", event.queue, plan.queues),
        ("priority", event.priority, plan.head_start_ms),
    ]
    if plan.skills:
        asked += [("skill", need.skill, plan.skills) for need in event.skills or ()]
    for name, value, known in asked:
        if value is not None and value not in known:
            return _refused(
                turn,
                event,
                f"unknown_{name}",
                "skills" if name == "skill" else name,
                f"Pool {turn.pool.name} has no {name} {value!r}; it has: "
                f"{', '.join(sorted(known))}. Correct it, or add it to the configuration.",
            )
    return None


def _refused(turn: Turn, event: ChangeRequested, code: str, field: str, message: str) -> Event:
    return rejected(
        event,
        turn.now,
        turn.pool.plan.hash,
        code=code,
        field=field,
        message=message,
        status=409 if code == "already_assigned" else 422,
    )
