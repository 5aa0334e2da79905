"""Outages: what is looked at, who is told, and where contacts go meanwhile."""

from collections.abc import Iterable

from shared.configuration.checks.addresses import problem_of_tcp, problem_of_url
from shared.configuration.checks.people import NO_ADDRESS
from shared.configuration.files import OutageFile, ProbeEntry
from shared.configuration.findings import Findings
from shared.configuration.folder import Folder
from shared.configuration.people_file import PersonEntry
from shared.configuration.pool_files import PoolFile
from shared.configuration.reach import methods
from shared.configuration.shape import Report, Steps, Typed

_Pools = list[tuple[str, Typed[PoolFile]]]


def check_outage(folder: Folder, findings: Findings) -> None:
    """The audiences of all pools, and outage.yaml; what nothing watches needs no manager."""
    pools = [(each.name, each.pool) for each in folder.pools if each.pool]
    if folder.people:
        known = {person.id: person for person in folder.people.value.people}
        for _, pool in pools:
            for audience, ids in (("managers", pool.value.managers), ("staff", pool.value.staff)):
                _check_audience(Report(pool, findings), audience, ids, known)
        if folder.outage:
            _check_audience(Report(folder.outage, findings), "it", folder.outage.value.it, known)
    if folder.outage is None:
        return
    _check_probes(folder.outage, findings)
    if len(pools) == len(folder.pools):  # else the channel may be that of an unread pool
        _check_channels(folder.outage, pools, findings)
        _check_told(folder.outage, pools, findings)


def _check_audience(
    report: Report, audience: str, ids: tuple[str, ...], known: dict[str, PersonEntry]
) -> None:
    for index, person in enumerate(ids):
        steps: Steps = (audience, index)
        if person in ids[:index]:
            report.warning(steps, f"`{person}` stands twice", "remove one of them")
            continue
        report.known(steps, "person", person, known)
        if person in known and not methods(known[person]):
            problem = f"`{person}` is told of outages and has no contact method"
            report.error(steps, problem, NO_ADDRESS)


def _check_probes(file: Typed[OutageFile], findings: Findings) -> None:
    """A name is one probe in the whole file, for records of what was seen carry it."""
    report = Report(file, findings)
    first: dict[str, int] = {}
    for steps, probe in _probes(file.value):
        place = (*steps, "name")
        if probe.name in first:
            problem = f"`{probe.name}` stands twice, first in line {first[probe.name]}"
            report.error(place, problem, "rename one of them")
        first.setdefault(probe.name, file.at(*place).line)
        if probe.timeout >= probe.every:
            problem = f"the timeout of `{probe.name}` is not shorter than the time between looks"
            report.error((*steps, "timeout"), problem, "make `timeout` less than `every`")
        _check_target(report, steps, probe)


def _probes(file: OutageFile) -> Iterable[tuple[Steps, ProbeEntry]]:
    for index, probe in enumerate(file.references):
        yield ("references", index), probe
    for channel, watched in file.channels.items():
        for index, probe in enumerate(watched.probes):
            yield ("channels", channel, "probes", index), probe


def _check_target(report: Report, steps: Steps, probe: ProbeEntry) -> None:
    match probe.http, probe.tcp:
        case str(url), None:
            if problem := problem_of_url(url):
                report.error((*steps, "http"), problem, "write https://host/path")
        case None, str(place):
            if problem := problem_of_tcp(place):
                report.error((*steps, "tcp"), problem, "write host:port, the port from 1 to 65535")
        case None, None if not _lost_a_secret(report, steps):
            problem = f"the probe `{probe.name}` looks at nothing"
            report.error(steps, problem, "give `http` or `tcp`")
        case None, None:
            pass  # its target held a secret, which is told already
        case _:
            problem = f"the probe `{probe.name}` looks at two things"
            report.error(steps, problem, "keep `http` or `tcp`, or make two probes")


def _lost_a_secret(report: Report, steps: Steps) -> bool:
    """True where a finding stands on the probe itself: its target was taken out of the tree."""
    place = report.file.at(*steps)
    return any(
        (each.file, each.severity) == (place.file, "error") and each.line >= place.line
        for each in report.findings.in_order()
        if each.problem == "the value holds a secret"
    )


def _check_channels(file: Typed[OutageFile], pools: _Pools, findings: Findings) -> None:
    report = Report(file, findings)
    known = sorted({channel for _, pool in pools for channel in pool.value.channels})
    for channel, watched in file.value.channels.items():
        steps: Steps = ("channels", channel)
        if channel not in known:
            remedy = f"remove it, or add it to a pool; pools have: {', '.join(known)}"
            report.error(steps, f"no pool has the channel `{channel}`", remedy, on_key=True)
            continue
        if not watched.probes:
            problem = f"no probe looks at `{channel}`, and silence alone moves nothing"
            remedy = "add a probe; without one, only people can declare its outage"
            report.warning(steps, problem, remedy)
        for name, pool in pools:
            if channel in pool.value.channels and not pool.value.channels[channel].backups:
                problem = f"`{channel}` of pool `{name}` is watched and has no backup"
                remedy = "add `backups`; without them its contacts are parked while it is down"
                Report(pool, findings).warning((*steps,), problem, remedy)


def _check_told(file: Typed[OutageFile], pools: _Pools, findings: Findings) -> None:
    """Somebody must hear of it: IT for the installation, managers for each pool."""
    if not file.value.channels:
        return
    if not file.value.it:
        problem = "channels are watched, and nobody of IT is told"
        Report(file, findings).warning(("it",), problem, "add `it: [person]`")
    for name, pool in pools:
        concerned = file.value.channels.keys() & pool.value.channels.keys()
        if concerned and not pool.value.managers:
            problem = f"channels of pool `{name}` are watched, and no manager is told"
            Report(pool, findings).warning(("managers",), problem, "add `managers: [person]`")
