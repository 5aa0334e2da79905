"""How urgent an interaction is: its place by age and class, and what more waiting costs.

The cost of delay is Gc-mu: for a cost that grows with the square of the wait, scaled so that it is
1 when the promised first reply is just missed, the marginal cost at wait w is 2 w / sla^2. Times
1 / handle time (how many are served per second) it says whom to serve first.

Source:
    Van Mieghem (1995), "Dynamic Scheduling with Convex Delay Costs: The Generalized c-mu Rule",
    Annals of Applied Probability 5(3), doi:10.1214/aoap/1177004706.
"""

from shared.contracts.configuration import PoolDocument, PriorityClass, Queue, SlaPolicy, SlaTarget
from shared.contracts.words import Channel

EMERGENCY_MS = 100 * 365 * 24 * 3600 * 1000  # a head start of 100 years: nothing waits longer
HANDLE_S = 300  # where a queue does not say
SCALE = 2 * 10**18  # keeps the weight an integer with digits enough, the factor 2 included
BUSINESS_DAY_S = 8 * 3600
CALENDAR_DAY_S = 24 * 3600
NO_PROMISE_S = 30 * CALENDAR_DAY_S  # behind what has a promise, but not without end


def head_start_ms(it: PriorityClass) -> int:
    """How much longer one of this class seems to have waited."""
    return it.head_start_s * 1000 + (EMERGENCY_MS if it.emergency else 0)


def delay_weight(
    document: PoolDocument, queue: Queue | None, channel: Channel, topic: str | None, priority: str
) -> int:
    """Marginal cost of delay per millisecond waited; always at least 1.

    It is told also where the pool goes by age alone: that may change while somebody waits.
    """
    target = _first_reply(_policy(document, queue), channel, topic, priority)
    sla_s = NO_PROMISE_S if target is None else _length_s(target)
    handle_s = (queue.handle_time_s if queue is not None else None) or HANDLE_S
    return max(1, SCALE // (sla_s**2 * handle_s))


def _policy(document: PoolDocument, queue: Queue | None) -> SlaPolicy | None:
    """The queue's own, else the pool's default: as the SLA clocks choose it."""
    name = (queue.sla_policy if queue is not None else None) or document.default_sla_policy
    return next((it for it in document.sla_policies if it.name == name), None)


def _first_reply(
    policy: SlaPolicy | None, channel: Channel, topic: str | None, priority: str
) -> SlaTarget | None:
    for target in policy.targets if policy is not None else ():
        if (
            target.metric == "first_reply"
            and (not target.channels or channel in target.channels)
            and (not target.topics or topic in target.topics)
            and (not target.priorities or priority in target.priorities)
        ):
            return target
    return None


def _length_s(target: SlaTarget) -> int:
    """A bare comparison of promises: what is open when does not matter here."""
    if target.open_s is not None:
        return target.open_s
    if target.business_days is not None:
        return target.business_days * BUSINESS_DAY_S
    return (target.calendar_days or 1) * CALENDAR_DAY_S
