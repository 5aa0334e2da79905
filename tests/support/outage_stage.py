"""A small installation, and a runner in one process: decide, evolve, and now and then a restore."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from services.outage.core import OutageState, outage_core
from shared.contracts.catalogue import read
from shared.contracts.configuration import (
    INSTALLATION,
    Document,
    OutageDocument,
    PoolInOutage,
    Probe,
    WatchedChannel,
)
from shared.contracts.event import Event
from shared.contracts.outage import (
    ChannelHealthChanged,
    ContactsSeen,
    IncidentDeclared,
    IncidentOpened,
    IncidentResolveRequested,
    IncidentUpdatePosted,
    NoticeRequested,
    ProbeEnded,
)
from shared.contracts.people import Recipient
from shared.contracts.routing import InteractionMoved, MoveCounts
from shared.contracts.system import ConfigChanged, Tick
from shared.contracts.words import Channel, ChannelHealth, NoticePurpose, ProbeOutcome

E = TypeVar("E", bound=Event)
T0 = 1_772_625_600_000  # 2026-03-04T12:00Z
SECOND = 1_000
MINUTE = 60 * SECOND
PERIOD_S = 10  # between two records of a gateway


def probe(name: str = "door", **given: Any) -> Probe:
    return Probe(name=name, target="http://127.0.0.1:1/", **given)


def watched(*names: str, **given: Any) -> WatchedChannel:
    return WatchedChannel(probes=tuple(probe(name) for name in names or ("door",)), **given)


def to(person: str, method: Any = "email") -> Recipient:
    return Recipient(person=person, method=method)


BOSTON = PoolInOutage(
    backups={"voice": ("sms", "email"), "sms": (), "email": ()},
    managers=(to("mia"),),
    staff=(to("sam"),),
)
RIGA = PoolInOutage(
    backups={"voice": ("chat",), "chat": ()}, managers=(to("rita"),), staff=(to("sigi"),)
)


def document(**given: Any) -> OutageDocument:
    """Pools boston and riga; `voice` is watched by one probe, and IT is ivan."""
    return OutageDocument(
        **{
            "pools": {"boston": BOSTON, "riga": RIGA},
            "it": (to("ivan"),),
            "channels": {"voice": watched()},
        }
        | given
    )


class Stage:
    """Feeds events as the runner does, at the time `now`, and keeps the facts.

    `facts` has no evidence: that is noted, and told nowhere.
    """

    def __init__(self, first: OutageDocument | None = None, *, configured: bool = True) -> None:
        self.documents: dict[str, Document] = {}
        self.state = outage_core.empty(self.documents)
        self.stored: dict[str, bytes] = {}
        self.now = T0
        self.facts: list[Event] = []
        self._number = 0
        self._version = 0
        if configured:
            self.configure(first or document())

    def feed(self, event: Event) -> list[Event]:
        self.now = max(self.now, event.at_ms)
        told = []
        for fact in outage_core.decide(self.state, event, self.now):
            copy = read(fact.kind, fact.model_dump_json().encode())  # type: ignore[attr-defined]  # every fact has a kind
            outage_core.evolve(self.state, copy)
            if outage_core.destinations(copy):
                told.append(copy)
        self.facts += told
        return told

    # --- time

    def wait(self, seconds: float) -> list[Event]:
        """Time passes without an event; then one tick."""
        self.now += int(seconds * SECOND)
        return self.feed(Tick(**self.head(pool="")))

    def play(self, seconds: float) -> list[Event]:
        """Time passes as in life: a tick whenever the core's deadline is reached."""
        told, until = [], self.now + int(seconds * SECOND)
        while (deadline := outage_core.deadline(self.state)) is not None and deadline <= until:
            self.now = max(self.now, deadline)
            told += self.feed(Tick(**self.head(pool="")))
        self.now = until
        return told

    # --- state

    def commit(self) -> None:
        for key, value in outage_core.take_changed(self.state):
            if value is None:
                self.stored.pop(key, None)
            else:
                self.stored[key] = value

    def restored(self) -> OutageState:
        self.commit()
        state = outage_core.empty(self.documents)
        outage_core.load(state, dict(reversed(self.stored.items())))
        return state

    def restore(self) -> None:
        """A new owner: everything from the stored entities."""
        self.state = self.restored()

    def health(self, channel: Channel = "voice") -> ChannelHealth:
        return self.state.channel(channel).health

    # --- events

    def configure(self, it: Document, version: int | None = None) -> list[Event]:
        self._version = self._version + 1 if version is None else version
        hash_ = f"hash{len(self.documents) + 1}"
        self.documents[hash_] = it
        return self.feed(
            ConfigChanged(**self.head(), actor="operator", hash=hash_, version=self._version)
        )

    def look(
        self,
        outcome: ProbeOutcome,
        *,
        every: float = 30,
        name: str = "door",
        channel: Channel = "voice",
        detail: str = "",
    ) -> list[Event]:
        """A probe ends, `every` seconds after now."""
        self.now += int(every * SECOND)
        return self.feed(
            ProbeEnded(**self.head(), channel=channel, probe=name, outcome=outcome, detail=detail)
        )

    def looks(self, count: int, outcome: ProbeOutcome, **given: Any) -> list[Event]:
        return [fact for _ in range(count) for fact in self.look(outcome, **given)]

    def contacts(
        self, counts: Mapping[Channel, int] | None = None, *, gap_s: float = PERIOD_S
    ) -> list[Event]:
        """A gateway's record, `gap_s` seconds after now."""
        self.now += int(gap_s * SECOND)
        return self.feed(
            ContactsSeen(
                **self.head(),
                gateway="one",
                counts=dict(counts or {}),
                gap_ms=int(gap_s * SECOND),
            )
        )

    def quiet(self, seconds: int) -> list[Event]:
        """Records of a gateway without any contact."""
        return [fact for _ in range(seconds // PERIOD_S) for fact in self.contacts()]

    def declare(self, channel: Channel = "voice", **given: Any) -> list[Event]:
        return self.feed(
            IncidentDeclared(**self.head(given), channel=channel, actor="supervisor:eve", **given)
        )

    def post(self, incident_id: str = "voice-1", **given: Any) -> list[Event]:
        return self.feed(
            IncidentUpdatePosted(
                **self.head(given), incident_id=incident_id, actor="supervisor:eve", **given
            )
        )

    def resolve(self, incident_id: str = "voice-1", **given: Any) -> list[Event]:
        return self.feed(
            IncidentResolveRequested(
                **self.head(given), incident_id=incident_id, actor="supervisor:eve", **given
            )
        )

    def moved(
        self, pool: str, counts: MoveCounts, *, incident_id: str = "voice-1", **given: Any
    ) -> list[Event]:
        return self.feed(
            InteractionMoved(
                **self.head(given, pool=pool),
                interaction_id=f"{pool}:1",
                number=1,
                incident_id=incident_id,
                direction="to_backup",
                queue="main",
                home_channel="voice",
                from_channel="voice",
                to_channel="sms",
                waiting_since_ms=T0,
                order_ms=T0,
                moves=counts,
            )
        )

    def head(
        self, given: dict[str, Any] | None = None, *, pool: str = INSTALLATION
    ) -> dict[str, Any]:
        """What every event begins with; an `event_id` in `given` is taken out of it and used."""
        self._number += 1
        if given is None:
            given = {}
        return {
            "event_id": given.pop("event_id", f"event-{self._number}"),
            "pool": pool,
            "at_ms": self.now,
            "by": "test",
        }


def kinds(facts: Iterable[Event]) -> list[str]:
    return [fact.kind for fact in facts]  # type: ignore[attr-defined]  # every fact has a kind


def of(kind: type[E], facts: Iterable[Event]) -> list[E]:
    return [fact for fact in facts if isinstance(fact, kind)]


def only(kind: type[E], facts: Iterable[Event]) -> E:
    (found,) = of(kind, facts)
    return found


def notices(facts: Iterable[Event], purpose: NoticePurpose) -> dict[str, NoticeRequested]:
    """By person; each person at most once."""
    found = [it for it in of(NoticeRequested, facts) if it.purpose == purpose]
    assert len({it.person for it in found}) == len(found)
    return {it.person: it for it in found}


def turns(facts: Iterable[Event]) -> list[ChannelHealth]:
    """Which health channels came to, in order."""
    return [it.health for it in of(ChannelHealthChanged, facts)]


def opened(facts: Iterable[Event]) -> IncidentOpened:
    return only(IncidentOpened, facts)


def picture(state: OutageState) -> dict[str, object]:
    """All that two equal states must agree on."""
    return {
        "installation": state.installation,
        "channels": dict(state.channels),
        "incidents": dict(state.incidents),
        "deadline": outage_core.deadline(state),
    }
