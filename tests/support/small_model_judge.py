"""R1 to R6 from one stored state to the next, by what is stored and what was told between.

The ledger of the property tests is filled from the state before, hears the facts, and is compared
with the state after. Nothing of the router's own code is used.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shared.contracts.configuration import Agent, PoolDocument
from shared.contracts.event import Event
from shared.contracts.routing import (
    InteractionAssigned,
    InteractionQueued,
    InteractionRequeued,
    InteractionWidened,
    OfferEnded,
    OfferMade,
)
from tests.support.router_eligible import may_serve
from tests.support.router_ledger import Ledger, Where
from tests.support.router_store import broken_in_store
from tests.support.small_model_centre import POOL

Json = Mapping[str, Any]
BY_COMMAND = ("transferred", "by_hand", "not_connected", "handed_back")
Asides = dict[tuple[str, str], int]


def broken_between(
    doc: PoolDocument,
    before: Mapping[str, Json],
    facts: Sequence[Event],
    after: Mapping[str, bytes],
    now: int,
    deadline: int | None,
) -> list[str]:
    """What does not hold after these facts. `deadline`: when the router will look by itself."""
    ledger, asides = ledger_of(doc, before), asides_of(before)
    broken: list[str] = []
    for fact in facts:
        if isinstance(fact, OfferMade):
            broken += _wrongly_offered(ledger, asides, fact)
        able = set(_able(ledger, fact)) if isinstance(fact, InteractionWidened) else set()
        _follow(ledger, asides, fact)
        ledger.add(fact)
        if isinstance(fact, InteractionWidened) and not able <= set(_able(ledger, fact)):
            broken.append(f"R4 {fact.event_id}: fewer may serve it than before")
    found = {key: json.loads(value) for key, value in after.items()}
    return [
        *ledger.broken,
        *broken,
        *broken_in_store(ledger, after, now),
        *_told_otherwise(ledger, asides, found, now),
        *_endless(found, deadline),
    ]


def _told_otherwise(
    ledger: Ledger, asides: Asides, found: Mapping[str, Json], now: int
) -> Iterator[str]:
    """What is stored of who holds it, and who is not asked, is what was told."""
    for it in _of("interaction", found):
        at = (POOL, str(it["id"]))
        stored = {f"{it['id']}:{its['attempt']}": its["agent_id"] for its in it["offers"]}
        if stored != ledger.offers.get(at, {}):
            yield f"R2 {at[1]}: offers stored {stored}, told {ledger.offers.get(at)}"
        if it["agent_id"] != ledger.assigned.get(at):
            yield f"R2 {at[1]}: stored with {it['agent_id']}, told {ledger.assigned.get(at)}"
    kept = asides_of(found)
    for (id_, agent_id), until_ms in asides.items():
        is_open = f"interaction/{POOL}/{id_}" in found
        if is_open and until_ms > now and kept.get((id_, agent_id)) != until_ms:
            yield f"R4 {id_}: {agent_id} was set aside for it, and that is not kept"


def _endless(found: Mapping[str, Json], deadline: int | None) -> Iterator[str]:
    for it in _of("interaction", found):
        for its in it["offers"]:
            if deadline is None or deadline > its["expires_at_ms"]:
                yield f"R6 {it['id']}: nothing is due when its offer expires"


def ledger_of(doc: PoolDocument, found: Mapping[str, Json]) -> Ledger:
    """What the facts up to a stored state had told, as far as it still matters."""
    ledger = Ledger({})
    ledger.config[POOL] = doc
    for agent in _of("agent", found):
        ledger.status[POOL, agent["id"]] = agent["status"]
    for it in _of("interaction", found):
        at = (POOL, str(it["id"]))
        ledger.where[at] = it["status"]
        ledger.known[at] = _known(it)
        if it["offers"]:
            ledger.offers[at] = {
                f"{it['id']}:{its['attempt']}": its["agent_id"] for its in it["offers"]
            }
            ledger.asked_at[at] = it["offers"][0]["made_at_ms"]
        if it["agent_id"] is not None:
            ledger.assigned[at] = it["agent_id"]
        if it.get("parked_why"):
            ledger.park_reason[at] = it["parked_why"]
    for stub in _of("stub", found):
        at = (POOL, str(stub["id"]))
        ledger.where[at] = stub["ended"]
        ledger.ended[at] = stub["ended_at_ms"]
        ledger.known[at] = {"channel": stub["channel"], "queue": ""}
        if stub["wrap_up_by"]:
            ledger.wrap_up[at] = stub["wrap_up_by"]
    return ledger


def asides_of(found: Mapping[str, Json]) -> Asides:
    return {
        (str(it["id"]), agent_id): aside["until_ms"]
        for it in _of("interaction", found)
        for agent_id, aside in it["asides"].items()
    }


def _known(it: Json) -> dict[str, Any]:
    preferred = it.get("preferred")
    return {
        **it,
        "home": it["channel"],
        "reachable_by": (),
        "age": (it["waiting_since_ms"], it["order_ms"]),
        "steps": it.get("steps", ()),
        "preferred": preferred and preferred["agent_id"],
    }


def _follow(ledger: Ledger, asides: Asides, fact: Event) -> None:
    """Before the ledger hears the fact: who gives it away by command is not asked again at once."""
    id_ = getattr(fact, "interaction_id", "")
    match fact:
        case OfferEnded(aside_until_ms=int(until_ms)):
            asides[id_, fact.agent_id] = until_ms
        case InteractionAssigned() | InteractionQueued():
            for key in [it for it in asides if it[0] == id_]:
                del asides[key]
        case InteractionRequeued(reason=reason):
            had = ledger.assigned.get((POOL, id_))
            if had is not None and reason in BY_COMMAND:
                asides[id_, had] = fact.at_ms + ledger.config[POOL].aside_s * 1000
            if fact.preference is not None:
                asides.pop((id_, fact.preference.agent_id), None)
        case _:
            pass


def _wrongly_offered(ledger: Ledger, asides: Asides, made: OfferMade) -> Iterator[str]:
    """R4: not to one who was set aside. R6: nobody older waited for this agent."""
    if asides.get((made.interaction_id, made.agent_id), 0) > made.at_ms:
        yield f"R4 {made.event_id}: {made.agent_id} was set aside for it"
    agent = next((it for it in ledger.agents(POOL) if it.id == made.agent_id), None)
    if agent is None:
        return
    own = _place(ledger, (POOL, made.interaction_id))
    for at, where in ledger.where.items():
        if (
            where == "waiting"
            and _place(ledger, at) < own
            and asides.get((at[1], agent.id), 0) <= made.at_ms
            and _could(ledger, agent, at)
        ):
            yield f"R6 {made.event_id}: {at[1]} is older, waits, and {agent.id} could have it"


def _could(ledger: Ledger, agent: Agent, at: Where) -> bool:
    its = ledger.known[at]
    return (
        its["preferred"] in (None, agent.id)
        and ledger.asked_now(POOL, agent.id, its["channel"])
        and may_serve(ledger.config[POOL], agent, its)
        and ledger.has_room(POOL, agent, its["channel"])
    )


def _place(ledger: Ledger, at: Where) -> tuple[int, str]:
    return ledger.known[at]["age"][1], at[1]


def _able(ledger: Ledger, fact: InteractionWidened) -> list[str]:
    its = ledger.known[POOL, fact.interaction_id]
    doc = ledger.config[POOL]
    return [it.id for it in ledger.agents(POOL) if may_serve(doc, it, its)]


def _of(kind: str, found: Mapping[str, Json]) -> Iterator[Json]:
    return (it for key, it in found.items() if key.startswith(f"{kind}/"))
