"""Values as one whole number with few digits: what is put last is taken first.

`put(v, radix)` makes `number * radix + v`, so a value costs log2(radix) bits and no value is
rounded up to bytes. Both sides must agree on the order and the radixes; the number says neither.
"""

from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits

# Of what ids are made; a text takes the first that has all its characters. Append, never change:
# numbers that were packed before are still read.
_ALPHABETS = (
    digits,
    digits + "abcdef-",  # UUIDs, digests
    digits + ascii_lowercase + "-_.",
    digits + ascii_uppercase + "-_.",
    digits + ascii_letters + "-_.@+",
)
_BYTES = len(_ALPHABETS)  # after the last of them: UTF-8
_KINDS = 8  # with room for more alphabets
_GROUP = 8  # a number goes in groups of three bits, each with one bit that says: more follow


class Packer:
    def __init__(self) -> None:
        self.number = 0

    def put(self, value: int, radix: int) -> None:
        """Raises ValueError: it is not within 0 and radix - 1."""
        if not 0 <= value < radix:
            raise ValueError("a value out of its range")
        self.number = self.number * radix + value

    def put_number(self, value: int) -> None:
        """Of any size; the smaller, the shorter. Raises ValueError: it is negative."""
        if value < 0:
            raise ValueError("a value out of its range")
        groups = [value % _GROUP]
        while value := value // _GROUP:
            groups.append(value % _GROUP)
        for place, group in enumerate(groups):  # the highest is taken first, the last ends it
            self.put(group + (_GROUP if place else 0), 2 * _GROUP)

    def put_text(self, text: str) -> None:
        kind = next((k for k, has in enumerate(_ALPHABETS) if set(text) <= set(has)), _BYTES)
        symbols = _symbols(text, kind)
        radix = _radix(kind)
        self.put(0, radix)  # ends it
        for symbol in reversed(symbols):
            self.put(symbol + 1, radix)
        self.put(kind, _KINDS)


class Unpacker:
    """Takes in the opposite order. Ends for every number, also for one that nobody packed."""

    def __init__(self, number: int) -> None:
        self.number = number

    def take(self, radix: int) -> int:
        self.number, value = divmod(self.number, radix)
        return value

    def take_number(self) -> int:
        value = 0
        while True:
            group = self.take(2 * _GROUP)
            value = value * _GROUP + group % _GROUP
            if group < _GROUP:
                return value

    def take_text(self) -> str:
        """Raises ValueError: nobody has packed this."""
        kind = self.take(_KINDS)
        if kind > _BYTES:
            raise ValueError("a text in an unknown alphabet")
        radix = _radix(kind)
        symbols = []
        while symbol := self.take(radix):
            symbols.append(symbol - 1)
        if kind == _BYTES:
            return bytes(symbols).decode()
        return "".join(_ALPHABETS[kind][symbol] for symbol in symbols)


def _symbols(text: str, kind: int) -> list[int]:
    if kind == _BYTES:
        return list(text.encode())
    return [_ALPHABETS[kind].index(char) for char in text]


def _radix(kind: int) -> int:
    """One more than the alphabet has, for the end."""
    return 1 + (256 if kind == _BYTES else len(_ALPHABETS[kind]))
