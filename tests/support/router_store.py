"""What is stored, against what was told: each in its one place, nobody waits for a free agent.

Nothing of the router's own code is used: this is what it is measured against.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tests.support.router_eligible import may_serve, should_wait_by
from tests.support.router_ledger import NOT_BY_CHANNEL, OPEN, Ledger, Where


def broken_in_store(ledger: Ledger, stored: Mapping[str, bytes], now: int) -> Iterator[str]:
    """R1, R5 and O1 in what is stored: each in its one place, nobody waits for a free agent."""
    found = {key: json.loads(value) for key, value in stored.items()}
    for (pool, id_), where in ledger.where.items():
        open_ = found.get(f"interaction/{pool}/{id_}")
        stub = found.get(f"stub/{pool}/{id_}")
        if ledger.offers.get((pool, id_)) and where != "offered":
            yield f"R2 {id_}: {where}, and still offered to somebody"
        if open_ is not None and stub is not None:
            yield f"R1 {id_}: both open and ended"
        if where in OPEN and (open_ is None or open_["status"] != where):
            yield f"R1 {id_}: told to be {where}, stored as {open_ and open_['status']}"
        if where not in OPEN and (open_ is not None or where == "ended_offer"):
            yield f"R1 {id_}: told to be {where}, stored as open"
    yield from _too_many(ledger, found)
    for key, it in found.items():
        if not key.startswith("interaction/"):
            continue
        _, pool, id_ = key.split("/", 2)
        if (pool, id_) not in ledger.where:
            yield f"R1 {id_}: stored, never told"
        else:
            yield from _in_the_wrong_place(ledger, (pool, id_), it)
        if it["status"] == "waiting":
            yield from _waits_in_vain(ledger, found, pool, it, now)


def _in_the_wrong_place(ledger: Ledger, at: Where, it: Mapping[str, Any]) -> Iterator[str]:
    """Where it is follows from what is down now; only who is offered or assigned may be late."""
    its, down = ledger.known[at], ledger.down(at[0])
    doc = ledger.config[at[0]].model_copy(update={"agents": tuple(ledger.agents(at[0]))})
    should = should_wait_by(doc, its, down)
    if it["channel"] != its["channel"]:
        yield f"O1 {it['id']}: told to be by {its['channel']}, stored by {it['channel']}"
    if it["status"] == "waiting" and it["channel"] != should:
        yield f"O1 {it['id']}: waits by {it['channel']}, should by {should}"
    if it["status"] == "offered" and down.get(it["channel"]):
        yield f"O1 {it['id']}: offered by {it['channel']}, which is down"
    if it["status"] == "parked" and ledger.park_reason.get(at) not in NOT_BY_CHANNEL:
        if should is not None:
            yield f"O1 {it['id']}: parked, and could wait by {should}"
        if ledger.park_reason.get(at) == "channel_down" and not down.get(its["home"]):
            yield f"O1 {it['id']}: parked by an outage of {its['home']}, which is over"


def _waits_in_vain(
    ledger: Ledger, found: Mapping[str, Any], pool: str, it: Mapping[str, Any], now: int
) -> Iterator[str]:
    doc, its = ledger.config[pool], ledger.known[pool, it["id"]]
    for agent in ledger.agents(pool):
        aside = it["asides"].get(agent.id)
        if (
            f"agent/{pool}/{agent.id}" in found
            and ledger.asked_now(pool, agent.id, it["channel"])
            and (aside is None or aside["until_ms"] <= now)
            and its["preferred"] in (None, agent.id)
            and may_serve(doc, agent, its)
            and ledger.has_room(pool, agent, it["channel"])
        ):
            yield f"R5 {it['id']}: waits while {agent.id} is ready, eligible and has room"


def _too_many(ledger: Ledger, found: Mapping[str, Any]) -> Iterator[str]:
    """No queue holds more than its bound, and nobody stands before one that has room."""
    inside = Counter(
        (key.split("/", 2)[1], it["queue"])
        for key, it in found.items()
        if key.startswith("interaction/") and it["status"] == "waiting"
    )
    for (pool, name), number in inside.items():
        queue = ledger.queue(pool, name)
        if queue is None or queue.max_waiting is None:
            continue
        bound = max(queue.max_waiting, ledger.inside.get((pool, name), 0))
        ledger.inside[pool, name] = min(bound, number)
        if number > bound:
            yield f"R1 queue {name} holds {number}, its bound is {bound}"
    for at, where in ledger.where.items():
        reason = ledger.park_reason.get(at) if where == "parked" else None
        queue = ledger.queue(at[0], ledger.known[at]["queue"]) if reason else None
        if reason == "queue_full" and (
            queue is None
            or queue.max_waiting is None
            or inside[at[0], queue.name] < queue.max_waiting
        ):
            yield f"R5 {at[1]}: parked before a queue that has room"
        if reason == "closed" and queue is not None and (at[0], queue.name) not in ledger.closed:
            yield f"R5 {at[1]}: parked before a queue that is open"
