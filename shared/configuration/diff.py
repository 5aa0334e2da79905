"""What differs between two documents of a pool, as paths with values."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from shared.configuration.readable import readable
from shared.contracts.configuration import Document


@dataclass(frozen=True, slots=True)
class Change:
    """`path` names list items by name or id: `agents.ana.skills.billing`."""

    path: str
    what: Literal["added", "removed", "changed", "reordered"]
    old: Any = None
    new: Any = None


_IN_ORDER = frozenset(
    {"rules", "priorities", "topics"}
)  # lists of names whose order decides something


def diff(old: Document | None, new: Document | None) -> tuple[Change, ...]:
    """Changes from old to new, in the order of the documents; None: there is no document."""
    before = readable(old.model_dump(mode="json")) if old else {}
    after = readable(new.model_dump(mode="json")) if new else {}
    return tuple(_changes("", before, after))


def _changes(path: str, old: Any, new: Any) -> Iterator[Change]:
    if old == new:
        return
    named_old, named_new = _by_name(old), _by_name(new)
    if named_old is None or named_new is None:
        yield Change(path, "changed", old, new)
        return
    for name in (*named_old, *(name for name in named_new if name not in named_old)):
        below = f"{path}.{name}" if path else name
        if name not in named_new:
            yield Change(below, "removed", old=named_old[name])
        elif name not in named_old:
            yield Change(below, "added", new=named_new[name])
        else:
            yield from _changes(below, named_old[name], named_new[name])
    if path.rpartition(".")[2] in _IN_ORDER:
        common_old = [name for name in named_old if name in named_new]
        common_new = [name for name in named_new if name in named_old]
        if common_old != common_new:
            yield Change(path, "reordered", common_old, common_new)


def _by_name(value: Any) -> dict[str, Any] | None:
    """Mappings by key, lists of things by name or id; None for anything else, compared whole."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return None
    for key in ("name", "id", "topic"):
        if value and all(key in item for item in value):
            return {item[key]: item for item in value}
    return {} if not value else {str(index): item for index, item in enumerate(value)}
