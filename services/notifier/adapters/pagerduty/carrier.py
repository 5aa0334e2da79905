"""Events to PagerDuty, as requests over HTTP."""

from dataclasses import dataclass

from services.notifier.adapters.alerts.series import send_all
from services.notifier.adapters.delivery import Delivery, Permission
from services.notifier.adapters.http.carrier import HttpCarrier, Request
from services.notifier.adapters.pagerduty.answers import delivery_of


@dataclass(frozen=True, slots=True)
class PagerDutyCarrier:
    """Implements `Carrier` for PagerDuty."""

    http: HttpCarrier

    async def send(self, message: tuple[Request, ...], may_send: Permission) -> Delivery:
        return await send_all(self.http, message, may_send, delivery_of)
