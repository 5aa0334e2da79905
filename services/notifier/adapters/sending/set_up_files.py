"""Whether the files that say how providers are reached have changed."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SetUpFiles:
    """Called, it gives a text that is another one once a file was written anew, came or went."""

    paths: tuple[Path, ...]

    @classmethod
    def of(cls, paths: Iterable[Path | None]) -> "SetUpFiles":
        return cls(tuple(path for path in paths if path is not None))

    def __call__(self) -> str:
        return " ".join(map(_mark, self.paths))


def _mark(path: Path) -> str:
    with suppress(OSError):
        found = path.stat()
        return f"{found.st_mtime_ns}/{found.st_size}/{found.st_ino}"
    return "-"
