"""Matchers as Prometheus Alertmanager writes them: `severity=critical`, `queue=~"billing.*"`."""

import re
import warnings
from collections.abc import Iterator
from typing import Any

from shared.configuration.forms import FormError

LABEL = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_MATCHER = re.compile(rf"\s*({LABEL})\s*(=~|!~|!=|=)\s*(.*?)\s*", re.DOTALL)
_ESCAPES = {'\\"': '"', "\\\\": "\\", "\\n": "\n"}
_LONGEST = 1_000
_LONGEST_PATTERN = 200
_REMEDY = "write severity=critical, severity!=minor, queue=~billing.* or queue!~billing.*"


def matchers(value: Any) -> Any:
    """One word or a list of them; each holds one matcher, or several with commas between.

    All of them must hold. A value with a comma stands in double quotes.
    """
    items = value if isinstance(value, list) else [value]
    found: list[Any] = []
    for item in items:
        if isinstance(item, dict):
            found.append(item)
        else:
            found += map(_matcher, _parts(_unbraced(str(item or ""))))
    return found


def _unbraced(text: str) -> str:
    text = text.strip()
    return text[1:-1] if text.startswith("{") and text.endswith("}") else text


def _parts(text: str) -> Iterator[str]:
    """Split at commas outside of quotes; a backslash takes the next character with it."""
    start, quoted, skip = 0, False, False
    for index, character in enumerate(text):
        if skip:
            skip = False
        elif character == "\\":
            skip = True
        elif character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            yield text[start:index]
            start = index + 1
    if text[start:].strip() or not start:
        yield text[start:]


def _matcher(text: str) -> dict[str, Any]:
    match = _MATCHER.fullmatch(text)
    if match is None or match[3].startswith(("=", "~")) or len(text) > _LONGEST:
        raise FormError(f"`{text.strip()[:40]}` is not a matcher", _REMEDY)
    label, operator, value = match.groups()
    value = _unquoted(value, text)
    if operator.endswith("~"):
        _compiles(value)
    return {
        "label": label,
        "value": value,
        "pattern": operator.endswith("~"),
        "negated": operator.startswith("!"),
    }


def _unquoted(value: str, text: str) -> str:
    inner = re.fullmatch(r'"((?:[^"\\]|\\.)*)"', value, re.DOTALL)
    if inner is not None:
        return re.sub(r'\\["\\n]', lambda it: _ESCAPES[it[0]], inner[1])
    if '"' in value:
        raise FormError(f"the quotes of `{text.strip()[:40]}` do not match", "quote all or nothing")
    return value


def _compiles(pattern: str) -> None:
    if len(pattern) > _LONGEST_PATTERN:
        raise FormError(f"`{pattern[:40]}…` is too long", "write several routes")
    try:
        with warnings.catch_warnings(action="error"):  # a set that a later Python reads otherwise
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError, FutureWarning) as error:
        why = getattr(error, "msg", error)
        problem = f"`{pattern[:40]}` is not a regular expression: {why}"
        raise FormError(problem, "mend it; it matches the whole value") from error
