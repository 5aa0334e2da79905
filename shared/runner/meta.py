"""What is stored beside a shard's state: where to go on, and when it was."""

from dataclasses import dataclass, field

import msgspec

META_KEY = "_meta"


@dataclass(slots=True)
class Meta:
    """The resume point. It is committed with the state and facts that it belongs to.

    `seen` holds, per upstream shard, the last fact heard: (input offset, number). Facts of one
    shard come in that order, so an equal or smaller one is a repeat.
    """

    core: str
    partitions: int
    next_offset: int = 0
    now_ms: int = 0
    seen: dict[str, tuple[int, int]] = field(default_factory=dict)

    def encode(self) -> bytes:
        return msgspec.json.encode(self)


_DECODER = msgspec.json.Decoder(Meta)


def read_meta(value: bytes) -> Meta:
    """Decode a stored resume point.

    Raises:
        msgspec.ValidationError: it is not one.
    """
    return _DECODER.decode(value)


def source_of(service: str, partition: int, offset: int, number: int) -> str:
    """The `src` header of a fact: `<service>-<partition>:<input offset>:<number>`."""
    return f"{service}-{partition}:{offset}:{number}"


def split_source(source: str) -> tuple[str, int, int] | None:
    """(shard, offset, number) of a `src` header, or None if it is not one."""
    shard, _, rest = source.partition(":")
    offset, _, number = rest.partition(":")
    if not (offset.isdigit() and number.isdigit()):
        return None
    return shard, int(offset), int(number)
