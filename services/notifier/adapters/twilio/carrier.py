"""Messages and calls to Twilio, as requests over HTTP."""

from dataclasses import dataclass

from services.notifier.adapters.delivery import Delivery, Permission
from services.notifier.adapters.http.asking import asked
from services.notifier.adapters.http.carrier import HttpCarrier, Request
from services.notifier.adapters.twilio.answers import delivery_of


@dataclass(frozen=True, slots=True)
class TwilioCarrier:
    """Implements `Carrier` for sms and voice."""

    http: HttpCarrier

    async def send(self, message: Request, may_send: Permission) -> Delivery:
        return await asked(self.http, message, may_send, delivery_of)
