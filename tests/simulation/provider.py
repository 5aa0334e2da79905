"""The providers of contact methods: what they answer, and what truly became of the message."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from services.notifier.core import Content, Digest
from shared.contracts.notification import AttemptLeased
from shared.contracts.outage import NoticeRequested
from shared.contracts.words import AttemptOutcome
from tests.simulation.moods import ANSWERS, Mood
from tests.simulation.world import World

METHODS = ("email", "sms", "voice", "slack", "webhook", "pagerduty")
BY_KEY = frozenset({"webhook", "pagerduty"})  # a second message with the same key is dropped
_SHOWN_ONCE = 0.7  # of mail with the same Message-ID


@dataclass(frozen=True, slots=True)
class Answer:
    """`after_ms` None: it never comes. `told_twice`: the sender tells the outcome two times."""

    outcome: AttemptOutcome
    after_ms: int | None
    detail: str = ""
    retry_after_ms: int | None = None
    told_twice: bool = False
    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """One message that was handed to a provider. `arrived`: the person truly got it."""

    at_ms: int
    lease: AttemptLeased
    content: Content
    answer: Answer
    arrived: bool
    provider_id: str  # what its provider calls it, also where it did not tell us


OnArrival = Callable[[Content], None]
OnWritten = Callable[[Written], None]


@dataclass(slots=True)
class Provider:
    """All of them; each contact method has moods of its own.

    `written` is what was taken from us, `mailboxes` how often a message truly came to its reader.
    """

    world: World
    chance: Random
    moods: dict[str, Mood] = field(default_factory=dict)  # by method; the others are well
    written: list[Written] = field(default_factory=list)
    mailboxes: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    on_arrival: OnArrival = lambda _content: None
    on_written: OnWritten = lambda _written: None
    taken: int = 0  # messages, each with a name from its provider

    def send(self, lease: AttemptLeased, content: Content) -> Answer:
        """Take one message; what it says need not be what it does."""
        kind = self._kind(lease, content)
        if kind not in ("accept", "refuse", "twice"):
            self.world.story.fault(f"provider: {kind}")
        answer, arrives = self._answer(kind, lease)
        if arrives is not None:
            self._write(lease, content, answer, arrived=arrives)
        return answer

    def _kind(self, lease: AttemptLeased, content: Content) -> str:
        mood = Mood.GOOD if self.world.calm else self.moods.get(lease.method, Mood.GOOD)
        kinds = ANSWERS[mood]
        kind = self.chance.choices(list(kinds), list(kinds.values()))[0]
        if kind == "big" and lease.shorter:
            return "accept"
        recovery = isinstance(content, NoticeRequested) and content.purpose == "recovery"
        if kind in ("refuse", "bad", "big") and recovery:
            return "transient"  # else who got the opening could not get the end, whatever we do
        return kind

    def _answer(self, kind: str, lease: AttemptLeased) -> tuple[Answer, bool | None]:
        """With whether it truly arrives; None: it was not even taken."""
        chance, soon = self.chance, self.chance.randint(40, 900)
        match kind:
            case "accept" | "twice":
                twice = kind == "twice"
                return self._accepted(lease, soon, told_twice=twice), True
            case "lie":
                return self._accepted(lease, soon), False
            case "transient":
                return Answer("transient", soon, "451"), None
            case "lost error":  # it says that it failed, and it did not
                return Answer("transient", soon, "451"), True
            case "refuse":
                return Answer("refused", soon, "550"), None
            case "bad":
                return Answer("bad_recipient", soon, "550 5.1.1"), None
            case "config":
                return Answer("config", soon, "535"), None
            case "big":
                return Answer("too_big", soon, "552"), None
            case "throttle":
                wait_ms = chance.randint(10, 90) * 1000
                return Answer("throttled", soon, "421", retry_after_ms=wait_ms), None
            case "timeout":
                after_ms = chance.randint(5, 25) * 1000
                return Answer("unknown", after_ms, "timeout"), chance.random() < 0.5
            case "late":  # the lease is over by then, and another try may have begun
                return self._accepted(lease, chance.randint(31, 120) * 1000), True
            case "never":
                return Answer("unknown", None), chance.random() < 0.5
            case _:
                raise AssertionError(kind)

    def _accepted(self, lease: AttemptLeased, after_ms: int, *, told_twice: bool = False) -> Answer:
        name = f"{lease.method}-{self.taken + 1}"
        return Answer("accepted", after_ms, "250", told_twice=told_twice, provider_id=name)

    def _write(
        self, lease: AttemptLeased, content: Content, answer: Answer, *, arrived: bool
    ) -> None:
        self.taken += 1
        name = f"{lease.method}-{self.taken}"
        written = Written(self.world.now_ms, lease, content, answer, arrived, name)
        self.written.append(written)
        if arrived and self._shows(lease):
            self.mailboxes[lease.notification_id] += 1
            self.world.schedule.after(
                self.chance.randint(500, 8_000), lambda: self.on_arrival(content)
            )
        self.on_written(written)

    def _shows(self, lease: AttemptLeased) -> bool:
        """Whether the reader sees it; some see a repeat as the same message."""
        if not self.mailboxes[lease.notification_id]:
            return True
        once = lease.method in BY_KEY
        once = once or (lease.method == "email" and self.chance.random() < _SHOWN_ONCE)
        self.world.story.exercised["repeat kept from its reader" if once else "read twice"] += 1
        return not once


def causes_of(content: Content) -> tuple[Content, ...]:
    """What a message tells: of a digest everything that is in it."""
    return content.causes if isinstance(content, Digest) else (content,)
