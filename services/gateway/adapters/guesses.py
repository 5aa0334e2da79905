"""How often a code may be asked for, and guessed: a code has six digits.

Per person and contact method, and per process: with two gateways somebody has twice the guesses.
Five in a quarter of an hour are 480 a day, of a million codes that change with every request.
"""

from dataclasses import dataclass

ASKED_EVERY_MS = 60_000
TRIES = 5
LOCKED_MS = 900_000


@dataclass(slots=True)
class _Guessed:
    asked_ms: int | None = None
    wrong: int = 0
    counted_from_ms: int = 0  # since the first wrong one; once it is locked, since then


class Guesses:
    """Times are given by the caller. As many entries as there are people and methods."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, str], _Guessed] = {}

    def ask_again_in_ms(
        self, person: str, method: str, now_ms: int, *, last_ms: int | None = None
    ) -> int:
        """How long until a code may be asked for; 0: now, and that counts as asking.

        `last_ms`: when somebody asked, as far as the log tells.
        """
        known = self._known(person, method)
        asked_ms = max((it for it in (known.asked_ms, last_ms) if it is not None), default=None)
        if asked_ms is not None and (left := asked_ms + ASKED_EVERY_MS - now_ms) > 0:
            return left
        known.asked_ms = now_ms
        return 0

    def try_again_in_ms(self, person: str, method: str, now_ms: int) -> int:
        """How long it is locked; 0: it is not."""
        known = self._known(person, method)
        if known.wrong and now_ms >= known.counted_from_ms + LOCKED_MS:
            known.wrong = 0
        if known.wrong < TRIES:
            return 0
        return known.counted_from_ms + LOCKED_MS - now_ms

    def was_wrong(self, person: str, method: str, now_ms: int) -> int:
        """Counts a wrong code, and says how many tries are left; at 0 it is locked from now on."""
        known = self._known(person, method)
        known.wrong += 1
        if known.wrong in (1, TRIES):
            known.counted_from_ms = now_ms
        return max(0, TRIES - known.wrong)

    def was_right(self, person: str, method: str) -> None:
        self._known(person, method).wrong = 0

    def _known(self, person: str, method: str) -> _Guessed:
        return self._of.setdefault((person, method), _Guessed())
