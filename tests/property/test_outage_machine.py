"""Random days of channels: nobody left with an outage that never ends, no promise kept late."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.outage.core import outage_core
from shared.contracts.configuration import OutageDocument, PoolInOutage
from shared.contracts.event import Event
from shared.contracts.outage import (
    ContactsSeen,
    IncidentDeclared,
    IncidentResolveRequested,
    IncidentUpdated,
    IncidentUpdatePosted,
    ProbeEnded,
)
from shared.contracts.routing import MoveCounts
from shared.contracts.system import ConfigChanged, Tick
from shared.contracts.words import Channel
from tests.support.outage_invariants import CHECKS, open_incidents
from tests.support.outage_stage import (
    BOSTON,
    RIGA,
    SECOND,
    Stage,
    document,
    of,
    picture,
    to,
    watched,
)

CHANNELS: tuple[Channel, ...] = ("voice", "chat", "sms")
PROBES = ("p", "q")
FAST = {"recovered_for_s": 40, "failed_over_for_s": 60, "recovered_in_a_row": 3}
DOCUMENTS: tuple[OutageDocument, ...] = (
    document(
        channels={
            "voice": watched("p", silent_after_s=60, **FAST),
            "chat": watched("p", "q", bad_in_a_row=2, **FAST),
        },
        promises={"critical_s": 100, "major_s": 170, "minor_s": 300},
    ),
    document(
        pools={
            "boston": BOSTON.model_copy(update={"staff": (to("ivan"), to("new"))}),
            "riga": RIGA,
            "tartu": PoolInOutage(backups={"chat": ("sms",), "sms": ()}),
        },
        it=(to("ivan"), to("ivan", "webhook"), to("mia")),
        channels={"voice": watched("p", "q", **FAST)},
    ),
    document(pools={"riga": RIGA}, it=(), channels={"chat": watched("q", silent_after_s=30)}),
)


class Recorded(Stage):
    """A stage that keeps what it was fed and when, so that another can be fed the same."""

    def __init__(self) -> None:
        self.inputs: list[tuple[int, Event]] = []
        self.heard_ms = 0
        super().__init__(DOCUMENTS[0])

    def feed(self, event: Event) -> list[Event]:
        self.inputs.append((self.now, event))
        told = super().feed(event)
        self.heard_ms = self.now
        return told


class OutageMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.stage = Recorded()
        self.held: list[Event] = []  # appended, and not heard yet

    def hear(self, event: Event, *, later: bool) -> None:
        if later:
            self.held.append(event)
        else:
            self.stage.feed(event)

    def some_incident(self, data: st.DataObject) -> str:
        """One that is kept, open or ended, or one that never was."""
        return data.draw(st.sampled_from([*sorted(self.stage.state.incidents), "chat-9"]))

    @rule(seconds=st.sampled_from([0, 1, 5, 30, 100, 171, 1_000]))
    def live(self, seconds: int) -> None:
        """While the service runs, each promise is kept to the millisecond."""
        self.stage.wait(0)
        promised = {it.id: it.next_update_at_ms for it in self.stage.state.open_incidents()}
        for fact in of(IncidentUpdated, self.stage.play(seconds)):
            assert fact.automatic
            assert fact.at_ms == promised[fact.incident_id]
            promised[fact.incident_id] = fact.next_update_at_ms

    @rule(seconds=st.sampled_from([10, 200, 5_000]))
    def stand_still(self, seconds: int) -> None:
        self.stage.wait(seconds)

    @rule(
        channel=st.sampled_from(CHANNELS),
        name=st.sampled_from(PROBES),
        looks=st.tuples(st.sampled_from(["ok", "failed", "failed", "isolated"]), st.integers(1, 5)),
        every=st.sampled_from([1, 15]),
        later=st.booleans(),
    )
    def look(
        self, channel: Channel, name: str, looks: tuple[Any, int], every: int, *, later: bool
    ) -> None:
        outcome, count = looks
        for _ in range(count):
            self.stage.now += every * SECOND
            event = ProbeEnded(
                **self.stage.head(), channel=channel, probe=name, outcome=outcome, detail="code"
            )
            self.hear(event, later=later)

    @rule(
        channel=st.sampled_from(CHANNELS[:2]),
        outcome=st.sampled_from(["ok", "ok", "failed"]),
        rounds=st.integers(2, 5),
    )
    def all_probes_agree(self, channel: Channel, outcome: Any, rounds: int) -> None:
        for _ in range(rounds):
            for name in PROBES:
                self.stage.look(outcome, every=12, name=name, channel=channel)

    @rule(channel=st.sampled_from(CHANNELS[:2]), seconds=st.integers(20, 90))
    def fall_silent(self, channel: Channel, seconds: int) -> None:
        self.stage.contacts({channel: 1})
        self.stage.quiet(seconds)

    @rule(
        counts=st.dictionaries(st.sampled_from(CHANNELS), st.integers(0, 2), max_size=2),
        count=st.integers(1, 8),
        later=st.booleans(),
    )
    def gateway_tells(self, counts: dict[Channel, int], count: int, later: bool) -> None:
        for _ in range(count):
            self.stage.now += 10 * SECOND
            event = ContactsSeen(
                **self.stage.head(), gateway="one", counts=counts, gap_ms=10 * SECOND
            )
            self.hear(event, later=later)

    @rule(
        channel=st.sampled_from(CHANNELS),
        pools=st.sampled_from([(), (), ("riga",), ("boston", "riga"), ("tartu",)]),
        severity=st.sampled_from(["minor", "critical"]),
        promise=st.sampled_from([None, None, 20]),
        later=st.booleans(),
    )
    def declare(
        self,
        channel: Channel,
        pools: tuple[str, ...],
        severity: Any,
        promise: int | None,
        *,
        later: bool,
    ) -> None:
        event = IncidentDeclared(
            **self.stage.head(),
            channel=channel,
            pools=pools,
            severity=severity,
            next_update_s=promise,
            actor="a",
        )
        self.hear(event, later=later)

    @rule(
        data=st.data(),
        severity=st.sampled_from([None, "major"]),
        later=st.booleans(),
    )
    def post(self, data: st.DataObject, severity: Any, later: bool) -> None:
        event = IncidentUpdatePosted(
            **self.stage.head(), incident_id=self.some_incident(data), severity=severity, actor="a"
        )
        self.hear(event, later=later)

    @rule(data=st.data(), later=st.booleans())
    def resolve(self, data: st.DataObject, later: bool) -> None:
        event = IncidentResolveRequested(
            **self.stage.head(), incident_id=self.some_incident(data), actor="a"
        )
        self.hear(event, later=later)

    @rule(
        data=st.data(),
        pool=st.sampled_from(["boston", "riga"]),
        moved=st.integers(0, 9),
    )
    def move(self, data: st.DataObject, pool: str, moved: int) -> None:
        counts = MoveCounts(moved=moved, returned=moved // 2)
        self.stage.moved(pool, counts, incident_id=self.some_incident(data))

    @rule(which=st.sampled_from(DOCUMENTS))
    def configure(self, which: OutageDocument) -> None:
        self.stage.configure(which)

    @rule(data=st.data())
    @precondition(lambda self: self.held)
    def hear_what_was_held(self, data: st.DataObject) -> None:
        """Late, and in any order."""
        self.stage.feed(self.held.pop(data.draw(st.integers(0, len(self.held) - 1))))

    @rule(data=st.data())
    def hear_again(self, data: st.DataObject) -> None:
        """The last input, or one of those before it, is delivered twice; ticks are not stored."""
        inputs = [it for _, it in self.stage.inputs[-8:] if not isinstance(it, Tick)]
        if inputs:
            self.stage.feed(data.draw(st.sampled_from(inputs)))

    @rule()
    def take_over(self) -> None:
        self.stage.restore()

    @invariant()
    def what_was_told_is_sound(self) -> None:
        for check in CHECKS:
            check(self.stage.facts)

    @invariant()
    def a_channel_is_down_exactly_while_it_has_an_open_incident(self) -> None:
        state = self.stage.state
        told = open_incidents(self.stage.facts)
        assert told == {it.channel: it.id for it in state.open_incidents()}
        down = {name for name, it in state.channels.items() if it.health == "failed_over"}
        assert down == told.keys()

    @invariant()
    def no_promise_is_left_behind(self) -> None:
        deadline = outage_core.deadline(self.stage.state)
        assert deadline is None or deadline > self.stage.heard_ms

    @invariant()
    def the_stored_entities_rebuild_the_state(self) -> None:
        assert picture(self.stage.restored()) == picture(self.stage.state)

    def teardown(self) -> None:
        """The same log, restored after every record or after none, gives the same facts."""
        for size in (1, 1_000_000):
            again = Stage(configured=False)
            again.documents.update(self.stage.documents)
            for number, (now, event) in enumerate(self.stage.inputs, start=1):
                again.now = now
                again.feed(event)
                if number % size == 0:
                    again.restore()
            assert again.facts == self.stage.facts
        taken = [it for _, it in self.stage.inputs if isinstance(it, ConfigChanged)]
        assert taken, "without a configuration nothing of this was exercised"


OutageMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestOutageMachine = OutageMachine.TestCase
