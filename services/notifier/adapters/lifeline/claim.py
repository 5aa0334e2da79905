"""Of all notifiers that share a folder one tells of an outage, and each outage is told once.

The first one that notices makes a file (`O_EXCL`), which names the outage. Who holds its lock is
the teller; the lock goes when its process dies, so that another can go on with the same outage.
"""

import fcntl
import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Claim:
    """Held until it is closed. `since_ms`: when the broker was last there."""

    path: Path
    since_ms: int
    _file: int = field(repr=False)

    @classmethod
    def begin(cls, path: Path, since_ms: int) -> "Claim | None":
        """Name an outage, or go on with the one that has a name; None: another process tells."""
        with suppress(FileExistsError):
            made = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            os.write(made, json.dumps({"since_ms": since_ms}).encode())
            os.fsync(made)
            os.close(made)
        return cls.take(path)

    @classmethod
    def take(cls, path: Path) -> "Claim | None":
        """Hold the outage that has a name; None: there is none, or another process holds it."""
        try:
            file = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not _same(file, path):  # its last holder has ended it meanwhile
                os.close(file)
                return None
        except OSError:
            os.close(file)
            return None
        return cls(path, _since_ms(file), file)

    def end(self) -> None:
        """The outage is over and accounted for."""
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let another process go on; the lock goes with the file."""
        os.close(self._file)


def _same(file: int, path: Path) -> bool:
    with suppress(FileNotFoundError):
        return path.stat().st_ino == os.fstat(file).st_ino
    return False


def _since_ms(file: int) -> int:
    """The file may have been cut off by a crash; then it is as old as itself."""
    with suppress(ValueError, KeyError, TypeError):
        return int(json.loads(os.pread(file, 1_000, 0))["since_ms"])
    return os.fstat(file).st_mtime_ns // 1_000_000
