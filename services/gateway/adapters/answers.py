"""Answers that were given under an Idempotency-Key, for those who ask again."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field

from services.gateway.adapters.problems import Problem


@dataclass(slots=True, kw_only=True)
class Answer:
    status: int
    body: bytes
    problem: bool = False


@dataclass(slots=True, kw_only=True)
class Asked:
    """One Idempotency-Key in use. The lock makes a repeat wait for the first."""

    fingerprint: str  # of door and body
    until_s: float
    appended: bool = False  # the event is in the log; asking again only waits
    answer: Answer | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class RememberedAnswers:
    """Bounded in number and in time (monotonic seconds, given by the caller)."""

    def __init__(self, *, most: int, kept_s: float) -> None:
        self._asked: OrderedDict[str, Asked] = OrderedDict()
        self._most, self._kept_s = most, kept_s

    def knows(self, event_id: str) -> bool:
        return event_id in self._asked

    def ask(self, event_id: str, fingerprint: str, now_s: float) -> Asked:
        """The entry of this event, new or known.

        Raises:
            Problem: the key was used for something else within the time.
        """
        known = self._asked.get(event_id)
        if known is not None and known.until_s > now_s:
            if known.fingerprint != fingerprint:
                raise Problem(
                    422,
                    "idempotency_key_reused",
                    "This Idempotency-Key was used for another request. Use a new key for a new "
                    "request, and the same body when you repeat one.",
                    field="Idempotency-Key",
                )
            self._asked.move_to_end(event_id)
            return known
        asked = Asked(fingerprint=fingerprint, until_s=now_s + self._kept_s)
        self._asked[event_id] = asked
        while len(self._asked) > self._most:
            self._asked.popitem(last=False)
        return asked
