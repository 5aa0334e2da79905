"""Messages to Zoom's incoming webhooks, as requests over HTTP."""

from dataclasses import dataclass

from services.notifier.adapters.delivery import Delivery, Permission
from services.notifier.adapters.http.asking import asked
from services.notifier.adapters.http.carrier import HttpCarrier, Request
from services.notifier.adapters.zoom.answers import delivery_of


@dataclass(frozen=True, slots=True)
class ZoomCarrier:
    """Implements `Carrier` for Zoom Team Chat."""

    http: HttpCarrier

    async def send(self, message: Request, may_send: Permission) -> Delivery:
        return await asked(self.http, message, may_send, delivery_of)
