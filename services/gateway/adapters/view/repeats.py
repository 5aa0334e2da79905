"""Facts that were written twice because a shard was restored: each is taken once."""

from shared.log import LogRecord


class Repeats:
    """A fact's `source` grows per shard and destination; what does not grow is old.

    Per destination (log and partition), because a shard's facts for others are read at another
    pace.
    """

    def __init__(self) -> None:
        self._last: dict[tuple[str, str, int], tuple[int, int]] = {}

    def seen(self, record: LogRecord) -> bool:
        """Raises ValueError: the `source` is not one."""
        if not record.source:
            return False
        shard, offset, number = record.source.rsplit(":", 2)  # ValueError if there are fewer
        place = int(offset), int(number)
        key = shard, record.topic, record.partition
        if place <= self._last.get(key, (-1, -1)):
            return True
        self._last[key] = place
        return False
