"""For which customers nobody is configured, and for how long: the ground of what coverage tells."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from shared.configuration.checks.ladder import Ask
from shared.configuration.checks.places import quoted
from shared.configuration.checks.staff import Staff
from shared.configuration.durations import told_s
from shared.contracts.words import Channel


class Gap(NamedTuple):
    """Nobody can serve it: by these channels (none: by all), until then (None: ever)."""

    channels: tuple[Channel, ...] = ()
    until_s: int | None = None

    def told(self, what: str, tags: Iterable[str] = ()) -> str:
        """The sentence: `what` names the queue, rule or topic."""
        begin = "" if self.until_s is None else f"for the first {told_s(self.until_s)} "
        by = f" by {' or '.join(self.channels)}" if self.channels else ""
        languages = quoted(tags)
        return f"{begin}no agent can serve {what}{by}" + (f" in {languages}" if languages else "")


Served = dict[tuple[Channel, str], int | None]  # seconds until the first step that somebody serves


def first_served(
    staff: Staff, steps: Iterable[Ask], customers: Iterable[tuple[Channel, str]]
) -> Served:
    """Per channel and language, when somebody may serve it first; None: never."""
    ladder = tuple(steps)
    return {
        (channel, tag): next(
            (ask.after_s for ask in ladder if staff.serving(ask, channel, tag)), None
        )
        for channel, tag in customers
    }


def gaps(served: Served) -> dict[Gap, list[str]]:
    """Gaps with their languages. By single channels only what is never served is one."""
    found: dict[Gap, list[str]] = {}
    for tag in sorted({tag for _, tag in served}):
        for gap in _of_language({ch: at for (ch, it), at in served.items() if it == tag}):
            found.setdefault(gap, []).append(tag)
    return found


def _of_language(by_channel: dict[Channel, int | None]) -> Iterator[Gap]:
    times = [at for at in by_channel.values() if at is not None]
    if not times:
        yield Gap()
        return
    if min(times) > 0:
        yield Gap(until_s=min(times))
    never = tuple(channel for channel, at in by_channel.items() if at is None)
    if never:
        yield Gap(never)
