"""A message as blocks of Slack, within its limits.

Limits ("Block Kit reference", and python-slack-sdk's own checks): 50 blocks a message; a header
150 characters; a section 3,000, or 10 fields of 2,000; a button 75, its URL 3,000. Of all blocks
together about 13,200 are taken (bolt-js, issue 2509); `msg_blocks_too_long` comes beyond.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from services.notifier.adapters.chats.cutting import Room, cut, pieces
from services.notifier.adapters.words.bidi import isolate
from services.notifier.adapters.words.blocks import Link, Table
from services.notifier.adapters.words.neutral import SLACK, slack
from services.notifier.adapters.words.told import Told

Block = dict[str, Any]
MOST_CHARS, MOST_WHEN_SHORTER = 12_000, 3_000
_MOST_SECTIONS = 44  # besides header, button, context, and the mark that something was left out
_HEADER, _SECTION, _FIELD, _FIELDS = 150, 3_000, 2_000, 10
_BUTTON, _URL = 75, 3_000
_FALLBACK = 300  # of the text: what phones and screen readers say


def text_of(told: Told) -> str:
    return cut(slack(told.short or told.subject), _FALLBACK)


def blocks_of(told: Told, *, at_ms: int, shorter: bool) -> list[Block]:
    """Header, button, the whole, and when it was; the button stands first so that no cut takes it.

    Args:
        at_ms: shown to each reader in his own time zone.
        shorter: Slack found the message too long.
    """
    room = Room(MOST_WHEN_SHORTER if shorter else MOST_CHARS)
    button = _button(told)
    sections = list(_sections(told, room, links=not button))
    if room.full or len(sections) > _MOST_SECTIONS:
        sections = [*sections[:_MOST_SECTIONS], _section("…")]
    header = {"type": "header", "text": _plain(cut(told.subject, _HEADER))}
    return [header, *button, *sections, _context(told, at_ms)]


def _button(told: Told) -> list[Block]:
    if told.button is None or len(told.button.url) > _URL:
        return []
    element = {
        "type": "button",
        "action_id": "open_link",
        "style": "primary",
        "text": _plain(cut(told.button.words, _BUTTON)),
        "url": told.button.url,
    }
    return [{"type": "actions", "elements": [element]}]


def _sections(told: Told, room: Room, *, links: bool) -> Iterator[Block]:
    sheet = told.sheet
    shown = [block for block in sheet.blocks if links or not isinstance(block, Link)]
    paragraphs = list(sheet.paragraphs(SLACK, links=links))
    for place, paragraph in enumerate(paragraphs):
        block = shown[place] if place < len(shown) else None  # None: the footer
        if isinstance(block, Table):
            yield from _fields(block.rows, sheet.direction, room)
            continue
        for piece in pieces(paragraph, _SECTION):
            if said := room.take(piece):
                yield _section(said)


def _fields(rows: Sequence[tuple[str, str]], direction: str, room: Room) -> Iterator[Block]:
    fields = []
    for label, value in rows:
        text = f"*{slack(label)}*\n{isolate(slack(value), direction)}"
        if said := room.take(cut(text, _FIELD)):
            fields.append(_mrkdwn(said))
    for start in range(0, len(fields), _FIELDS):
        yield {"type": "section", "fields": fields[start : start + _FIELDS]}


def _context(told: Told, at_ms: int) -> Block:
    utc = f"{datetime.fromtimestamp(at_ms / 1000, tz=UTC):%Y-%m-%d %H:%M} UTC"
    clock = f"<!date^{at_ms // 1000}^{{date_short_pretty}} {{time}}|{utc}>"
    about = cut(slack(told.thread), _FIELD)
    return {"type": "context", "elements": [_mrkdwn(f"{clock} · {about}" if about else clock)]}


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text)}


def _mrkdwn(text: str) -> Block:
    # `verbatim`: what looks like an address or a channel's name in people's words stays words.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}
