"""Which rooms hear of an alert: a tree of routes, walked as Prometheus Alertmanager walks its own.

Depth first: a node that matches hands on to its children; the first child that matches stops the
search among its siblings, unless it says to go on; where no child matches it is the node itself
(prometheus/alertmanager, dispatch/route.go).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from shared.contracts.people import Inhibition, Matcher, Route

EACH_ALONE = "..."  # in place of labels to group by: each alert is a group


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How one receiver is told of an alert, with all that the route inherits."""

    path: str = "0"  # the node's place in the tree
    receiver: str = ""
    group_by: tuple[str, ...] = ()
    wait_ms: int = 30_000
    interval_ms: int = 300_000
    repeat_ms: int = 14_400_000
    ended: bool = True  # whether ends are told


def routed(tree: Route, labels: Mapping[str, str]) -> list[Told]:
    """Who is told of an alert with these labels; the root takes what nobody else does."""
    return list(_walk(tree, labels, Told()))


def receivers(tree: Route) -> Iterator[str]:
    """Every room of the tree, each once."""
    yield from dict.fromkeys(_receivers(tree))


def matches(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether all of them hold. A label that is missing counts as empty."""
    return all(_holds(it, labels.get(it.label, "")) for it in matchers)


def group_of(told: Told, labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The labels that the alerts of a group have in common, sorted."""
    names = labels if told.group_by == (EACH_ALONE,) else told.group_by
    return tuple(sorted((name, labels[name]) for name in names if name in labels))


def inhibits(rule: Inhibition, source: Mapping[str, str], target: Mapping[str, str]) -> bool:
    """Whether a firing source keeps a target back. What is on both sides inhibits nothing."""
    if not (matches(rule.source, source) and matches(rule.target, target)):
        return False
    if matches(rule.target, source) and matches(rule.source, target):
        return False
    return all(source.get(name, "") == target.get(name, "") for name in rule.equal)


def _walk(node: Route, labels: Mapping[str, str], above: Told) -> Iterator[Told]:
    here = _inherit(node, above)
    found = False
    for number, child in enumerate(node.routes):
        if not matches(child.match, labels):
            continue
        found = True
        yield from _walk(child, labels, replace(here, path=f"{here.path}.{number}"))
        if not child.go_on:
            break
    if not found:
        yield here


def _inherit(node: Route, above: Told) -> Told:
    def ms(own: float | None, inherited: int) -> int:
        return inherited if own is None else round(own * 1000)

    return Told(
        path=above.path,
        receiver=above.receiver if node.receiver is None else node.receiver,
        group_by=above.group_by if node.group_by is None else node.group_by,
        wait_ms=ms(node.group_wait_s, above.wait_ms),
        interval_ms=max(1, ms(node.group_interval_s, above.interval_ms)),
        repeat_ms=ms(node.repeat_interval_s, above.repeat_ms),
        ended=above.ended if node.tell_ended is None else node.tell_ended,
    )


def _receivers(node: Route) -> Iterator[str]:
    if node.receiver is not None:
        yield node.receiver
    for child in node.routes:
        yield from _receivers(child)


def _holds(matcher: Matcher, value: str) -> bool:
    if matcher.pattern:
        found = _pattern(matcher.value).fullmatch(value) is not None
    else:
        found = matcher.value == value
    return found is not matcher.negated


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.DOTALL)
