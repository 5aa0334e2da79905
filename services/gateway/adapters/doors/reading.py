"""What can be read: interactions with their story, agents, queues, escalations, status."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from starlette.responses import Response

from services.gateway.adapters.doors import bodies, shown
from services.gateway.adapters.doors.agents_acting import pool_of_agent
from services.gateway.adapters.doors.door import Call, told
from services.gateway.adapters.problems import Problem
from services.gateway.adapters.view.model import STATES, Interaction


async def interaction(call: Call) -> Response:
    """State now, and everything the log told of it, in order: why it is so."""
    interaction_id = call.path["interaction_id"]
    known = call.desk.view.interaction(interaction_id)
    if known is None:
        raise Problem(
            404,
            "unknown_interaction",
            "No interaction of this id is known here: it never came, or it ended long ago. "
            "Check the id; it begins with its pool: `<pool>:<id>`.",
            field="interaction_id",
        )
    call.enter(known.pool, field="interaction_id")
    facts = known.story.read(personal=_sees_personal(call, known))
    if known.hop:  # several partitions told of it, and were read side by side
        facts.sort(key=lambda fact: int(fact["at_ms"]))
    return told(
        200,
        shown.interaction(known)
        | {"now_ms": call.desk.clock.now_ms(), "facts": facts, "left_out": known.story.left_out},
    )


async def interactions(call: Call) -> Response:
    query = call.asked(bodies.InteractionsQuery)
    pool = _pool(call, query.pool)
    by_state = call.desk.view.board.pool(pool).by_state
    states = STATES if query.state is None else (query.state,)
    # Within a state they lie in the order in which they came to it; `entered` grows over all.
    found = [
        known
        for state in states
        for known in islice(
            (each for each in by_state[state].values() if each.entered > query.cursor),
            query.limit + 1,
        )
    ]
    found.sort(key=lambda known: known.entered)
    page = found[: query.limit]
    more = page[-1].entered if len(found) > query.limit else None
    return told(
        200,
        {
            "pool": pool,
            "interactions": [shown.interaction(known) for known in page],
            "next_cursor": more,
        },
    )


async def agents(call: Call) -> Response:
    query = call.asked(bodies.PageQuery)
    pool = _pool(call, query.pool)
    known = call.desk.view.board.pool(pool).agents
    configured = call.enter(pool).agents
    everybody = sorted(configured.keys() | known.keys())
    page = everybody[query.cursor : query.cursor + query.limit]
    end = query.cursor + query.limit
    return told(
        200,
        {
            "pool": pool,
            "agents": [
                shown.agent(pool, agent_id, known.get(agent_id), configured.get(agent_id))
                for agent_id in page
            ],
            "next_cursor": end if end < len(everybody) else None,
        },
    )


async def agent(call: Call) -> Response:
    agent_id = call.path["agent_id"]
    pool = pool_of_agent(call, agent_id, call.asked(bodies.PoolQuery).pool)
    known = call.desk.view.board.pool(pool).agents.get(agent_id)
    configured = call.enter(pool).agents.get(agent_id)
    return told(200, shown.agent(pool, agent_id, known, configured))


async def queues(call: Call) -> Response:
    pool = _pool(call, call.asked(bodies.PoolQuery).pool)
    now_ms = call.desk.clock.now_ms()
    return told(200, {"pool": pool, "now_ms": now_ms, "queues": _queues(call, pool, now_ms)})


async def escalations(call: Call) -> Response:
    query = call.asked(bodies.EscalationsQuery)
    pool = _pool(call, query.pool)
    board = call.desk.view.board
    those: Iterable[Any] = (
        board.pool(pool).escalations.values()
        if query.open
        else (each for each in board.escalations.values() if each.pool == pool)
    )
    found = sorted(
        (each for each in those if each.number > query.cursor), key=lambda each: each.number
    )
    page = found[: query.limit]
    return told(
        200,
        {
            "pool": pool,
            "escalations": [shown.escalation(each) for each in page],
            "next_cursor": page[-1].number if len(found) > query.limit else None,
        },
    )


async def status(call: Call) -> Response:
    """One pool, or all that the key may enter."""
    asked = call.asked(bodies.PoolQuery).pool
    if asked is not None:
        call.enter(asked)
    directory = call.desk.view.directory
    pools = (
        [asked]
        if asked is not None
        else [
            pool
            for pool in directory.pools()
            if call.key.may_enter(pool) and directory.entry(pool) is not None
        ]
    )
    now_ms = call.desk.clock.now_ms()
    return told(200, {"now_ms": now_ms, "pools": [_status(call, pool, now_ms) for pool in pools]})


def _status(call: Call, pool: str, now_ms: int) -> dict[str, Any]:
    there = call.desk.view.board.pool(pool)
    queues = _queues(call, pool, now_ms)
    statuses = {"ready": 0, "away": 0, "offline": 0}
    for agent_id in call.enter(pool).agents:
        known = there.agents.get(agent_id)
        statuses[known.status if known is not None else "offline"] += 1
    states = [escalation.state for escalation in there.escalations.values()]
    version = call.desk.view.directory.version(pool)
    return {
        "pool": pool,
        "interactions": {state: len(there.by_state[state]) for state in STATES},
        "waiting": sum(queue["waiting"] for queue in queues),
        "longest_wait_ms": max((queue["longest_wait_ms"] for queue in queues), default=0),
        "queues": queues,
        "agents": statuses,
        "open_escalations": len(states),
        "unacknowledged_escalations": sum(state != "acknowledged" for state in states),
        "dead_letters": None,  # not in pool-log; `switchyard dead-letters list` reads them
        "config_version": version[0] if version else None,
        "config_hash": version[1] if version else None,
    }


def _queues(call: Call, pool: str, now_ms: int) -> list[dict[str, Any]]:
    there = call.desk.view.board.pool(pool)
    lines = there.lines
    names = {queue.name for queue in call.enter(pool).document.queues} | lines.keys()
    told_of = []
    for name in sorted(names):
        line = lines.get(name)
        oldest_ms = line.oldest_ms() if line is not None else None
        told_of.append(
            {
                "queue": name,
                "waiting": len(line) if line is not None else 0,
                "longest_wait_ms": max(0, now_ms - oldest_ms) if oldest_ms is not None else 0,
                "by_language": dict(sorted(line.by_language.items())) if line is not None else {},
                "open": name not in there.closed,
                "opens_at_ms": there.closed.get(name),
            }
        )
    return told_of


def _pool(call: Call, asked: str | None) -> str:
    """The pool asked for, or the key's only one."""
    if asked is None:
        own = call.key.pools
        if len(own) != 1 or not call.desk.view.directory.version(own[0]):
            raise Problem(
                422, "pool_needed", "Say which pool: add ?pool= to the address.", field="pool"
            )
        asked = own[0]
    call.enter(asked)
    return asked


def _sees_personal(call: Call, known: Interaction) -> bool:
    """Those who answer the customer, and those who answer for them."""
    if call.key.role == "agent":
        own = call.key.agents
        return known.agent_id in own or any(it in own for it in known.live_offers.values())
    return call.key.role in ("supervisor", "manager")
