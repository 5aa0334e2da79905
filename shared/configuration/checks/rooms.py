"""The tree by which rooms hear of alerts: receivers, groups, and routes that nothing reaches."""

import re
from collections.abc import Iterable, Mapping

from shared.configuration.findings import suggest
from shared.configuration.matchers import LABEL
from shared.configuration.people_file import PeopleFile, PersonEntry
from shared.configuration.reach import methods
from shared.configuration.rooms_file import RouteEntry
from shared.configuration.shape import Report, Steps
from shared.contracts.people import Matcher
from shared.contracts.rooms import ALERT_LABELS

_EACH_ALONE = "..."
_LABELS = frozenset(label for labels in ALERT_LABELS.values() for label in labels)


def check_rooms(report: Report, file: PeopleFile, known: Mapping[str, PersonEntry]) -> None:
    """The first node takes everything, as in Alertmanager; every receiver can be told."""
    root = file.rooms
    if root is not None:
        _check_root(report, root)
        _check_route(report, ("rooms",), root, known)
    elif file.inhibit:
        problem = "`inhibit` has no effect without `rooms`"
        report.warning(("inhibit",), problem, "add `rooms`, or remove it")
    for index, inhibition in enumerate(file.inhibit):
        _check_match(report, ("inhibit", index, "source"), inhibition.source)
        _check_match(report, ("inhibit", index, "target"), inhibition.target)
        _check_labels(report, ("inhibit", index, "equal"), inhibition.equal)


def _check_root(report: Report, root: RouteEntry) -> None:
    if root.receiver is None:
        problem = "`rooms` has no receiver for what no route takes"
        report.error(("rooms",), problem, "add `receiver: <person>`")
    if root.match:
        problem = "the first node of `rooms` takes everything, and cannot match"
        report.error(("rooms", "match"), problem, "move `match` into one of its `routes`")
    if root.go_on:
        problem = "nothing comes after the first node of `rooms`"
        report.error(("rooms", "continue"), problem, "remove `continue`")


def _check_route(
    report: Report, steps: Steps, route: RouteEntry, known: Mapping[str, PersonEntry]
) -> None:
    place = (*steps, "receiver")
    report.known(place, "person", route.receiver, known)
    if route.receiver is None or route.receiver not in known:
        pass  # inherited, or told
    elif not methods(known[route.receiver]):
        problem = f"`{route.receiver}` is to hear of alerts and has no contact method"
        report.error(place, problem, "add `slack`, `teams` or another one in people.yaml")
    _check_match(report, (*steps, "match"), route.match)
    _check_group(report, (*steps, "group_by"), route.group_by or ())
    taken = False
    for index, below in enumerate(route.routes):
        at: Steps = (*steps, "routes", index)
        if taken:
            problem = "this route is never reached: one before it takes everything"
            report.error(at, problem, "move it up, or give the other one `match` or `continue`")
        taken = taken or not (below.match or below.go_on)
        _check_route(report, at, below, known)


def _check_group(report: Report, steps: Steps, labels: tuple[str, ...]) -> None:
    if _EACH_ALONE in labels and len(labels) > 1:
        problem = "`...` tells each alert on its own, so other labels do not count"
        report.error(steps, problem, "keep `...`, or the labels")
    _check_labels(report, steps, [it for it in labels if it != _EACH_ALONE])


def _check_match(report: Report, steps: Steps, match: tuple[Matcher, ...]) -> None:
    """A label that no alert has is empty: rather a slip than a wish."""
    for matcher in match:
        _check_known(report, steps, matcher.label)
    asked = {it.label for it in match if it.value and not (it.negated or it.pattern)} & _LABELS
    if not any(asked.issubset(labels) for labels in ALERT_LABELS.values()):
        problem = "no alert has all of these labels: those of escalations and incidents differ"
        report.warning(steps, problem, "make a route for each of the two")


def _check_known(report: Report, steps: Steps, label: str) -> None:
    if label not in _LABELS:
        problem = f"no alert has the label `{label[:40]}`, so it counts as empty"
        report.warning(steps, problem, suggest(label, _LABELS))


def _check_labels(report: Report, steps: Steps, labels: Iterable[str]) -> None:
    seen: set[str] = set()
    for label in labels:
        if re.fullmatch(LABEL, label) is None:
            report.error(steps, f"`{label[:40]}` is not a label", "use letters, digits and `_`")
        elif label in seen:
            report.error(steps, f"the label `{label}` stands twice", "remove one of them")
        else:
            _check_known(report, steps, label)
        seen.add(label)
