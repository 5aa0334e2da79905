"""A receipt for who has just arrived, and one word more for who waits longer than he was told.

A receipt is decided at the end of the turn in which an interaction was queued, so it is told once,
and says what is true by then. It is for all whom the pool took in: those who wait, whom an agent is
being asked to take, who have one already, and who are parked. Only for the first two a wait is
told, and only where there is ground for it.
"""

from collections.abc import Iterator

from msgspec import UNSET

from services.router.core.customers.prospect import likely_wait
from services.router.core.model import Interaction
from services.router.core.turn import Turn
from shared.contracts.customers import CustomerNoticeRequested, customer_of
from shared.contracts.event import Event
from shared.contracts.explanation import WaitEstimate
from shared.contracts.interactions import InteractionReceived, Personal
from shared.contracts.words import CustomerNoticePurpose

OF_USE_MS = 3_600_000  # a wait that is told later than this has nothing to do with the present one
BY_A_MACHINE = "auto_submitted"  # attribute: the header `Auto-Submitted` of RFC 3834


def receipt(turn: Turn, arrived: InteractionReceived) -> Iterator[Event]:
    """Told to the customer of what was queued in this turn, by the channel by which it came."""
    it = turn.pool.interactions.get(arrived.interaction_id)
    if it is None or it.home not in turn.pool.plan.confirmed or _by_a_machine(it):
        return
    # What is not needed to write to him stays behind; what is goes on unread.
    personal = arrived.personal.without_words()
    yield _notice(turn, it, "receipt", likely_wait(turn, it), personal=personal)


def longer_wait(turn: Turn, it: Interaction) -> CustomerNoticeRequested:
    """It has waited twice as long as the receipt said, and nobody has it."""
    assert it.told_wait_s is not UNSET
    return _notice(turn, it, "longer_wait", likely_wait(turn, it), told_before_s=it.told_wait_s)


def _notice(
    turn: Turn,
    it: Interaction,
    purpose: CustomerNoticePurpose,
    wait: WaitEstimate | None,
    *,
    told_before_s: int | None = None,
    personal: Personal | None = None,
) -> CustomerNoticeRequested:
    return CustomerNoticeRequested(
        **turn.head(f"{it.id}#customer_notice/{purpose}"),
        notice_id=f"{it.id}:{purpose}",
        person=customer_of(it.id),
        interaction_id=it.id,
        purpose=purpose,
        channel=it.home,
        language=it.language,
        wait=wait,
        told_before_s=told_before_s,
        expires_at_ms=turn.now + OF_USE_MS,
        personal=personal or Personal(),
    )


def _by_a_machine(it: Interaction) -> bool:
    """A holiday reply or another receipt: an answer to it may be answered, and so on (RFC 3834)."""
    said = it.attributes.get(BY_A_MACHINE, "no")
    return said.partition(";")[0].strip().lower() not in ("", "no")
