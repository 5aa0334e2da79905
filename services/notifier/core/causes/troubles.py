"""Operators hear when telling others does not work: once an hour of the same thing.

They hear it by another contact method than the one that failed, if they have one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from services.notifier.core.causes.evolve_troubles import HOUR_MS, key_of
from services.notifier.core.chains.building import hops_of
from services.notifier.core.chains.opening import open_chain
from services.notifier.core.chains.progress import rows_of
from services.notifier.core.facts import Saying
from services.notifier.core.ledger.reach import methods_of
from services.notifier.core.model import Notification, Phase
from services.notifier.core.state import NotifierState
from shared.contracts.configuration import PEOPLE
from shared.contracts.customers import is_customer
from shared.contracts.event import Event
from shared.contracts.notification import AttemptEnded, NotificationEnded
from shared.contracts.people import Recipient
from shared.contracts.troubles import TroubleReported
from shared.contracts.words import TroubleWith

OF_USE_MS = 4 * HOUR_MS
# There the address of a person is that of a provider's door, so what is wrong is his alone.
_OWN_DOOR = frozenset({"webhook", "teams", "zoom", "apprise"})


@dataclass(frozen=True, slots=True)
class _Trouble:
    kind: TroubleWith
    about: str
    method: str  # by which it came up
    detail: str


def requested(state: NotifierState, say: Saying, trouble: TroubleReported) -> Iterator[Event]:
    """An operator is to be told; heard by the shard that keeps his ledger."""
    yield from open_chain(state, say, trouble)


def of_outcome(
    state: NotifierState, say: Saying, row: Notification, told: AttemptEnded
) -> Iterator[Event]:
    """What a provider's answer says of how we reach it, or of an address."""
    method = row.target[1]
    kind = _kind_of(told.outcome, told.detail)
    if is_customer(row.person) and kind != "provider":
        return  # nobody of staff could mend a customer's address
    if kind is not None:
        own = kind != "provider" or method in _OWN_DOOR
        about = f"{method}/{row.person}" if own else method
        yield from _report(state, say, _Trouble(kind, about, method, told.detail or told.outcome))


def after_end(state: NotifierState, say: Saying, ended: NotificationEnded) -> Iterator[Event]:
    """Nothing has reached a person of what he had to be told, and nothing more will."""
    row = state.notifications[ended.notification_id]
    if ended.end not in ("dead_lettered", "expired") or not _had_to_be_told(row):
        return
    outcome, _, detail = ended.reason.partition(": ")
    if _kind_of(outcome, detail) is not None:
        return  # that is told
    chain = rows_of(state, row)
    if all(one.phase is Phase.ENDED and not one.may_have_arrived for one in chain):
        about = f"{chain[0].target[1]}/{row.person}"
        trouble = _Trouble("undelivered", about, row.target[1], ended.reason)
        yield from _report(state, say, trouble)


def after_receipt(
    state: NotifierState, say: Saying, row: Notification, detail: str
) -> Iterator[Event]:
    """A message that a provider had taken did not arrive; and no other of its chain will."""
    if not row.escalation_id and row.purpose not in ("opening", "recovery"):
        return
    chain = rows_of(state, row)
    if all(one.phase is Phase.ENDED and not one.may_have_arrived for one in chain):
        about = f"{chain[0].target[1]}/{row.person}"
        detail = f"undelivered: {detail}" if detail else "undelivered"
        trouble = _Trouble("undelivered", about, row.target[1], detail)
        yield from _report(state, say, trouble)


def _kind_of(outcome: str, detail: str) -> TroubleWith | None:
    """What an outcome says is wrong; None: nothing that an operator could mend."""
    if outcome in ("config", "refused") and ("410" in detail or "gone" in detail):
        return "endpoint"
    if outcome == "config":
        return "provider"
    return "address" if outcome == "bad_recipient" else None


def _had_to_be_told(row: Notification) -> bool:
    """Of an update there is a next one."""
    return row.page is not None or (row.notice is not None and row.purpose != "update")


def _report(state: NotifierState, say: Saying, trouble: _Trouble) -> Iterator[Event]:
    hour = say.now // HOUR_MS
    known = state.troubles.get(key_of(trouble.kind, trouble.about))
    if known is not None and known.hour == hour:
        return
    document = state.people
    addressed = (
        (operator.person, _method_for(state, operator, trouble.method))
        for operator in (document.operators if document else ())
    )
    for person, method in dict.fromkeys(addressed):  # who is named twice is told once
        trouble_id = f"trouble:{trouble.kind}:{trouble.about}:{hour}:{person}:{method}"
        yield TroubleReported(
            event_id=trouble_id,
            trouble_id=trouble_id,
            person=person,
            method=method,
            trouble_with=trouble.kind,
            about=trouble.about,
            detail=trouble.detail,
            expires_at_ms=say.now + OF_USE_MS,
            **say.said(PEOPLE),
        )


def _method_for(state: NotifierState, operator: Recipient, failed: str) -> str:
    """As he is to be told, but not by what failed: then by another hop or method that he has."""
    first, hops = hops_of(state, operator.person, operator.method, "high")
    wanted = (first, *(hop.method for hop in hops), *methods_of(state, operator.person))
    return next((method for method in wanted if method != failed), first)
