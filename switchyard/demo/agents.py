"""An agent of the demo: comes, takes breaks, accepts or not, works, goes."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from shared.contracts.words import AgentStatus
from switchyard.demo.counters import Counters
from switchyard.demo.day import Contact
from switchyard.demo.doors import ON_BEHALF, Doors, Offer
from switchyard.demo.shifts import Stint, stints
from switchyard.demo.staff import Colleague
from switchyard.demo.timeline import Timeline

DECLINES = 0.03
# A ringing phone is missed less often than a mail in a list.
MISSES = {"voice": 0.008}
MISSES_OTHERS = 0.04
# Seconds from seeing an offer to the answer, and from the answer to the first reply.
REACTION_S = {"voice": (2.0, 6.0), "chat": (3.0, 12.0)}
REACTION_OTHER_S = (5.0, 40.0)
REPLY_S = {"chat": (8.0, 30.0)}
REPLY_SHARE = 0.6  # of the handling time, where the reply is what the work is about
ENDS_WRAP_UP = 0.2
BY_TEXT = 3.0  # what is said in a minute takes so many minutes to write, ours
UNPLANNED_HANDLE_S = 180.0  # of an interaction that somebody else sent in
BACK_AT_DESK_S = 60.0
_REPLY = "Thank you. We have looked into it, and this is what we found."
_ASK_AGAIN_S = 0.25
_ASKS = 120  # how often an agent looks whether the offer became his, where nobody said so


@dataclass(slots=True)
class Scene:
    """What all agents share."""

    timeline: Timeline
    doors: Doors
    counters: Counters
    contacts: Mapping[str, Contact]  # by interaction
    answered: set[str]
    seed: int
    midnight_ms: int


@dataclass(slots=True)
class Agent:
    colleague: Colleague
    scene: Scene
    status: AgentStatus = "offline"
    in_hand: set[str] = field(default_factory=set)
    leaving: bool = False
    said: int = 0  # presence reports so far, for their idempotency keys
    speaking: asyncio.Lock = field(default_factory=asyncio.Lock)  # one report after the other

    def plan(self, *, until_ms: int) -> None:
        """Put the agent's day on the timeline; what begins after `until_ms` is left out."""
        for stint in stints(self.colleague.shift, self.colleague.number):
            if self._time(stint.starts_ms) < until_ms:
                self._plan_stint(stint)

    def _plan_stint(self, stint: Stint) -> None:
        at = self.scene.timeline.at
        at(self._time(stint.starts_ms), lambda: self._say("ready"))
        for begins, ends in stint.breaks:
            at(self._time(begins), lambda: self._say("away", "break"))
            at(self._time(ends), lambda: self._say("ready"))
        at(self._time(stint.ends_ms), self._leave)

    def _time(self, since_midnight_ms: int) -> int:
        return self.scene.midnight_ms + since_midnight_ms

    def _leave(self) -> None:
        """Nobody drops a customer at the end of a shift: no new offers, and off when done."""
        self.leaving = bool(self.in_hand)
        self._say("away" if self.leaving else "offline")

    def _say(self, status: AgentStatus, note: str | None = None) -> None:
        self.status = status
        if status == "ready":
            self.leaving = False
        self.said += 1
        self.scene.timeline.start(self._report(status, note, self.said))

    async def _report(self, status: AgentStatus, note: str | None, number: int) -> None:
        me = self.colleague.id
        body = {"status": status} if note is None else {"status": status, "note": note}
        async with self.speaking:
            await self.scene.doors.command(
                f"/v1/agents/{me}/presence", body, role=ON_BEHALF, key=f"{me}/presence/{number}"
            )

    def offered(self, offer: Offer) -> None:
        """An offer appeared on the desk."""
        if self.status != "ready":
            return  # away: it is revoked, or runs out
        dice = Random(f"{self.scene.seed} {offer.offer_id}")
        lot = dice.random()
        misses = MISSES.get(offer.channel, MISSES_OTHERS)
        if lot < misses:
            self._miss(offer)
            return
        low, high = REACTION_S.get(offer.channel, REACTION_OTHER_S)
        answer: Literal["accept", "decline"] = "decline" if lot < misses + DECLINES else "accept"
        act: Callable[[], None] = lambda: self.scene.timeline.start(  # noqa: E731 - a due call
            self._answer(offer, answer, dice)
        )
        self.scene.timeline.after(dice.uniform(low, high), act)

    def _miss(self, offer: Offer) -> None:
        """Not at the desk; back a minute after it ran out, and ready again in any case."""
        self.scene.counters.missed += 1
        back_ms = offer.expires_at_ms + int(BACK_AT_DESK_S * 1000)
        self.scene.timeline.at(back_ms, self._back)

    def _back(self) -> None:
        if self.status == "ready":
            self._say("ready")

    async def _answer(
        self, offer: Offer, answer: Literal["accept", "decline"], dice: Random
    ) -> None:
        key = f"{offer.offer_id}/{answer}"
        told = await self.scene.doors.command(
            f"/v1/offers/{offer.offer_id}/{answer}",
            {"agent_id": self.colleague.id},
            role=ON_BEHALF,
            key=key,
            wait=True,
        )
        if answer == "decline":
            self.scene.counters.declined += 1
        elif told.done or (told.taken and await self._became_mine(offer)):
            self._work(offer, dice)

    async def _became_mine(self, offer: Offer) -> bool:
        """The router did not answer in time: look until it is known whether the offer was good."""
        path = f"/v1/interactions/{offer.interaction_id}"
        for _ in range(_ASKS):
            seen = (await self.scene.doors.look(path, role=ON_BEHALF)).json()
            if seen.get("offer_id") != offer.offer_id or seen.get("state") != "offered":
                return bool(seen.get("agent_id") == self.colleague.id)
            await asyncio.sleep(_ASK_AGAIN_S)
        return False

    def _work(self, offer: Offer, dice: Random) -> None:
        scene, key = self.scene, offer.interaction_id
        if key not in scene.answered:
            scene.counters.answered += 1
            scene.answered.add(key)
        self.in_hand.add(key)
        contact = scene.contacts.get(key)
        handle_s = UNPLANNED_HANDLE_S if contact is None else contact.handle_s
        if contact is not None and contact.channel == "voice" != offer.channel:
            handle_s *= BY_TEXT
        if offer.channel != "voice":
            low, high = REPLY_S.get(offer.channel, (0.0, 0.0))
            reply_s = dice.uniform(low, high) if high else handle_s * REPLY_SHARE
            reply_s = min(reply_s, handle_s * REPLY_SHARE)
            scene.timeline.after(reply_s, lambda: scene.timeline.start(self._reply(offer)))
        scene.timeline.after(handle_s, lambda: scene.timeline.start(self._close(offer, dice)))

    async def _reply(self, offer: Offer) -> None:
        await self.scene.doors.command(
            f"/v1/interactions/{offer.interaction_id}/replies",
            {"agent_id": self.colleague.id, "personal": {"text": _REPLY}},
            role=ON_BEHALF,
            key=f"{offer.offer_id}/reply",
        )

    async def _close(self, offer: Offer, dice: Random) -> None:
        key = offer.interaction_id
        await self.scene.doors.command(
            f"/v1/interactions/{key}/close",
            {"agent_id": self.colleague.id, "outcome": "solved"},
            role=ON_BEHALF,
            key=f"{offer.offer_id}/close",
        )
        self.scene.counters.closed += 1
        self.in_hand.discard(key)
        if self.leaving and not self.in_hand:
            self.leaving = False
            self._say("offline")
        elif offer.channel in {"voice", "chat"} and dice.random() < ENDS_WRAP_UP:
            timeline = self.scene.timeline
            timeline.after(10.0, lambda: timeline.start(self._end_wrap_up(offer)))

    async def _end_wrap_up(self, offer: Offer) -> None:
        await self.scene.doors.command(
            f"/v1/interactions/{offer.interaction_id}/wrap-up/end",
            {"agent_id": self.colleague.id},
            role=ON_BEHALF,
            key=f"{offer.offer_id}/wrap-up/end",
        )
