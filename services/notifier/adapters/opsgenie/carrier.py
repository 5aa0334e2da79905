"""Alerts to Opsgenie or Jira Service Management, as requests over HTTP."""

from dataclasses import dataclass

from services.notifier.adapters.alerts.series import send_all
from services.notifier.adapters.delivery import Delivery, Permission
from services.notifier.adapters.http.carrier import HttpCarrier, Request
from services.notifier.adapters.opsgenie.answers import delivery_of


@dataclass(frozen=True, slots=True)
class OpsgenieCarrier:
    """Implements `Carrier` for Opsgenie."""

    http: HttpCarrier

    async def send(self, message: tuple[Request, ...], may_send: Permission) -> Delivery:
        return await send_all(self.http, message, may_send, delivery_of)
