"""R1 to R6 from one stored state to the next, by what is stored and what was told between.

The ledger of the property tests is filled from the state before, hears the facts, and is compared
with the state after. Nothing of the router's own code is used.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from shared.contracts.configuration import PoolDocument
from shared.contracts.event import Event
from shared.contracts.routing import InteractionWidened, OfferMade
from tests.support.router_eligible import may_serve
from tests.support.router_ledger import Ledger
from tests.support.router_store import broken_in_store
from tests.support.small_model_centre import POOL

Json = Mapping[str, Any]


class After(NamedTuple):
    """A state, and when the router will look at it by itself."""

    stored: Mapping[str, bytes]
    found: Mapping[str, Json]  # the same, read
    now: int
    deadline: int | None


def broken_between(
    doc: PoolDocument, before: Mapping[str, Json], facts: Sequence[Event], after: After
) -> list[str]:
    """What does not hold after these facts."""
    ledger = ledger_of(doc, before)
    broken: list[str] = []
    for fact in facts:
        if isinstance(fact, OfferMade):
            broken += _set_aside(ledger, fact)
        able = set(_able(ledger, fact)) if isinstance(fact, InteractionWidened) else set()
        ledger.add(fact)
        if isinstance(fact, InteractionWidened) and not able <= set(_able(ledger, fact)):
            broken.append(f"R4 {fact.event_id}: fewer may serve it than before")
    return [
        *ledger.broken,
        *broken,
        *broken_in_store(ledger, after.stored, after.now),
        *_told_otherwise(ledger, after.found, after.now),
        *_endless(after.found, after.deadline),
    ]


def _told_otherwise(ledger: Ledger, found: Mapping[str, Json], now: int) -> Iterator[str]:
    """What is stored of who holds it, and who is not asked, is what was told."""
    for it in _of("interaction", found):
        at = (POOL, str(it["id"]))
        stored = {f"{it['id']}:{its['attempt']}": its["agent_id"] for its in it["offers"]}
        if stored != ledger.offers.get(at, {}):
            yield f"R2 {at[1]}: offers stored {stored}, told {ledger.offers.get(at)}"
        if it["agent_id"] != ledger.assigned.get(at):
            yield f"R2 {at[1]}: stored with {it['agent_id']}, told {ledger.assigned.get(at)}"
    for (_, id_, agent_id), until_ms in ledger.asides.items():
        it_is = found.get(f"interaction/{POOL}/{id_}")
        kept = it_is and it_is["asides"].get(agent_id, {}).get("until_ms")
        if it_is is not None and until_ms > now and kept != until_ms:
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
        for agent_id, aside in it["asides"].items():
            ledger.asides[*at, agent_id] = aside["until_ms"]
    for stub in _of("stub", found):
        at = (POOL, str(stub["id"]))
        ledger.where[at] = stub["ended"]
        ledger.ended[at] = stub["ended_at_ms"]
        ledger.known[at] = {"channel": stub["channel"], "queue": ""}
        if stub["wrap_up_by"]:
            ledger.wrap_up[at] = stub["wrap_up_by"]
    return ledger


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


def _set_aside(ledger: Ledger, made: OfferMade) -> Iterator[str]:
    """R4: he had it, declined or missed it, and is not to be asked again yet."""
    if ledger.asides.get((POOL, made.interaction_id, made.agent_id), 0) > made.at_ms:
        yield f"R4 {made.event_id}: {made.agent_id} was set aside for it"


def _able(ledger: Ledger, fact: InteractionWidened) -> list[str]:
    its = ledger.known[POOL, fact.interaction_id]
    doc = ledger.config[POOL]
    return [it.id for it in ledger.agents(POOL) if may_serve(doc, it, its)]


def _of(kind: str, found: Mapping[str, Json]) -> Iterator[Json]:
    return (it for key, it in found.items() if key.startswith(f"{kind}/"))
