"""Signed messages to webhooks, as requests over HTTP."""

from dataclasses import dataclass

from services.notifier.adapters.delivery import Delivery, Permission
from services.notifier.adapters.http.carrier import HttpCarrier, Request
from services.notifier.adapters.webhook.answers import delivery_of


@dataclass(frozen=True, slots=True)
class WebhookCarrier:
    """Implements `Carrier` for webhooks."""

    http: HttpCarrier

    async def send(self, message: Request, may_send: Permission) -> Delivery:
        return await self.http.send(message, may_send, delivery_of)
