"""How long an interaction is likely to wait from now on: a median and a ninetieth percentile.

Two grounds. Staffing: before it is its turn, those before it and one more must get an agent, so as
many agents must get free; with c places and a mean handle time m that is a sum of exponential
times of mean m / c, an Erlang distribution. Delays of others: the head of the line has waited W,
and the one who entered service last had; about n arrivals came in that time, so one place forward
costs W / n. Ibrahim and Whitt (2009) show that both kinds of delay beat averages of the past.
Where both are known their mean counts. Nothing is told where nothing is known.

All in integers, so that a replay gives the same on any machine.
"""

from collections.abc import Iterable
from math import isqrt

from services.router.core.model import Measured
from services.router.core.pool import PoolState
from services.router.core.why.verdicts import Case, Person, is_there
from shared.contracts.explanation import WaitEstimate

MILLION = 1_000_000
Z_MEDIAN = 0
Z_NINETY = 1_281_552  # of the normal distribution, in millionths
STALE_MS = 3_600_000  # who entered service longer ago tells nothing of today's wait


def erlang_ms(stages: int, stage_ms: int, z_millionths: int) -> int:
    """A quantile of the sum of `stages` exponential times, each of mean `stage_ms`.

    Args:
        z_millionths: the same quantile of the normal distribution, in millionths.

    Source:
        Wilson & Hilferty (1931), "The distribution of chi-square", PNAS 17(12): its cube root is
        nearly normal. Off by 1 % for one stage, less for more.
    """
    root = isqrt(stages * MILLION * MILLION)
    cube_root = MILLION - MILLION // (9 * stages) + z_millionths * MILLION // (3 * root)
    return int(stages * stage_ms * cube_root**3 // MILLION**3)


def estimated(
    case: Case,
    able: Iterable[Person],
    *,
    ahead: int,
    waiting: int,
    head_since_ms: int,
    beyond: int = 0,
) -> WaitEstimate | None:
    """What can be told of the wait of `case`; None where there is no ground for it.

    Args:
        able: agents who could serve it at all; those who are there, and not withheld, count.
        ahead: how many stand before it, for the same agents.
        waiting: all who stand there, with it; at least 1.
        head_since_ms: since when the first of them waits.
        beyond: how many more agents are there than in `able`, who have as much room on average.
    """
    handle_ms = handle_time_ms(case.pool, case.it.queue)
    there = [who for who in able if is_there(case, who) and not who.seat.agent.withheld]
    places = sum(_places(case, who) for who in there)
    if handle_ms is None or not places:
        return None
    places += places * beyond // len(there)
    stages, stage_ms, rests_on = ahead + 1, handle_ms // places, ["staffing"]
    # Before anybody of them came there was nobody to wait for: a night tells nothing of a morning.
    staffed_since_ms = min(who.seat.agent.status_since_ms for who in there)
    head_ms = case.now - max(head_since_ms, staffed_since_ms)
    last_ms = _last_delay_ms(case, staffed_since_ms)
    if head_ms > stage_ms:  # sooner it says no more than that nobody got free yet
        rests_on.append("head_of_line")
    else:
        head_ms = 0
    if last_ms:
        rests_on.append("last_to_enter")
    if delay_ms := max(head_ms, last_ms):
        stage_ms = (stage_ms + delay_ms // waiting) // 2
    more_ms = _before_others_are_asked_ms(case, there, handle_ms)
    return WaitEstimate(
        p50_s=_seconds(erlang_ms(stages, stage_ms, Z_MEDIAN) + more_ms),
        p90_s=_seconds(erlang_ms(stages, stage_ms, Z_NINETY) + more_ms),
        rests_on=tuple(rests_on),
    )


def handle_time_ms(pool: PoolState, queue: str) -> int | None:
    """Mean time that one interaction of this queue takes an agent: measured, else configured."""
    measured = pool.measured.get(queue)
    if measured is not None and measured.handled:
        return max(1, measured.handle_ms)
    configured = pool.plan.queues.get(queue)
    if configured is None or configured.handle_time_s is None:
        return None
    return configured.handle_time_s * 1000


def _places(case: Case, who: Person) -> int:
    """How many interactions of this channel he can have at once."""
    plan, channel = case.pool.plan, case.it.channel
    units, cap = plan.channel(channel).units, plan.cap(who.configured, channel)
    if not units:
        return 1 if cap is None else cap
    by_units = who.configured.capacity_units // units
    return by_units if cap is None else min(cap, by_units)


def _last_delay_ms(case: Case, staffed_since_ms: int) -> int:
    """How long who entered service last had waited, if that was lately and not for the morning."""
    last = case.pool.measured.get(case.it.queue, Measured(case.it.queue))
    if last.entered_at_ms <= case.now - STALE_MS:
        return 0
    return last.waited_ms if last.entered_at_ms - last.waited_ms >= staffed_since_ms else 0


def _before_others_are_asked_ms(case: Case, there: Iterable[Person], handle_ms: int) -> int:
    """While one agent is preferred: until he gets free, or is let go."""
    preferred = case.preferred
    if preferred is None:
        return 0
    his = next((who for who in there if who.configured.id == preferred.agent_id), None)
    free_ms = handle_ms // _places(case, his) if his is not None else 0
    return min(preferred.until_ms - case.now, free_ms)


def _seconds(ms: int) -> int:
    """Rounded up: nobody is promised too little."""
    return -(-ms // 1000)
