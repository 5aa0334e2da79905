"""How the notifier's facts change what is shown of who was told."""

from typing import TypedDict, assert_never

from services.gateway.adapters.view.ledger import Ledger
from services.gateway.adapters.view.told import About, Row, Telling
from shared.contracts import notification as n
from shared.contracts.interactions import Personal

RowFact = (
    n.NotificationHeld
    | n.NotificationBundled
    | n.AttemptLeased
    | n.AttemptEnded
    | n.AttemptInDoubt
    | n.RetryScheduled
    | n.NotificationEnded
    | n.ReceiptNoted
    | n.NotificationReopened
)
KINDS = frozenset(
    {
        "notification_opened", "notification_held", "notification_bundled", "attempt_leased",
        "attempt_ended", "attempt_in_doubt", "retry_scheduled", "notification_ended",
        "receipt_noted", "notification_reopened",
    }
)  # fmt: skip


def opened(ledger: Ledger, fact: n.NotificationOpened) -> None:
    """A row, of a telling that is known or new."""
    if ledger.of_row(fact.notification_id) is not None:
        return
    cause_id = fact.cause_id or fact.notification_id
    telling = ledger.tellings.get(cause_id)
    if telling is None:
        telling = _telling(cause_id, fact, ledger.next_number())
        ledger.enter(telling)
    row = Row(
        id=fact.notification_id,
        method=fact.method,
        hop=fact.hop,
        because=fact.because,
        opened_at_ms=fact.at_ms,
        expires_at_ms=fact.expires_at_ms,
        members=fact.members,
    )
    ledger.add_row(telling, row)
    telling.changed_at_ms = fact.at_ms
    telling.story.add(_without_secrets(fact).model_dump_json().encode())
    ledger.settle(telling)


def follow(ledger: Ledger, fact: RowFact, value: bytes) -> None:
    """What was told of a row that the view has forgotten changes nothing."""
    telling = ledger.of_row(fact.notification_id)
    if telling is None:
        return
    _change(telling.rows[fact.notification_id], fact)
    telling.changed_at_ms = max(telling.changed_at_ms, fact.at_ms)
    telling.story.add(value)
    ledger.settle(telling)
    if isinstance(fact, n.AttemptInDoubt):
        _doubt_what_it_carries(ledger, telling.rows[fact.notification_id])


def _doubt_what_it_carries(ledger: Ledger, digest: Row) -> None:
    for member in digest.members:
        telling = ledger.of_row(member)
        if telling is not None and (row := telling.rows[member]).carrier == digest.id:
            row.in_doubt = True
            ledger.settle(telling)


def _change(row: Row, fact: RowFact) -> None:
    match fact:
        case n.NotificationHeld():
            row.why, row.until_ms = fact.why, fact.until_ms
        case n.NotificationBundled():
            row.why, row.until_ms, row.carrier = "bundled", None, fact.carrier
        case n.AttemptLeased():
            row.why, row.until_ms = "trying", fact.lease_until_ms
            row.attempts, row.tried_at_ms = fact.number, fact.at_ms
            row.possible_repeats += fact.possible_repeat
            if row.undelivered:
                row.receipt = ""  # that was of an earlier try
        case n.AttemptEnded():
            row.outcome, row.detail = fact.outcome, fact.detail
        case n.AttemptInDoubt():
            row.why, row.until_ms, row.in_doubt = "in_doubt", None, True
        case n.RetryScheduled():
            row.why = "blocked" if fact.outcome == "blocked" else "retry"
            row.until_ms, row.outcome, row.detail = fact.retry_at_ms, fact.outcome, fact.detail
            row.in_doubt = row.in_doubt or fact.outcome == "unknown"
        case n.NotificationEnded():
            row.end, row.reason, row.ended_at_ms = fact.end, fact.reason, fact.at_ms
            row.attempts, row.possible_repeats = fact.attempts, fact.possible_repeats
        case n.ReceiptNoted():
            row.receipt, row.detail = fact.status, fact.detail or row.detail
        case n.NotificationReopened():
            row.in_doubt = row.in_doubt or row.end == "unknown"
            row.end, row.reason, row.ended_at_ms, row.receipt = "", "", None, ""
            row.why, row.until_ms = "redriven", None
            row.redrives, row.expires_at_ms = fact.redrives, fact.expires_at_ms
        case _:
            assert_never(fact)


class _Of(TypedDict, total=False):
    about: About
    pools: tuple[str, ...]
    incident_id: str | None
    escalation_id: str | None
    interaction_id: str | None
    cycle: int | None
    purpose: str | None


def _telling(cause_id: str, fact: n.NotificationOpened, number: int) -> Telling:
    found: _Of = {"about": "unknown", "pools": ()}
    return Telling(
        id=cause_id,
        person=fact.person,
        number=number,
        opened_at_ms=fact.at_ms,
        changed_at_ms=fact.at_ms,
        **(found | _cause(fact)),
    )


def _cause(fact: n.NotificationOpened) -> _Of:
    if fact.page is not None:
        return {
            "about": "page",
            "pools": (fact.page.pool,),
            "escalation_id": fact.page.escalation_id,
            "interaction_id": fact.page.interaction_id,
            "cycle": fact.page.cycle,
        }
    if fact.notice is not None:
        return {
            "about": "notice",
            "pools": fact.notice.pools,
            "incident_id": fact.notice.incident_id,
            "purpose": fact.notice.purpose,
        }
    if fact.customer_notice is not None:
        return {
            "about": "customer_notice",
            "pools": (fact.customer_notice.pool,),
            "interaction_id": fact.customer_notice.interaction_id,
            "purpose": fact.customer_notice.purpose,
        }
    if fact.trouble is not None:
        return {"about": "trouble", "purpose": fact.trouble.trouble_with}
    if fact.verification is not None:
        return {"about": "verification"}
    if fact.group is not None:
        return {"about": "group", "purpose": fact.group.because}
    return {"about": "digest"} if fact.members else {}


def _without_secrets(fact: n.NotificationOpened) -> n.NotificationOpened:
    """What a customer wrote, and hashes of addresses, have no place in anybody's story."""
    if (customer := fact.customer_notice) is not None:
        told = customer.model_copy(update={"personal": Personal()})
        return fact.model_copy(update={"customer_notice": told})
    if (asked := fact.verification) is not None:
        told_of = asked.model_copy(update={"address_hash": ""})
        return fact.model_copy(update={"verification": told_of})
    return fact
