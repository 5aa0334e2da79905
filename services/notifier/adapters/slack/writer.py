"""From a lease to a message for Slack: to a user or channel by its id, or to a webhook by name."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from services.notifier.adapters.connectors import Connectors
from services.notifier.adapters.delivery import UnconfiguredError, UnsendableError
from services.notifier.adapters.http.carrier import Request
from services.notifier.adapters.slack.blocks import blocks_of, text_of
from services.notifier.adapters.words.telling import Tell, since_ms
from services.notifier.core import Content
from shared.contracts.notification import AttemptLeased
from shared.contracts.people import Person

TOKEN = "bot"  # noqa: S105 - the name of its line in the file of connectors, slack.bot
_ID = re.compile(r"[CDGUW][A-Z0-9]{5,}")
_JSON = {"content-type": "application/json; charset=utf-8", "user-agent": "Switchyard"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackMessage:
    request: Request = field(repr=False)
    unthreaded: Request | None = field(default=None, repr=False)  # where its thread is no more
    by_webhook: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackWriter:
    """Implements `Writer` for Slack."""

    tell: Tell
    connectors: Connectors = field(repr=False)
    api: str  # such as https://slack.com/api

    def __call__(self, lease: AttemptLeased, content: Content, person: Person) -> SlackMessage:
        if person.slack is None:
            raise UnsendableError("no_slack: the person has no Slack id")
        told = self.tell(lease, content, person)
        body: dict[str, Any] = {
            "text": text_of(told),
            "blocks": blocks_of(told, at_ms=since_ms(content), shorter=lease.shorter),
            "unfurl_links": False,  # a look at the link by Slack shows nobody anything
            "unfurl_media": False,
            # The same on every try: so a copy can be known as one.
            "metadata": {
                "event_type": "switchyard_notification",
                "event_payload": {"id": lease.message_id},
            },
        }
        if _ID.fullmatch(person.slack) is None:
            return SlackMessage(request=_post(self._webhook(person.slack), body), by_webhook=True)
        body |= {"channel": person.slack}
        thread = _thread(lease.thread, person.slack)
        if not thread:
            return SlackMessage(request=self._by_token(body), by_webhook=False)
        # In a thread nobody hears of it but who follows it: its end is told to the channel, too.
        threaded = body | {"thread_ts": thread, "reply_broadcast": told.ended}
        return SlackMessage(
            request=self._by_token(threaded), unthreaded=self._by_token(body), by_webhook=False
        )

    def _by_token(self, body: dict[str, Any]) -> Request:
        entry = self.connectors.of("slack", TOKEN)
        if not entry:
            raise UnconfiguredError("no_token: the connectors' file has no line slack.bot")
        return _post(f"{self.api}/chat.postMessage", body, {"authorization": f"Bearer {entry[0]}"})

    def _webhook(self, name: str) -> str:
        entry = self.connectors.of("slack", name)
        if not entry or name == TOKEN:
            raise UnconfiguredError("no_webhook: the connectors' file has no such Slack webhook")
        return entry[0]


def _thread(provider_id: str, address: str) -> str:
    """`<channel>:<ts>` as a timestamp; empty where it belongs to another channel.

    A user is written to by his own id, and the answer names the channel of that conversation.
    """
    channel, _, timestamp = provider_id.partition(":")
    user = address[0] in "UW"
    return timestamp if channel == address or (user and channel.startswith("D")) else ""


def _post(url: str, body: dict[str, Any], secret: dict[str, str] | None = None) -> Request:
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Request(url=url, headers=_JSON | (secret or {}), body=content)
