"""From a folder to documents and findings."""

from dataclasses import dataclass
from pathlib import Path

from shared.configuration.build import pool_document
from shared.configuration.checks.agents import check_agents
from shared.configuration.checks.analysis import analyse
from shared.configuration.checks.outage import check_outage
from shared.configuration.checks.people import check_people
from shared.configuration.checks.places import Places
from shared.configuration.checks.pool import check_pool
from shared.configuration.checks.shared_files import check_calendars, check_escalation
from shared.configuration.checks.sla import check_sla
from shared.configuration.checks.unused import check_unused
from shared.configuration.files import OutageFile
from shared.configuration.findings import Finding, Findings
from shared.configuration.folder import Folder, PoolFolder, read_folder
from shared.configuration.outage import outage_document
from shared.configuration.people import people_document
from shared.configuration.people_file import PeopleFile
from shared.configuration.tree import Node
from shared.configuration.values import NAME
from shared.contracts.configuration import (
    Document,
    OutageDocument,
    PoolDocument,
    canonical,
    hash_of,
)
from shared.contracts.people import PeopleDocument


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a folder holds. Apply it only if `errors` is empty."""

    pools: dict[str, PoolDocument]  # those that could be built
    people: PeopleDocument
    findings: tuple[Finding, ...]
    outage: OutageDocument

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")


def load(root: Path, *, locales: frozenset[str] | None = None) -> Loaded:
    """Read, check and build the configuration in a folder.

    Args:
        root: the folder with people.yaml, calendars.yaml, sla.yaml, escalation.yaml, outage.yaml
            and pools/.
        locales: languages with complete templates; None: that check is left out.

    Never raises on what the folder holds: what is wrong is a finding.
    """
    findings = Findings()
    if not root.is_dir():
        findings.error(Node(str(root), 1, 1), "", "there is no such folder", "name the folder")
        return Loaded({}, PeopleDocument(people=()), findings.in_order(), OutageDocument())
    folder = read_folder(root, findings)
    _check_shared(folder, locales, findings)
    seen: dict[str, tuple[str, Node]] = {}
    pools: dict[str, PoolDocument] = {}
    for pool in folder.pools:
        document = _pool(folder, pool, seen, findings)
        if document is not None:
            pools[pool.name] = document
    check_outage(folder, findings)
    check_unused(folder, findings)
    people = folder.people.value if folder.people else PeopleFile()
    return Loaded(
        pools,
        people_document(people),
        findings.in_order(),
        outage_document(
            folder.outage.value if folder.outage else OutageFile(),
            ((each.name, each.pool.value) for each in folder.pools if each.pool),
            people,
        ),
    )


def document_hash(document: Document) -> str:
    """The hash under which the document is stored."""
    return hash_of(canonical(document))


def _check_shared(folder: Folder, locales: frozenset[str] | None, findings: Findings) -> None:
    if folder.people:
        check_people(folder.people, locales, findings)
    if folder.calendars:
        check_calendars(folder.calendars, findings)
    if folder.escalation:
        check_escalation(folder.escalation, folder.people, findings)
    if folder.sla:
        check_sla(folder.sla, folder.calendars, folder.escalation, findings)


def _pool(
    folder: Folder, pool: PoolFolder, seen: dict[str, tuple[str, Node]], findings: Findings
) -> PoolDocument | None:
    if pool.pool is None:
        return None
    if NAME.fullmatch(pool.name) is None:
        problem = f"`{pool.name}` is not a pool's name"
        remedy = "use lower-case letters, digits, `-` and `_` for the folder"
        findings.error(pool.pool.node, "pool", problem, remedy)
        return None
    before = findings.errors()
    check_pool(pool, folder.sla, folder.calendars, findings)
    check_agents(pool, folder.calendars, seen, findings)
    if not (folder.calendars and folder.sla and folder.escalation and pool.agents_whole):
        return None
    document = pool_document(
        pool, folder.calendars.value, folder.sla.value, folder.escalation.value
    )
    if findings.errors() == before:  # a misspelt skill would make its queue look unserved
        analyse(document, Places.of(pool, findings))
    return document
