"""Which waiting call next? The router asked at every moment at which the bank's switch decided.

A moment is one call of a service that left the queue for an agent while others of that service
waited. The data are whole seconds, so those count as waiting who came more than two seconds before
it and left more than two after; and the router agrees if the call that it offers had waited, with
its credit, at most two seconds longer than the one that was taken.
"""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from shared.contracts.configuration import ChannelSettings
from shared.contracts.event import Event
from shared.contracts.routing import OfferMade
from tests.cases.bank.centre import FORGOTTEN_AFTER_S, POOL, SKILL_OF, Centre, agent, document
from tests.cases.bank.month import Call, Month

TOLERANCE_S = 2
GAP_MS = 3 * FORGOTTEN_AFTER_S * 1000  # between moments, which are laid one after the other
FREE = "free"  # the agent who gets free


class Moment(NamedTuple):
    at_s: int
    taken: Call
    waiting: tuple[Call, ...]  # the others


class Score(NamedTuple):
    moments: int
    agreed: int

    @property
    def percent(self) -> float:
        return 100 * self.agreed / self.moments


def moments(month: Month, service: str) -> Iterator[Moment]:
    calls = [it for it in month.calls if it.queued and it.service == service]
    began = [it.came_s for it in calls]
    longest_s = max((it.waited_s for it in calls), default=0)
    for taken in calls:
        if not taken.answered:
            continue
        at_s = taken.left_s
        first = bisect_left(began, at_s - longest_s)
        last = bisect_left(began, at_s - TOLERANCE_S)
        others = tuple(
            it for it in calls[first:last] if it is not taken and it.left_s > at_s + TOLERANCE_S
        )
        if others:
            yield Moment(at_s, taken, others)


def ask(found: list[Moment], service: str, credit_s: int) -> Score:
    """The calls of each moment wait in the router at their ages, then an agent gets free."""
    skill = SKILL_OF.get(service, service)
    free = agent(FREE, (skill,), english=service == "PE")
    centre = Centre(document((free,), credit_s=credit_s, voice=ChannelSettings()))
    numbers, agreed = count(), 0
    for moment in found:
        names = {f"{next(numbers)}": it for it in (moment.taken, *moment.waiting)}
        offered = _offered(centre, moment, names)
        ahead_s = _age_s(moment, offered, credit_s) - _age_s(moment, moment.taken, credit_s)
        agreed += ahead_s <= TOLERANCE_S
    return Score(len(found), agreed)


def _offered(centre: Centre, moment: Moment, names: dict[str, Call]) -> Call:
    """Nobody answers the offer, so the agent is away again, and the calls are forgotten."""
    came = sorted(names.items(), key=lambda it: it[1].came_s)
    begun_ms = centre.now_ms + GAP_MS
    for name, call in came:
        centre.now_ms = begun_ms + (call.came_s - came[0][1].came_s) * 1000
        centre.call(call, name)
    centre.now_ms = begun_ms + (moment.at_s - came[0][1].came_s) * 1000
    offer = _only_offer(centre.presence(FREE, "ready"))
    return names[offer.interaction_id.removeprefix(f"{POOL}:")]


def _only_offer(told: list[Event]) -> OfferMade:
    (offer,) = (it for it in told if isinstance(it, OfferMade))
    return offer


def _age_s(moment: Moment, call: Call, credit_s: int) -> int:
    return moment.at_s - call.came_s + (credit_s if call.priority == 2 else 0)
