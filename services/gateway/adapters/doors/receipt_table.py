"""The doors for what providers tell of messages: a part of the table."""

from services.gateway.adapters.doors import bodies, receipts
from services.gateway.adapters.doors.door import Door

RECEIPT_DOORS: tuple[Door, ...] = (
    Door(
        method="POST",
        path="/v1/receipts/twilio/{token}",
        name="report_twilio_status",
        summary="Twilio tells what became of a message or a call. Signed by Twilio.",
        handler=receipts.of_twilio,
        raw=True,
        needs_view=False,
        answers=((204, "Noted, or nothing to note."), (403, "Not by Twilio, or too old.")),
    ),
    Door(
        method="POST",
        path="/v1/receipts/twilio-voice/{token}",
        name="press_key_on_the_phone",
        summary="Key 1 in a call acknowledges its page. Signed by Twilio.",
        handler=receipts.of_key_press,
        raw=True,
        needs_view=False,
        query=bodies.SpokenQuery,
        answers=((200, "What the phone says next (TwiML)."), (403, "Not by Twilio.")),
        media_types=("text/xml",),
    ),
)
