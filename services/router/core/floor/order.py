"""Who waits first: by age, or by what more waiting costs."""

from services.router.core.model import Interaction
from services.router.core.needs.urgency import EMERGENCY_MS

Standing = tuple[int, int, int, str]  # compared left to right, smaller is served earlier


def by_age(order_ms: int, id_: str) -> Standing:
    return (1, 0, order_ms, id_)


def by_cost(order_ms: int, id_: str, weight: int, now: int) -> Standing:
    """Rank of one interaction by the marginal cost of its delay (Gc-mu), then by age.

    An emergency has a head start that nothing outweighs, so it stands before all others, and among
    its like by age. Two of the same weight never change places as time goes on.
    """
    waited_ms = now - order_ms
    if waited_ms >= EMERGENCY_MS // 2:
        return (0, 0, order_ms, id_)
    return (1, -waited_ms * weight, order_ms, id_)


def standing(it: Interaction, now: int, *, by_delay: bool) -> Standing:
    """The key by which interactions are compared."""
    if by_delay:
        return by_cost(it.order_ms, it.id, it.delay_weight, now)
    return by_age(it.order_ms, it.id)
