"""From a lease to a message for Zoom's incoming webhook, `format=full`.

Limits (public plugins' tables): a head of 250 characters, a text of 4,000. Only items of the type
`message` are sent, since no other is documented for incoming webhooks. The link stands in words,
too: that `link` of an item is honoured is not documented.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx

from services.notifier.adapters.chats.cutting import Room, cut, pieces
from services.notifier.adapters.connectors import Connectors
from services.notifier.adapters.delivery import UnconfiguredError, UnsendableError
from services.notifier.adapters.http.carrier import Request
from services.notifier.adapters.words.neutral import no_calls
from services.notifier.adapters.words.telling import Tell
from services.notifier.adapters.words.told import Told
from services.notifier.core import Content
from shared.contracts.notification import AttemptLeased
from shared.contracts.people import Person

MOST_CHARS, MOST_WHEN_SHORTER = 12_000, 2_000
_HEAD, _TEXT = 250, 4_000
Item = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoomWriter:
    """Implements `Writer` for Zoom Team Chat."""

    tell: Tell
    connectors: Connectors = field(repr=False)

    def __call__(self, lease: AttemptLeased, content: Content, person: Person) -> Request:
        if person.zoom is None:
            raise UnsendableError("no_zoom: the person has no Zoom webhook")
        entry = self.connectors.of("zoom", person.zoom)
        if len(entry) != 2:
            raise UnconfiguredError(
                "no_webhook: the connectors' file has no such Zoom webhook with its token"
            )
        url, token = entry
        told = self.tell(lease, content, person)
        return Request(
            url=_full(url),
            headers={
                "authorization": token,  # bare, without "Bearer"
                "content-type": "application/json",
                "user-agent": "Switchyard",
            },
            body=body_of(told, shorter=lease.shorter),
        )


def body_of(told: Told, *, shorter: bool) -> bytes:
    """The body of the request; the link stands first, so that no cut takes it."""
    room = Room(MOST_WHEN_SHORTER if shorter else MOST_CHARS)
    items = [*_link(told), *_items(told, room)]
    if room.full:
        items.append(_message("…"))
    head = {"text": cut(no_calls(told.subject), _HEAD)}
    content = {"content": {"head": head, "body": items}}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _link(told: Told) -> list[Item]:
    if told.button is None:
        return []
    url = told.button.url
    return [_message(f"{cut(told.button.words, _HEAD)}\n{url}") | {"link": url}]


def _items(told: Told, room: Room) -> Iterator[Item]:
    for paragraph in told.sheet.paragraphs(links=told.button is None):
        for piece in pieces(no_calls(paragraph), _TEXT):
            if said := room.take(piece):
                yield _message(said)


def _message(text: str) -> Item:
    return {"type": "message", "text": text}


def _full(url: str) -> str:
    try:
        return str(httpx.URL(url).copy_set_param("format", "full"))
    except (httpx.InvalidURL, ValueError) as error:
        raise UnconfiguredError("url: not a URL") from error
