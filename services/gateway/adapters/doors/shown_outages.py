"""How incidents and channels look in answers. A key sees the part of its own pools."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.gateway.adapters.doors.door import Call
from services.gateway.adapters.view.incidents import ChannelState, Incident
from shared.contracts.words import Channel

_OF_ONE_POOL = frozenset({"channel_failed_over", "channel_restored"})


def state_of(call: Call, incident_id: str) -> dict[str, Any]:
    known = call.desk.view.outages.incidents.get(incident_id)
    return {"incident_id": incident_id, "state": known.status if known is not None else None}


def touches(known: Incident, mine: frozenset[str] | None) -> bool:
    return mine is None or not mine.isdisjoint(known.pools)


def incident(known: Incident, mine: frozenset[str] | None) -> dict[str, Any]:
    """`moved`, `parked`, `returned`: how often, in the pools that are shown."""
    moves = known.moves_of(mine)
    return {
        "incident_id": known.id,
        "channel": known.channel,
        "pools": [pool for pool in known.pools if mine is None or pool in mine],
        "state": known.status,
        "severity": known.severity,
        "title": known.title,
        "message": known.message,
        "opened_by": known.opened_by,
        "opened_at_ms": known.opened_at_ms,
        "changed_at_ms": known.changed_at_ms,
        "next_update_at_ms": known.next_update_at_ms,
        "resolved_at_ms": known.resolved_at_ms,
        "resolved_by": known.resolved_by,
        "moved": moves.moved,
        "parked": moves.parked,
        "returned": moves.returned,
    }


def story(known: Incident, mine: frozenset[str] | None) -> dict[str, Any]:
    """`facts`: what was seen, said and decided, in order. `notices`: counts, no names."""
    return {
        "evidence": [each.model_dump() for each in known.evidence],
        "facts": [
            _of(record, mine)
            for record in known.story.read(personal=False)
            if mine is None or record["kind"] not in _OF_ONE_POOL or record["pool"] in mine
        ],
        "left_out": known.story.left_out,
        "notices": [
            {
                "sequence": it.sequence,
                "purpose": it.purpose,
                "audience": it.audience,
                "requested_at_ms": it.requested_at_ms,
                "count": it.count,
            }
            for it in known.notices.values()
        ],
        "moves": [
            {"pool": pool, "moved": it.moved, "parked": it.parked, "returned": it.returned}
            for pool, it in sorted(known.moves.items())
            if mine is None or pool in mine
        ],
    }


def _of(record: dict[str, Any], mine: frozenset[str] | None) -> dict[str, Any]:
    if mine is not None and "pools" in record:
        record["pools"] = [pool for pool in record["pools"] if pool in mine]
    return record


def channel(
    name: Channel, known: ChannelState | None, backups: Mapping[str, Sequence[Channel]]
) -> dict[str, Any]:
    """`backups`: of each pool that is shown and has the channel."""
    known = known or ChannelState(channel=name)
    return {
        "channel": name,
        "health": known.health,
        "since_ms": known.since_ms,
        "incident_id": known.incident_id,
        "evidence": [each.model_dump() for each in known.evidence],
        "pools": [
            {
                "pool": pool,
                "backups": list(chain),
                "failed_over": pool in known.down,
                "incident_id": known.down.get(pool),
            }
            for pool, chain in sorted(backups.items())
        ],
    }
