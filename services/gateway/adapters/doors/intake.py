"""A new contact: its id, its language, and whether we know it already."""

from datetime import datetime

from starlette.responses import Response

from services.gateway.adapters.doors.bodies import NewInteraction
from services.gateway.adapters.doors.commands import REPEATED, submit
from services.gateway.adapters.doors.door import Call, canonical_body, digest, told
from services.gateway.adapters.doors.shown import state_of
from services.gateway.adapters.doors.understanding import language_of, topic_of
from services.gateway.adapters.problems import Problem
from services.gateway.adapters.view.directory import PoolEntry
from services.gateway.adapters.view.model import Interaction
from shared.contracts.interactions import InteractionReceived, Personal


async def receive(call: Call) -> Response:
    body = call.body
    assert isinstance(body, NewInteraction)
    entry = call.enter(body.pool)
    not_from_the_future(call, body.occurred_at)
    body_hash = digest(canonical_body(body))
    local = body.id or call.derived(body.pool) or f"{call.desk.stamp}-{call.desk.number()}"
    interaction_id = f"{body.pool}:{local}"
    known = call.desk.view.interaction(interaction_id)
    if body.id is not None and known is not None and known.state not in ("received", "rejected"):
        return _known(known, body_hash)
    response = await submit(
        call,
        _event(call, body, entry, interaction_id=interaction_id, body_hash=body_hash),
        about=lambda: state_of(call.desk.view, interaction_id),
    )
    if response.status_code < 300 and REPEATED not in response.headers:
        call.desk.evidence.heard(body.channel)
    return response


def not_from_the_future(call: Call, occurred_at: datetime | None) -> None:
    if occurred_at is None:
        return
    ahead_ms = int(occurred_at.timestamp() * 1000) - call.desk.clock.now_ms()
    limit_s = call.desk.settings.future_limit_s
    if ahead_ms > limit_s * 1000:
        raise Problem(
            422,
            "from_the_future",
            f"`occurred_at` is {ahead_ms // 1000} s ahead of the gateway's clock; {limit_s} s are "
            "allowed. Check the sender's clock and time zone.",
            field="occurred_at",
        )


def _event(
    call: Call, body: NewInteraction, entry: PoolEntry, *, interaction_id: str, body_hash: str
) -> InteractionReceived:
    desk = call.desk
    language, source, confidence = language_of(body, entry, desk.settings, desk.detector)
    topic, topic_source, keyword = topic_of(body, entry, language)
    said_by_id = body.id is not None and call.idempotency_key is None
    return InteractionReceived(
        # The sender's own id makes the same contact, sent twice, one event.
        event_id=f"{interaction_id}#received/{body_hash[:12]}"
        if said_by_id
        else call.event_id(body.pool),
        pool=body.pool,
        at_ms=call.desk.clock.now_ms(),
        by="gateway",
        actor=call.key.actor,
        reason=body.reason,
        interaction_id=interaction_id,
        channel=body.channel,
        body_hash=body_hash,
        language=language,
        language_source=source,
        language_confidence_permille=confidence,
        other_languages=body.other_languages,
        queue=body.queue,
        topic=topic,
        topic_source=topic_source,
        topic_keyword=keyword,
        skills=tuple(need.needed() for need in body.skills),
        priority=body.priority,
        reachable_by=body.reachable_by or (),
        preferred_agent=body.preferred_agent,
        customer=body.customer,
        attributes=body.attributes,
        occurred_at=body.occurred_at,
        personal=Personal.model_construct(**body.personal.model_dump()),
    )


def _known(known: Interaction, body_hash: str) -> Response:
    """The router would say the same; this answer is only quicker."""
    if known.body_hash != body_hash:
        raise Problem(
            409,
            "duplicate_id",
            "An interaction with this id was received with another body. Use a new id for a new "
            "contact, or the message door to add to this one.",
            field="id",
            interaction_id=known.id,
        )
    return told(
        200,
        {
            "event_id": known.received_by,
            "interaction_id": known.id,
            "state": known.state,
            "facts": [],
            "repeated": True,
        },
    )
