"""What providers tell of messages: that they arrived or did not, and keys pressed on the phone.

Two things are needed: the provider's own signature says who calls, and our token in the address
says which row of whose ledger it is about. Nothing is answered with what it holds.

| Twilio says | told |
|---|---|
| sent | sent |
| delivered; of a call completed | delivered: somebody or some machine took it |
| read | read |
| undelivered, failed, canceled; of a call busy, no-answer | undelivered, with Twilio's code |
| any other | nothing: 204 |
"""

from collections.abc import Mapping

from starlette.responses import Response

from services.gateway.adapters.doors import bodies
from services.gateway.adapters.doors.commands import append
from services.gateway.adapters.doors.door import Call
from services.gateway.adapters.doors.pages import ack_id, standing
from services.gateway.adapters.doors.spoken import Answer, spoken
from services.gateway.adapters.problems import Problem
from services.gateway.adapters.twilio_signatures import form_of, signed_by_twilio
from shared.contracts.configuration import INSTALLATION
from shared.contracts.escalation import PageAcknowledged
from shared.contracts.notification import DeliveryReported
from shared.contracts.topics import PEOPLE_LOG, POOL_LOG
from shared.contracts.words import ReceiptStatus
from shared.links import AckClaim, LinkError
from shared.log import AppendError
from shared.receipts import ReceiptClaim, ReceiptError

_OF_MESSAGES: Mapping[str, ReceiptStatus] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "undelivered": "undelivered",
    "failed": "undelivered",
    "canceled": "undelivered",
}
_OF_CALLS: Mapping[str, ReceiptStatus] = {
    "completed": "delivered",
    "busy": "undelivered",
    "no-answer": "undelivered",
    "failed": "undelivered",
    "canceled": "undelivered",
}
_LONGEST_ID = 64


async def of_twilio(call: Call) -> Response:
    """A status of a message or a call goes to the ledger of the person it was for."""
    form = _signed(call)
    try:
        claim = call.desk.receipts.verify(call.path["token"], call.desk.clock.now_ms())
    except ReceiptError as error:
        raise Problem(403, "bad_receipt", str(error), field="token") from None
    event = _report(claim, form, call.desk.clock.now_ms())
    if event is not None:
        await _append(call, event)
    return Response(status_code=204)


async def of_key_press(call: Call) -> Response:
    """Key 1 acknowledges the page; that somebody answered never does."""
    form = _signed(call)
    try:
        claim = call.desk.links.verify(call.path["token"], call.desk.clock.now_ms())
    except LinkError:
        return _say(call, "over")
    if form.get("Digits") != "1":
        return _say(call, "again")
    known = call.desk.view.board.escalations.get(claim.escalation_id)
    if standing(known, claim.cycle) != "confirm":
        return _say(call, "over")
    pool = known.pool if known is not None else claim.escalation_id.partition(":")[0]
    try:
        targets = [(POOL_LOG, pool), (PEOPLE_LOG, claim.person)]
        await append(call.desk, _acknowledgement(call, claim, pool), targets)
    except Problem:  # the caller hears that it did not work, not a fault of the telephone system
        return _say(call, "trouble")
    return _say(call, "noted")


def _signed(call: Call) -> dict[str, str]:
    """The form, if Twilio has sent it; of a name that comes twice, the last."""
    url = call.desk.settings.public_url.rstrip("/") + call.target
    if not signed_by_twilio(call.desk.twilio, call.headers, url, call.content):
        raise Problem(
            403,
            "bad_signature",
            "This is not signed by Twilio for this address. Check the settings for Twilio's token "
            "and for the public URL.",
        )
    return dict(form_of(call.content))


def _report(claim: ReceiptClaim, form: dict[str, str], now_ms: int) -> DeliveryReported | None:
    told = form.get("CallStatus") or form.get("MessageStatus") or form.get("SmsStatus") or ""
    status = (_OF_CALLS if "CallStatus" in form else _OF_MESSAGES).get(told)
    if status is None:
        return None
    sid = _plain(form.get("CallSid") or form.get("MessageSid") or "")
    return DeliveryReported(
        event_id=f"{claim.notification_id}/receipt/{sid}/{told}",  # said twice, it is one
        pool=INSTALLATION,
        at_ms=now_ms,
        by="gateway",
        notification_id=claim.notification_id,
        person=claim.person,
        status=status,
        detail=f"{told} {_plain(form.get('ErrorCode', ''))}".rstrip(),
        provider_id=sid,
    )


def _plain(value: str) -> str:
    """An id or a code of the provider's; what is none is left out."""
    return value if value.isascii() and value.isalnum() and len(value) <= _LONGEST_ID else ""


async def _append(call: Call, event: DeliveryReported) -> None:
    try:
        await call.desk.appender.append(PEOPLE_LOG, event.person, event)
    except AppendError as error:
        raise Problem(
            503,
            "log_unavailable",
            "The log did not confirm; send it again.",
            headers={"Retry-After": "1"},
        ) from error


def _acknowledgement(call: Call, claim: AckClaim, pool: str) -> PageAcknowledged:
    return PageAcknowledged(
        event_id=ack_id(claim.escalation_id, claim.cycle, claim.person),
        pool=pool,
        at_ms=call.desk.clock.now_ms(),
        by="gateway",
        actor=f"person:{claim.person}",
        escalation_id=claim.escalation_id,
        cycle=claim.cycle,
        person=claim.person,
        page_id=claim.page_id,
        via="voice",
    )


def _say(call: Call, answer: Answer) -> Response:
    asked = call.asked(bodies.SpokenQuery)
    twiml = spoken(answer, asked.lang, tag=asked.tag, voice=asked.voice)
    return Response(twiml, media_type="text/xml")
