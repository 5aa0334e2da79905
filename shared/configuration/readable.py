"""Parts of a document in the short forms in which people write them, for differences.

`skills: {billing: 3 for 30s, 2}` says at a glance what three entries with seconds do not.
"""

from typing import Any

from shared.configuration.durations import told_s
from shared.configuration.forms import DAYS


def readable(value: Any) -> Any:
    """A dumped document, or a part of one, with ladders, rings, hours and paces as words."""
    if isinstance(value, dict):
        return {key: _field(key, it) for key, it in value.items()}
    return [readable(it) for it in value] if isinstance(value, list) else value


def _field(key: str, value: Any) -> Any:
    match key, value:
        case "skills", list() if all(isinstance(it, dict) for it in value):
            return _ladders(value)
        case "language_needs", list():
            return ", ".join(map(_need, value))
        case "rings", [dict(), *_]:
            return {it["ring"]: told_s(it["after_s"]) for it in value}
        case "pace", dict():
            channels = f" of {', '.join(value['channels'])}" if value["channels"] else ""
            return f"{value['offers']} per {told_s(value['per_s'])}{channels}"
        case "ladder", list():
            return ", ".join(f"{it['most']} per {told_s(it['within_s'])}" for it in value)
        case "quiet", dict():
            return _quiet(value)
        case (("high" | "low"), [dict(), *_]):
            return ", ".join(map(_hop, value))
        case (("match" | "source" | "target"), list()):
            return ", ".join(map(_matcher, value))
        case "unsure_language", dict():
            return f"{value['queue']} below {value['below_permille'] / 10:g}%"
        case (("week" | "dated"), dict()):
            return {day: ", ".join(map(_span, spans)) or "closed" for day, spans in value.items()}
        case _:
            return readable(value)


def _ladders(needs: list[Any]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for need in needs:
        found.setdefault(need["skill"], []).append(_need(need))
    return {skill: ", ".join(ladder) for skill, ladder in found.items()}


def _need(need: Any) -> str:
    drops = need["drops_after_s"]
    return str(need["level"]) if drops is None else f"{need['level']} for {told_s(drops)}"


def _quiet(quiet: Any) -> str:
    start, end = (divmod(quiet[key], 60) for key in ("start_minute", "end_minute"))
    days = " ".join(DAYS[day] for day in quiet["days"]) if len(quiet["days"]) < len(DAYS) else ""
    return f"{start[0]:02}:{start[1]:02}-{end[0]:02}:{end[1]:02}" + (days and f" on {days}")


def _hop(hop: Any) -> str:
    return f"{hop['method']} for {told_s(hop['succeed_by_s'])} until {hop['succeed_on']}"


def _matcher(matcher: Any) -> str:
    operator = ("!" if matcher["negated"] else "=") + ("~" if matcher["pattern"] else "")
    return f'{matcher["label"]}{operator if operator != "!" else "!="}"{matcher["value"]}"'


def _span(span: Any) -> str:
    opens, closes = (divmod(span[key], 60) for key in ("opens_min", "closes_min"))
    return f"{opens[0]:02}:{opens[1]:02}-{closes[0]:02}:{closes[1]:02}"
