"""How a place shows text, and what keeps people's words from acting there.

A value of a customer must not call a whole room (`@here`), show one address and open another
(a link with words of its own), or change how the rest looks.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_CALLS = re.compile(r"@(?=(?:here|channel|everyone|all|group|team)\b)", re.IGNORECASE)
_MARKDOWN = re.compile(r"([\\`*_\[\]<>~|#])")
_JOINER = "\u2060"  # of no width


def no_calls(text: str) -> str:
    """The same to the eye; no program takes it for a call to everybody."""
    return _CALLS.sub("@" + _JOINER, text)


def slack(text: str) -> str:
    """For `mrkdwn` and `plain_text` of Slack, after its "Escaping text": no `<!…>`, no `<…|…>`."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return no_calls(escaped)


def markdown(text: str) -> str:
    """For Teams and Zoom: signs of CommonMark that format or link within a line, escaped."""
    return no_calls(_MARKDOWN.sub(r"\\\1", text))


@dataclass(frozen=True, slots=True)
class Dialect:
    """`escape` is for words and values, not for addresses of links, which are our own."""

    escape: Callable[[str], str]
    link: Callable[[str, str], str]  # words (escaped), address
    strong: Callable[[str], str]  # of words that are escaped


def _same(text: str) -> str:
    return text


PLAIN = Dialect(_same, lambda _, url: url, _same)
SLACK = Dialect(slack, lambda words, url: f"<{url}|{words}>", lambda words: f"*{words}*")
MARKDOWN = Dialect(markdown, lambda words, url: f"[{words}]({url})", lambda words: f"**{words}**")
