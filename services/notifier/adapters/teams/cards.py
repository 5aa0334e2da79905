"""A message as an Adaptive Card 1.4, in the envelope of a Workflows webhook.

A message may have about 28 KB. It is measured in UTF-8 and in UTF-16, and the larger counts: a flow
says 202 before it posts, so nobody would tell us that a card was too large.
Of actions only Action.OpenUrl works without a bot.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from services.notifier.adapters.chats.cutting import Room, cut, length, units
from services.notifier.adapters.words.bidi import isolate
from services.notifier.adapters.words.blocks import Link, Table
from services.notifier.adapters.words.neutral import MARKDOWN, markdown
from services.notifier.adapters.words.told import Told

Element = dict[str, Any]
MOST_BYTES, MOST_WHEN_SHORTER = 28_000, 8_000
_OVERHEAD = 160  # of an element beside its text
_HEADING, _BUTTON, _FALLBACK = 250, 100, 300
_NEWLINES = re.compile(r"\n+")
_COLOURS = {"critical": "Attention", "error": "Attention", "warning": "Warning", "info": "Accent"}


def weight(char: str) -> int:
    """Bytes of a code point in JSON, in the encoding that takes more."""
    escaped = 2 if char in '"\\' else 6 if char < " " else 1
    return max(len(char.encode(errors="replace")), 2 * units(char)) * escaped


def card_of(told: Told, *, message_id: str, at_ms: int, shorter: bool) -> bytes:
    """The body of the request.

    Args:
        message_id: the same on every try; stands in the card, unseen.
        at_ms: shown to each reader in his own time zone.
        shorter: the message was found too large.
    """
    head, foot = _heading(told, message_id), _foot(told, at_ms)
    frame = _encoded(told, [head, foot])
    most = MOST_WHEN_SHORTER if shorter else MOST_BYTES
    room = Room(most - length(frame, weight), overhead=_OVERHEAD, measure=weight)
    body = [head, *_elements(told, room)]
    if room.full:
        body.append(_text("…"))
    return _encoded(told, [*body, foot]).encode()


def _encoded(told: Told, body: list[Element]) -> str:
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "lang": told.sheet.language,
        "msteams": {"width": "Full"},
        "fallbackText": cut(told.short or told.subject, _FALLBACK),
        "body": body,
    }
    if told.sheet.direction == "rtl":
        card["rtl"] = True  # of version 1.5; older programs pass it by
    if told.button is not None:
        title = cut(told.button.words, _BUTTON)
        card["actions"] = [{"type": "Action.OpenUrl", "title": title, "url": told.button.url}]
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    message = {"type": "message", "attachments": [attachment]}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def _heading(told: Told, message_id: str) -> Element:
    colour = "Good" if told.ended else _COLOURS[told.severity]
    look = {"weight": "Bolder", "size": "Medium", "style": "heading", "color": colour}
    return _text(cut(markdown(told.subject), _HEADING)) | look | {"id": message_id}


def _elements(told: Told, room: Room) -> Iterator[Element]:
    sheet, links = told.sheet, told.button is None
    shown = [block for block in sheet.blocks if links or not isinstance(block, Link)]
    for place, paragraph in enumerate(sheet.paragraphs(MARKDOWN, links=links)):
        block = shown[place] if place < len(shown) else None  # None: the footer
        if isinstance(block, Table):
            rows = [(markdown(label), isolate(markdown(it), sheet.direction))
                    for label, it in block.rows]  # fmt: skip
            if facts := [_fact(label, said) for label, it in rows if (said := room.take(it))]:
                yield {"type": "FactSet", "facts": facts}
        elif said := room.take(_NEWLINES.sub("\n\n", paragraph)):  # a single one is a mere space
            yield _text(said)


def _fact(label: str, value: str) -> Element:
    return {"title": cut(label, _BUTTON), "value": value}


def _foot(told: Told, at_ms: int) -> Element:
    at = f"{datetime.fromtimestamp(at_ms / 1000, tz=UTC):%Y-%m-%dT%H:%M:%SZ}"
    clock = f"{{{{DATE({at},SHORT)}}}} {{{{TIME({at})}}}}"
    about = cut(markdown(told.thread), _HEADING)
    return _text(f"{clock} · {about}" if about else clock) | {"size": "Small", "isSubtle": True}


def _text(text: str) -> Element:
    return {"type": "TextBlock", "text": text, "wrap": True}
