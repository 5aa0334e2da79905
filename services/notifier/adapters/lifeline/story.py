"""How far one operator has been told of one outage: pure, and rebuilt from the spool's lines.

The same rules as in the ledger: a try that may have arrived goes again where the provider or the
reader knows it as the same one; elsewhere once more, marked as a possible repeat.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from services.notifier.adapters.lifeline.spool import Line
from shared.contracts.configuration import PEOPLE
from shared.contracts.notification import AttemptLeased
from shared.contracts.troubles import TroubleReported

LEASE_S = 60
LIFE_MS = 86_400_000
TRIES_EACH = 3  # by one method, until the next one has its turn; then round and round
_KNOWS_REPEATS = frozenset({"email", "webhook", "pagerduty", "opsgenie"})
_GOT_THROUGH = frozenset({"accepted", "delivered"})
_NEVER = frozenset({"config", "bad_recipient", "refused", "too_big"})


@dataclass(slots=True)
class Story:
    """Of one operator. `methods`: by which he may be reached, best first."""

    person: str
    methods: list[str]  # those that may still be of use, the next one first
    tries: int = 0
    in_doubt: int = 0  # tries that may have arrived
    told_by: str = ""
    told_ms: int = 0
    doubt_by: str = ""  # of the last try that may have arrived
    _open: Line | None = None
    _by_this: int = 0  # tries by the first of `methods`
    _lines: list[Line] = field(default_factory=list)

    @classmethod
    def of(cls, person: str, methods: Sequence[str], lines: Sequence[Line]) -> "Story":
        story = cls(person, list(methods))
        for line in lines:
            if line.person == person:
                story.hear(line)
        story.cut_off()
        return story

    @property
    def over(self) -> bool:
        """Nothing is to be tried any more."""
        return bool(self.told_by) or not self.methods

    @property
    def may_have_heard(self) -> bool:
        return bool(self.told_by) or self.in_doubt > 0

    @property
    def method(self) -> str:
        return self.methods[0]

    def hear(self, line: Line) -> None:
        if not line.outcome:
            self.cut_off()
            self._open, self.tries = line, line.number
            return
        self._open = None
        if line.outcome in _GOT_THROUGH:
            self._told(line)
        elif line.outcome in _NEVER:
            self._without(line.method)
        elif line.outcome == "unknown":
            self._doubt(line)
        else:
            self._failed(line.method)

    def cut_off(self) -> None:
        """A try that has no end: its process died, and it may have arrived."""
        if self._open is not None:
            self._doubt(self._open)
            self._open = None

    def _doubt(self, line: Line) -> None:
        self.in_doubt, self.doubt_by = self.in_doubt + 1, line.method
        if self.in_doubt > 1 and line.method not in _KNOWS_REPEATS:
            self._told(line)  # twice is enough where each is another message to its reader
        else:
            self._failed(line.method)

    def _told(self, line: Line) -> None:
        self.told_by, self.told_ms = line.method, line.at_ms

    def _without(self, method: str) -> None:
        self.methods = [it for it in self.methods if it != method]
        self._by_this = 0

    def _failed(self, method: str) -> None:
        if not self.methods or method != self.method:
            return
        self._by_this += 1
        if self._by_this >= TRIES_EACH:
            self.methods, self._by_this = [*self.methods[1:], method], 0


def trouble_of(story: Story, since_ms: int, now_ms: int) -> TroubleReported:
    trouble_id = f"trouble:platform:broker:{since_ms}:{story.person}:{story.method}"
    return TroubleReported(
        event_id=trouble_id,
        pool=PEOPLE,
        at_ms=since_ms,
        by="notifier",
        trouble_id=trouble_id,
        person=story.person,
        method=story.method,
        trouble_with="platform",
        about="broker",
        detail=f"no answer for {max(now_ms - since_ms, 0) // 1000} s",
        expires_at_ms=since_ms + LIFE_MS,
    )


def lease_of(trouble: TroubleReported, story: Story, now_ms: int) -> AttemptLeased:
    """As the ledger would give it. The message id is the same for every try."""
    number = story.tries + 1
    digest = blake2b(trouble.trouble_id.encode(), digest_size=16).hexdigest()
    return AttemptLeased(
        event_id=f"{trouble.trouble_id}/{number}/leased",
        pool=PEOPLE,
        at_ms=now_ms,
        by="notifier",
        cause=trouble.trouble_id,
        attempt_id=f"{trouble.trouble_id}/{number}",
        notification_id=trouble.trouble_id,
        person=story.person,
        method=story.method,
        number=number,
        message_id=f"trouble.{digest}",
        lease_until_ms=now_ms + LEASE_S * 1000,
        possible_repeat=story.in_doubt > 0,
        priority=0,
    )


def account_of(story: Story, since_ms: int, until_ms: int) -> TroubleReported:
    """For the ledger: he was told, and is now owed the end. The same however often it is made."""
    method = story.told_by or story.doubt_by
    trouble_id = f"trouble:platform_works:broker:{since_ms}:{story.person}:{method}"
    return TroubleReported(
        event_id=trouble_id,
        pool=PEOPLE,
        at_ms=until_ms,
        by="notifier",
        trouble_id=trouble_id,
        person=story.person,
        method=method,
        trouble_with="platform_works",
        about="broker",
        detail=f"no answer for {max(until_ms - since_ms, 0) // 1000} s",
        expires_at_ms=until_ms + LIFE_MS,
    )
