"""The alphabet of the small model: what may happen in a state, and what must change nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.contracts.agents import OfferAnswered, PresenceReported
from shared.contracts.event import Event
from shared.contracts.interactions import CloseRequested, CustomerAbandoned, RequeueRequested
from tests.support.small_model_centre import LOCALS, POOL, arrival

Json = Mapping[str, Any]
Move = tuple[str, Event]  # in words, and what happens
Answer = tuple[str, int, str, str]  # interaction, attempt, agent, what he says
AGENTS = ("ana", "bea", "cy")


def head(event_id: str, now: int) -> dict[str, Any]:
    return {"event_id": event_id, "at_ms": now, "by": "gateway"}


def moves(variant: str, found: Mapping[str, Json], now: int, depth: int) -> Iterator[Move]:
    """All that customers, agents and supervisors may do here that can change something."""
    for local in LOCALS:
        it = found.get(f"interaction/{POOL}/{POOL}:{local}")
        if it is not None:
            yield from _of_interaction(it, now, depth)
        elif f"stub/{POOL}/{POOL}:{local}" not in found:
            yield f"receive {local}", arrival(variant, local, head(f"received {local}", now))
    for agent_id in AGENTS:
        agent = found.get(f"agent/{POOL}/{agent_id}")
        status = "away" if agent is not None and agent["status"] == "ready" else "ready"
        yield f"{agent_id} {status}", presence(agent_id, status, now, depth)


def presence(agent_id: str, status: str, now: int, depth: int) -> PresenceReported:
    return PresenceReported(
        **head(f"{agent_id} {status} {depth}", now),
        pool=POOL,
        actor=agent_id,
        agent_id=agent_id,
        status="away" if status == "away" else "ready",
    )


def _of_interaction(it: Json, now: int, depth: int) -> Iterator[Move]:
    id_, status = str(it["id"]), it["status"]
    local = id_.split(":")[1]
    for offer in it["offers"]:
        for answer in ("accept", "decline"):
            words = f"{offer['agent_id']} {answer}s {local}"
            said = (id_, int(offer["attempt"]), str(offer["agent_id"]), answer)
            yield words, answered(said, now, depth)
    base = {**head(f"{local} {depth}", now), "pool": POOL, "interaction_id": id_}
    if status == "assigned":
        agent_id = it["agent_id"]
        given = base | {"event_id": f"close {local} {depth}", "agent_id": agent_id}
        yield f"{agent_id} closes {local}", CloseRequested(**given, actor=agent_id)
    else:
        given = base | {"event_id": f"abandon {local} {depth}"}
        yield f"{local} abandons", CustomerAbandoned(**given, actor="customer")
    if status != "waiting":
        given = base | {"event_id": f"requeue {local} {depth}"}
        yield f"requeue {local}", RequeueRequested(**given, actor="supervisor")


def out_of_place(found: Mapping[str, Json], now: int) -> Iterator[Event]:
    """Answers and closes before what they are about, or after its end: none may change anything."""
    for local in LOCALS:
        id_ = f"{POOL}:{local}"
        it = found.get(f"interaction/{POOL}/{id_}")
        base = {"pool": POOL, "interaction_id": id_}
        if it is None:
            yield CloseRequested(**head(f"early close {local}", now), **base, actor="s")
            yield CustomerAbandoned(**head(f"early leave {local}", now), **base, actor="c")
            yield answered((id_, 1, "ana", "accept"), now, -1)
            continue
        live = {(offer["attempt"], offer["agent_id"]) for offer in it["offers"]}
        won = (it["won"], it["agent_id"])
        for agent_id in AGENTS:
            for attempt in range(max(1, it["attempt"] - 1), it["attempt"] + 2):
                if (attempt, agent_id) not in live and (attempt, agent_id) != won:
                    yield answered((id_, attempt, agent_id, "accept"), now, -1)
            if it["agent_id"] != agent_id:
                given = base | {"agent_id": agent_id, "actor": agent_id}
                yield CloseRequested(**head(f"{agent_id} has not {local}", now), **given)


def answered(given: Answer, now: int, depth: int) -> OfferAnswered:
    id_, attempt, agent_id, answer = given
    return OfferAnswered(
        **head(f"{answer} {id_}:{attempt} {agent_id} {depth}", now),
        pool=POOL,
        actor=agent_id,
        offer_id=f"{id_}:{attempt}",
        interaction_id=id_,
        agent_id=agent_id,
        answer="accept" if answer == "accept" else "decline",
    )
