"""What of a stored state decides about its future; states that are equal in it are one.

Times are replaced by their rank order, in three scales that are only compared within themselves:
deadlines, ages, and since when agents are ready. Numbers that only make ids (attempts, epochs,
moves), and commands that are remembered, are left out. So of all timings with one order one is
looked at, and what follows from it truly happens.
"""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

Json = Mapping[str, Any]
HEAD_STARTS_MS = (0, 40_000)  # of the priority classes of the small centre
PLAIN = (
    "status", "queue", "channel", "step", "agent_id", "parked_why", "callback", "held",
)  # fmt: skip


def key_of(found: Mapping[str, Json], now: int) -> bytes:
    """A digest of the state. `found`: entities by their keys, as JSON."""
    interactions = sorted(_of("interaction", found), key=lambda it: str(it["id"]))
    agents = sorted(_of("agent", found), key=lambda it: str(it["id"]))
    wrap_ups = [it for it in _of("stub", found) if it["wrap_up_by"]]
    deadlines = _rank(
        (it for each in interactions for it in _deadlines(each, now)),
        (it["wrap_up_until_ms"] for it in wrap_ups),
        (now,),
    )
    # Who comes now stands behind all who wait, but for his head start.
    ages = _rank((it["order_ms"] for it in interactions), (now - start for start in HEAD_STARTS_MS))
    ready = _rank(
        (it["ready_since_ms"] for it in agents),
        (offer["agent_ready_since_ms"] for it in interactions for offer in it["offers"]),
        (now,),
    )
    offers = _rank(it["last_offer"] for it in agents)
    told = (
        deadlines[now],
        [ages[now - start] for start in HEAD_STARTS_MS],
        ready[now],
        [
            (
                it["id"],
                [it.get(name) for name in PLAIN],
                ages[it["order_ms"]],
                _preferred(it),
                [
                    (offer["agent_id"], ready[offer["agent_ready_since_ms"]])
                    for offer in it["offers"]
                ],
                sorted(who for who, aside in it["asides"].items() if aside["until_ms"] > now),
                [deadlines[at] for at in _deadlines(it, now)],
            )
            for it in interactions
        ],
        [
            (
                it["id"],
                it["status"],
                it["misses"],
                ready[it["ready_since_ms"]],
                offers[it["last_offer"]],
            )
            for it in agents
        ],
        sorted(str(it["id"]) for it in _of("stub", found)),
        sorted((it["id"], it["wrap_up_by"], deadlines[it["wrap_up_until_ms"]]) for it in wrap_ups),
    )
    return blake2b(repr(told).encode(), digest_size=16).digest()


def _deadlines(it: Json, now: int) -> list[int]:
    """All times at which time alone changes it, in an order that its content gives."""
    found = [int(offer["expires_at_ms"]) for offer in it["offers"]]
    found += [
        int(aside["until_ms"])
        for _, aside in sorted(it["asides"].items())
        if aside["until_ms"] > now
    ]
    steps = it.get("steps") or ()
    found += [
        int(it["steps_since_ms"] + step["after_s"] * 1000) for step in steps[it["step"] + 1 :]
    ]
    if it.get("preferred"):
        found.append(int(it["preferred"]["until_ms"]))
    if it["expires_at_ms"] is not None and it["status"] != "assigned":
        found.append(int(it["expires_at_ms"]))
    return found


def _preferred(it: Json) -> str | None:
    preferred = it.get("preferred")
    return preferred and str(preferred["agent_id"])


def _rank(*groups: Iterable[int]) -> dict[int, int]:
    values = sorted({value for group in groups for value in group})
    return {value: rank for rank, value in enumerate(values)}


def _of(kind: str, found: Mapping[str, Json]) -> Iterable[Json]:
    return (it for key, it in found.items() if key.startswith(f"{kind}/"))
