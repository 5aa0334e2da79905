"""Everything that the log told about one interaction, in order, as bytes."""

import zlib
from typing import Any

import msgspec

MOST_RECORDS = 500  # of one interaction; a loop in a helpdesk must not fill this process


class Story:
    """Records as they were written. Frozen at the end, which takes about a quarter of the room."""

    __slots__ = ("_frozen", "_records", "left_out")

    def __init__(self) -> None:
        self._records: list[bytes] = []
        self._frozen: bytes | None = None
        self.left_out = 0

    def add(self, value: bytes) -> None:
        self._thaw()
        if len(self._records) >= MOST_RECORDS:
            del self._records[MOST_RECORDS // 2]  # how it began and how it is now both stay
            self.left_out += 1
        self._records.append(value)

    def freeze(self) -> None:
        if self._records:
            self._frozen = zlib.compress(b"\n".join(self._records), level=1)
            self._records = []

    def read(self, *, personal: bool) -> list[dict[str, Any]]:
        """The records decoded; `personal` says whether the reader may see personal data."""
        told: list[dict[str, Any]] = [msgspec.json.decode(value) for value in self._lines()]
        if not personal:
            for record in told:
                record.pop("personal", None)
        return told

    def _lines(self) -> list[bytes]:
        if self._frozen is None:
            return self._records
        return zlib.decompress(self._frozen).split(b"\n")  # JSON on one line holds no newline

    def _thaw(self) -> None:
        if self._frozen is not None:
            self._records = self._lines()
            self._frozen = None
