"""Kafka's wire format, as far as the versions that this broker offers need it.

Source: https://kafka.apache.org/protocol, the non-flexible versions.
"""

from collections.abc import Callable
from struct import Struct
from typing import TypeVar

T = TypeVar("T")
_I8, _I16, _I32, _I64 = Struct(">b"), Struct(">h"), Struct(">i"), Struct(">q")


class Reader:
    """Reads one request from its start to its end.

    Raises:
        struct.error, IndexError: the request is shorter than it says.
    """

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def _number(self, form: Struct) -> int:
        (value,) = form.unpack_from(self._data, self._at)
        self._at += form.size
        return int(value)

    def int8(self) -> int:
        return self._number(_I8)

    def int16(self) -> int:
        return self._number(_I16)

    def int32(self) -> int:
        return self._number(_I32)

    def int64(self) -> int:
        return self._number(_I64)

    def string(self) -> str | None:
        return self._take(self.int16())

    def text(self) -> str:
        return self.string() or ""

    def data(self) -> bytes:
        size = max(0, self.int32())
        start, self._at = self._at, self._at + size
        return self._data[start : self._at]

    def array(self, read: Callable[[], T]) -> list[T] | None:
        """None where the array is null."""
        count = self.int32()
        return None if count < 0 else [read() for _ in range(count)]

    def _take(self, size: int) -> str | None:
        if size < 0:
            return None
        start, self._at = self._at, self._at + size
        return self._data[start : self._at].decode()


class Writer:
    """Collects one response."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def int8(self, value: int) -> "Writer":
        self._parts.append(_I8.pack(value))
        return self

    def int16(self, value: int) -> "Writer":
        self._parts.append(_I16.pack(value))
        return self

    def int32(self, value: int) -> "Writer":
        self._parts.append(_I32.pack(value))
        return self

    def int64(self, value: int) -> "Writer":
        self._parts.append(_I64.pack(value))
        return self

    def text(self, value: str | None) -> "Writer":
        if value is None:
            return self.int16(-1)
        encoded = value.encode()
        self.int16(len(encoded))
        self._parts.append(encoded)
        return self

    def data(self, parts: list[bytes]) -> "Writer":
        self.int32(sum(map(len, parts)))
        self._parts.extend(parts)
        return self

    def result(self) -> bytes:
        return b"".join(self._parts)
