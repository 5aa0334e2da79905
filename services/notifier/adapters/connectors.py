"""Secrets and URLs of providers, by contact method and name, from one file.

On each line stands `<method>.<name>`, then what is secret, set apart by spaces:

    slack.bot         xoxb-…                                 the token of the app, for all ids
    slack.it-room     https://hooks.slack.com/services/…     an incoming webhook
    teams.it-room     https://….api.powerplatform.com/…      a Workflows webhook
    zoom.it-room      https://inbots.zoom.us/incoming/hook/…  <verification token>
    apprise.on-call   ntfys://ntfy.example.org/topic

Empty lines, and such that begin with `#`, say nothing. A person's document holds the names alone.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import structlog

from services.notifier.adapters.teams.urls import problem_of_teams_url
from shared.contracts.words import ContactMethod

Entry = tuple[str, ...]  # what stands on a line after its name, never empty
_METHODS = frozenset(get_args(ContactMethod))
_log = structlog.get_logger(__name__)


class Connectors:
    """What each name stands for. Never shown: neither `repr` nor an error tells a secret."""

    def __init__(self, known: Mapping[tuple[str, str], Entry] | None = None) -> None:
        self._known = dict(known or {})

    def of(self, method: ContactMethod, name: str) -> Entry:
        """Empty where nothing is known of it."""
        return self._known.get((method, name), ())

    def __repr__(self) -> str:
        return f"Connectors({', '.join(sorted('.'.join(key) for key in self._known))})"


class ConnectorsFile(Connectors):
    """The file as it stands now: a secret that was changed holds from the next message on.

    While it cannot be read, or is empty since somebody is writing it, what it said before holds on.
    """

    def __init__(self, path: Path, where: str) -> None:
        """Raises ValueError or OSError: at the start a file has to be right."""
        super().__init__()
        self._path, self._where = path, where
        self._mark = self._stat()
        self._now = read_connectors(path.read_text(), where)

    def of(self, method: ContactMethod, name: str) -> Entry:
        self._look()
        return self._now.of(method, name)

    def __repr__(self) -> str:
        return repr(self._now)

    def _look(self) -> None:
        mark = self._stat()
        if mark == self._mark:
            return
        self._mark = mark  # before it is read: of a broken file is told once
        try:
            text = self._path.read_text()
            if not text.strip():
                raise ValueError(f"{self._where} is empty")  # noqa: TRY301 - told with the others
            self._now = read_connectors(text, self._where)
        except (OSError, ValueError) as error:  # UnicodeError is a ValueError
            _log.error("connectors_not_read", problem=_problem(error))

    def _stat(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


def _problem(error: Exception) -> str:
    """Our own words name a line and no secret; of others only the kind is told."""
    return str(error) if type(error) is ValueError else type(error).__name__


def read_connectors(text: str, where: str) -> Connectors:
    """Decode such a file.

    Args:
        where: told in errors in place of the secrets.

    Raises:
        ValueError: a line that names no contact method, has no secret, comes twice, or holds a URL
            that its vendor has retired.
    """
    known: dict[tuple[str, str], Entry] = {}
    for number, line in enumerate(text.splitlines(), 1):
        named, *entry = line.split() or ["#"]
        if named.startswith("#"):
            continue
        here = f"{where}, line {number}"
        method, _, name = named.partition(".")
        if method not in _METHODS or not name:  # a secret may stand here by mistake: do not tell it
            raise ValueError(
                f"{here}: begins with a contact method, a full stop and a name, "
                "such as teams.it-room"
            )
        if not entry:
            raise ValueError(f"{here}: after {named} a URL or a secret is missing")
        if (method, name) in known:
            raise ValueError(f"{here}: {named} has a line already")
        problem = problem_of_teams_url(entry[0]) if method == "teams" else None
        if problem is not None:
            raise ValueError(f"{here}: {named} is {problem}")
        known[method, name] = tuple(entry)
    return Connectors(known)
