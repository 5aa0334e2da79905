"""The breaker in any order of messages, answers and pauses."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.notifier.adapters.sending.breaker import (
    IN_A_ROW,
    LONGEST_REST_S,
    PROBE_S,
    Blocked,
    Breaker,
    Pass,
)
from shared.contracts.words import AttemptOutcome

OUTCOMES: tuple[AttemptOutcome, ...] = (
    "accepted", "delivered", "transient", "throttled", "too_big", "config", "bad_recipient",
    "refused", "unknown", "not_sent",
)  # fmt: skip
BAD = {"transient", "unknown"}
SILENT = {"throttled", "not_sent", "config"}


class BreakerMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.breaker, self.now_s = Breaker("slack:hooks.slack.com"), 0.0
        self.on_the_way: list[tuple[Pass, float]] = []
        self.bad_in_a_row = 0  # told in this epoch while well, as a model counts them

    @rule(priority=st.integers(0, 9))
    def ask(self, priority: int) -> None:
        before = self.breaker.phase
        foretold = self.breaker.look(self.now_s, priority)
        granted = self.breaker.ask(self.now_s, priority)
        assert (foretold is None) == isinstance(granted, Pass)
        if isinstance(granted, Blocked):
            assert priority > 0, "the most urgent always passes"
            assert before != "well", "nothing is blocked while all is well"
            assert 0 < granted.wait_s <= 1.2 * LONGEST_REST_S
            return
        if before != "well" and priority > 0:
            assert granted.probe, "what is not urgent passes as a probe only"
        if granted.probe:
            assert self.now_s >= self.breaker.until_s, "no probe leaves during a rest"
            others = [
                it
                for it, left_s in self.on_the_way
                if it.probe and it.epoch == granted.epoch and self.now_s - left_s < PROBE_S
            ]
            assert not others, "one probe at a time"
        self.on_the_way.append((granted, self.now_s))

    @rule(data=st.data(), outcome=st.sampled_from(OUTCOMES))
    def answer(self, data: st.DataObject, outcome: AttemptOutcome) -> None:
        if not self.on_the_way:
            return
        granted, _ = self.on_the_way.pop(
            data.draw(st.integers(0, len(self.on_the_way) - 1), label="which")
        )
        epoch, phase = self.breaker.epoch, self.breaker.phase
        self.breaker.tell(self.now_s, granted, outcome)
        if granted.epoch != epoch or outcome in SILENT:
            assert (self.breaker.epoch, self.breaker.phase) == (epoch, phase)
            return
        if self.breaker.epoch != epoch:
            self.bad_in_a_row = 0
        elif phase == "well":
            self.bad_in_a_row = self.bad_in_a_row + 1 if outcome in BAD else 0
        if phase == "well" and self.breaker.phase == "resting":
            assert outcome in BAD, "it opens by a failure"
        if phase != "well" and self.breaker.phase == "well":
            assert outcome not in BAD, "it closes by a success"

    @rule(seconds=st.sampled_from([0.1, 1.0, 7.0, 31.0, 61.0, 400.0]))
    def wait(self, seconds: float) -> None:
        self.now_s += seconds

    @rule()
    def start_anew(self) -> None:
        kept = self.breaker.kept(self.now_s)
        self.on_the_way.clear()
        self.bad_in_a_row = 0
        if kept is None:
            self.breaker = Breaker(self.breaker.name)
        else:
            left_s = max(0.0, self.breaker.until_s - self.now_s)
            self.breaker = Breaker.restored(self.breaker.name, kept, self.now_s)
            assert self.breaker.until_s - self.now_s <= left_s + 1e-6

    @invariant()
    def it_never_stays_closed_over_too_many_failures(self) -> None:
        if self.breaker.phase == "well":
            assert self.bad_in_a_row < IN_A_ROW

    @invariant()
    def it_is_always_asked_again_within_the_longest_rest(self) -> None:
        later_s = self.now_s + 1.2 * LONGEST_REST_S + PROBE_S
        assert self.breaker.look(later_s, 9) is None


BreakerMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=60, deadline=None)
TestBreaker = BreakerMachine.TestCase
