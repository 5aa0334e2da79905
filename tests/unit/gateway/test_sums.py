"""The sums that the board shows are those of a naive count, whatever happens in which order."""

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.adapters.view.clocks import Clocks
from services.gateway.adapters.view.view import View
from shared.contracts import escalation, routing
from shared.contracts.topics import POOL_LOG
from shared.log import LogRecord
from tests.component.gateway.busy_day import agents_status, clock, missed, waits
from tests.component.gateway.house import T0, assigned, escalated

WITHIN_MS = 100
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("start", "breach", "meet", "cancel", "time")),
        st.integers(0, 5),
        st.integers(0, 400),
    ),
    max_size=120,
)


def ended(kind: str, number: int) -> Any:
    common = {
        "event_id": f"{kind}/{number}",
        "pool": "p",
        "at_ms": T0,
        "by": "escalation",
        "interaction_id": f"p:{number}",
        "metric": "first_reply",
    }
    if kind == "meet":
        return escalation.SlaMet.model_validate(common | {"due_at_ms": T0})
    return escalation.SlaCancelled.model_validate(common | {"reason": "closed"})


@settings(max_examples=150)
@given(STEPS)
def test_clocks_are_counted_as_a_naive_list_counts_them(steps: Any) -> None:
    clocks, now_ms = Clocks(), T0
    due: dict[int, int] = {}
    broken: set[int] = set()
    for what, number, ms in steps:
        if what == "time":
            now_ms += ms
        elif what == "start":
            clocks.follow(clock("p", number, "q", "en", since_ms=now_ms, due_ms=now_ms + ms))
            due[number] = now_ms + ms
            broken.discard(number)
        elif what == "breach":
            clocks.follow(missed("p", number, "q", "en", due_ms=now_ms))
            if due.pop(number, None) is not None:
                broken.add(number)
        else:
            clocks.follow(ended(what, number))
            due.pop(number, None)
            broken.discard(number)
        near = [at_ms for at_ms in due.values() if at_ms <= now_ms + WITHIN_MS]
        assert clocks.at_risk(now_ms, WITHIN_MS) == (len(near), min(near, default=None))
        assert len(clocks.missed) == len(broken)


def test_clocks_that_are_met_long_before_they_are_due_leave_nothing() -> None:
    clocks = Clocks()
    for number in range(10_000):
        clocks.follow(clock("p", number, "q", "en", since_ms=T0, due_ms=T0 + 10**9 + number))
        clocks.follow(ended("meet", number))

    assert len(clocks._later._heap) < 200


def record(event: Any) -> LogRecord:
    value = event.model_dump_json().encode()
    return LogRecord(POOL_LOG, 0, 0, event.kind, event.by, event.at_ms, event.pool, value)


def closed(number: int, agent_id: str, *, wraps_up: bool) -> routing.InteractionClosed:
    return routing.InteractionClosed(
        event_id=f"boston:{number}#closed",
        pool="boston",
        at_ms=T0,
        by="router",
        interaction_id=f"boston:{number}",
        queue="general",
        agent_id=agent_id,
        outcome="solved",
        answered=True,
        wrap_up_until_ms=T0 + 9 if wraps_up else None,
    )


def released(number: int, agent_id: str) -> routing.CapacityReleased:
    return routing.CapacityReleased(
        event_id=f"boston:{number}#released",
        pool="boston",
        at_ms=T0,
        by="router",
        interaction_id=f"boston:{number}",
        agent_id=agent_id,
        early=False,
    )


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(("ready", "away", "offline", "take", "close", "wrap", "release", "back")),
        st.integers(0, 2),
        st.integers(0, 4),
    ),
    max_size=80,
)


@settings(max_examples=150)
@given(DEEDS)
def test_agents_are_counted_as_a_look_at_each_counts_them(deeds: Any) -> None:
    view = View(documents={}, ended_kept=1_000)
    for what, agent, number in deeds:
        agent_id = f"boston-{agent}"
        match what:
            case "take":
                view.apply(record(waits("boston", number, queue="q", language="en", since_ms=T0)))
                view.apply(record(assigned(f"boston:{number}", agent_id)))
            case "close" | "wrap":
                view.apply(record(closed(number, agent_id, wraps_up=what == "wrap")))
            case "release":
                view.apply(record(released(number, agent_id)))
            case "back":
                view.apply(record(waits("boston", number, queue="q", language="en", since_ms=T0)))
            case status:
                view.apply(record(agents_status("boston", agent, status, T0)))
        pool = view.board.pool("boston")
        naive = Counter(it.activity() for it in pool.agents.values() if it.counted is not None)
        assert +pool.activities == naive


def test_an_escalation_is_unacknowledged_until_somebody_takes_it_or_it_is_over() -> None:
    view = View(documents={}, ended_kept=10)
    for number in (1, 2, 3):
        for event in escalated(f"boston:{number}"):
            view.apply(record(event))
    view.apply(record(acknowledged(1)))
    view.apply(record(over(2)))
    waiting = view.board.pool("boston").unacknowledged

    assert list(waiting) == ["boston:3#first_reply/1"]


def acknowledged(number: int) -> escalation.EscalationAcknowledged:
    return escalation.EscalationAcknowledged(
        event_id=f"ack/{number}",
        pool="boston",
        at_ms=T0,
        by="escalation",
        escalation_id=f"boston:{number}#first_reply/1",
        cycle=1,
        person="maria",
        after_ms=1,
    )


def over(number: int) -> escalation.EscalationResolved:
    return escalation.EscalationResolved(
        event_id=f"over/{number}",
        pool="boston",
        at_ms=T0,
        by="escalation",
        escalation_id=f"boston:{number}#first_reply/1",
        cycle=1,
        reason="met",
    )
