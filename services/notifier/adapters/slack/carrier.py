"""Messages to Slack, as requests over HTTP."""

from dataclasses import dataclass

from services.notifier.adapters.delivery import Delivery, Permission
from services.notifier.adapters.http.asking import of_operator
from services.notifier.adapters.http.carrier import Answer, HttpCarrier
from services.notifier.adapters.slack.answers import (
    delivery_of_api,
    delivery_of_webhook,
    thread_is_gone,
)
from services.notifier.adapters.slack.writer import SlackMessage


@dataclass(frozen=True, slots=True)
class SlackCarrier:
    """Implements `Carrier` for Slack."""

    http: HttpCarrier

    async def send(self, message: SlackMessage, may_send: Permission) -> Delivery:
        """A message whose thread was deleted goes at once again, without it: an outage's end must
        not hang on that. Slack has said that it did not take the first."""
        heard = await self.http.ask(message.request, may_send)
        if message.unthreaded is not None and isinstance(heard, Answer) and thread_is_gone(heard):
            heard = await self.http.ask(message.unthreaded, may_send)
        if isinstance(heard, Delivery):
            return of_operator(heard)
        return delivery_of_webhook(heard) if message.by_webhook else delivery_of_api(heard)
