"""A folder of configuration: which files belong to it, read into typed files."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from shared.configuration.files import (
    CalendarsFile,
    EscalationFile,
    OutageFile,
    SlaFile,
)
from shared.configuration.findings import Findings, suggest
from shared.configuration.no_secrets import refuse_secrets
from shared.configuration.people_file import PeopleFile
from shared.configuration.pool_files import AgentsFile, PoolFile
from shared.configuration.shape import Typed, read
from shared.configuration.table import parse_table
from shared.configuration.tree import MAX_BYTES, Node, parse

M = TypeVar("M", bound=BaseModel)
SHARED_FILES = ("people.yaml", "calendars.yaml", "sla.yaml", "escalation.yaml", "outage.yaml")
POOL_FILES = ("pool.yaml", "agents.yaml", "agents.csv", "agents")


@dataclass(slots=True)
class PoolFolder:
    """`pool` is None where pool.yaml cannot be used; `agents_whole` False where agents cannot."""

    name: str
    pool: Typed[PoolFile] | None
    agents: list[Typed[AgentsFile]] = field(default_factory=list)
    agents_whole: bool = True


@dataclass(slots=True)
class Folder:
    """Every file of the configuration; None where a finding says why it cannot be used."""

    people: Typed[PeopleFile] | None
    calendars: Typed[CalendarsFile] | None
    sla: Typed[SlaFile] | None
    escalation: Typed[EscalationFile] | None
    outage: Typed[OutageFile] | None
    pools: list[PoolFolder]


def read_folder(root: Path, findings: Findings) -> Folder:
    """Read all files; the order of pools is that of their names."""
    _tell_strangers(root, (*SHARED_FILES, "pools"), findings)
    pools = root / "pools"
    folders = sorted(path for path in pools.iterdir() if path.is_dir()) if pools.is_dir() else []
    if not folders:
        place = Node(str(root), 1, 1)
        findings.error(place, "pools", "there is no pool", "add pools/<pool>/pool.yaml")
    return Folder(
        people=_shared(PeopleFile, root / "people.yaml", findings),
        calendars=_shared(CalendarsFile, root / "calendars.yaml", findings),
        sla=_shared(SlaFile, root / "sla.yaml", findings),
        escalation=_shared(EscalationFile, root / "escalation.yaml", findings),
        outage=_shared(OutageFile, root / "outage.yaml", findings),
        pools=[_pool_folder(path, findings) for path in folders],
    )


def _shared(model: type[M], path: Path, findings: Findings) -> Typed[M] | None:
    """A shared file may be absent: then it holds nothing."""
    if not path.exists():
        return Typed(model(), Node(str(path), 1, 1))
    return _typed(model, path, findings)


def _pool_folder(path: Path, findings: Findings) -> PoolFolder:
    _tell_strangers(path, POOL_FILES, findings)
    main = path / "pool.yaml"
    if not main.exists():
        findings.error(Node(str(main), 1, 1), "", "pool.yaml is missing", "add it")
    folder = PoolFolder(path.name, _typed(PoolFile, main, findings) if main.exists() else None)
    files = [path / "agents.yaml", path / "agents.csv", *sorted((path / "agents").glob("*.*"))]
    for file in files:
        if not file.is_file() or file.suffix not in (".yaml", ".csv"):
            continue
        parser = parse_table if file.suffix == ".csv" else parse
        typed = _typed(AgentsFile, file, findings, parser)
        if typed is None:
            folder.agents_whole = False
        else:
            folder.agents.append(typed)
    if (path / "agents").is_dir():
        _tell_strangers(path / "agents", (), findings, suffixes=(".yaml", ".csv"))
    return folder


def _typed(
    model: type[M],
    path: Path,
    findings: Findings,
    parser: Callable[[bytes, str, Findings], Node | None] = parse,
) -> Typed[M] | None:
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        problem = f"the file cannot be read: {error.strerror}"
        findings.error(Node(str(path), 1, 1), "", problem, "mend its permissions")
        return None
    node = parser(content, str(path), findings)
    if node is None:
        return None
    refuse_secrets(node, findings)
    return read(model, node, findings)


def _tell_strangers(
    folder: Path, known: tuple[str, ...], findings: Findings, *, suffixes: tuple[str, ...] = ()
) -> None:
    """A misspelt file name would be silently without effect, so it is told."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        ignored = path.name.startswith(".") or path.suffix.lower() == ".md"
        if ignored or path.name in known or path.suffix in suffixes:
            continue
        problem = f"`{path.name}` is not read"
        remedy = suggest(path.name, known) if known else f"use {' or '.join(suffixes)}"
        findings.warning(Node(str(path), 1, 1), "", problem, remedy)
