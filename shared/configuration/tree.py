"""YAML as a tree that knows where every value stands.

Scalars stay text: what they mean depends on the field that they are for. So `no` is Norwegian where
a language is expected, and `08:30` is never a number to the base 60.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

import yaml

from shared.configuration.findings import Findings

MAX_BYTES = 64 * 2**20  # about 300,000 agents
MAX_NODES = 5_000_000  # with every alias written out
MAX_DEPTH = 40

_FIRST_WORD = re.compile(r"\s*([^\s:]+)")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is ten times as fast


@dataclass(slots=True, eq=False)
class Node:
    """A value and its place. `size` and `height` count with aliases written out."""

    file: str
    line: int
    column: int
    value: "str | list[Node] | dict[str, Entry] | None" = None
    size: int = 1
    height: int = 1

    def child(self, step: str | int) -> "Node | None":
        """The value under a key or index; in a list also the item that begins with `step`."""
        if isinstance(self.value, dict):
            entry = self.value.get(str(step))
            return entry.value if entry else None
        if isinstance(self.value, list):
            if isinstance(step, int):
                return self.value[step] if step < len(self.value) else None
            return next((item for item in self.value if _begins(item, step)), None)
        return None

    def key(self, step: str | int) -> "Node | None":
        """The key itself, in a mapping."""
        if isinstance(self.value, dict) and (entry := self.value.get(str(step))):
            return entry.key
        return None


class Entry(NamedTuple):
    key: Node
    value: Node


def _begins(item: Node, word: str) -> bool:
    """True for `billing:3`, `billing for 30s` and `{skill: billing}` when asked for `billing`."""
    if isinstance(item.value, dict):
        named = item.value.get("skill")
        return word in item.value or (named is not None and named.value.value == word)
    first = _FIRST_WORD.match(item.value) if isinstance(item.value, str) else None
    return first is not None and first[1] == word


def plain(node: Node) -> Any:
    """The tree as dicts, lists, text and None. Its size and depth were bounded by `parse`."""
    if isinstance(node.value, dict):
        return {name: plain(entry.value) for name, entry in node.value.items()}
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    return node.value


class _RefusedError(Exception):
    """The file cannot be read on; the finding is already told."""


def parse(content: bytes, file: str, findings: Findings) -> Node | None:
    """Read one YAML document; None where a finding says why not.

    Never raises on what a file holds, and never uses more than MAX_NODES for it: aliases share
    their node, and one that would make too many when written out is refused.
    """
    start = Node(file, 1, 1)
    if len(content) > MAX_BYTES:
        findings.error(start, "", f"the file is larger than {MAX_BYTES // 2**20} MiB", "split it")
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        findings.error(Node(file, line, 1), "", "the file is not UTF-8", "save it as UTF-8")
        return None
    try:
        return _Builder(file, findings).build(yaml.parse(text, Loader=_Loader))
    except _RefusedError:
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = Node(file, mark.line + 1, mark.column + 1) if mark else start
        findings.error(place, "", f"not YAML: {error.problem}", "mind indentation and quotes")
    except yaml.YAMLError:
        findings.error(start, "", "not YAML: a character is not allowed", "remove it")
    return None


@dataclass(slots=True)
class _Builder:
    """Builds the tree from events on a stack of its own, so no depth can exhaust Python's."""

    file: str
    findings: Findings
    open: list[tuple[Node, str | None]] = field(default_factory=list)
    keys: list[Node | None] = field(default_factory=list)
    anchors: dict[str, Node] = field(default_factory=dict)
    root: Node | None = None
    documents: int = 0

    def build(self, events: Iterator[Any]) -> Node:
        for event in events:
            self._take(event)
        return self.root or Node(self.file, 1, 1)

    def _take(self, event: Any) -> None:
        place = Node(self.file, event.start_mark.line + 1, event.start_mark.column + 1)
        match event:
            case yaml.ScalarEvent():
                self._refuse_tag(place, event.tag)
                is_null = event.implicit[0] and event.value in ("", "~", "null")
                place.value = None if is_null else event.value
                self._close(place, event.anchor)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._refuse_tag(place, event.tag)
                place.value = [] if isinstance(event, yaml.SequenceStartEvent) else {}
                if len(self.open) >= MAX_DEPTH:
                    self._refuse(place, f"nested deeper than {MAX_DEPTH}", "make it flatter")
                self.open.append((place, event.anchor))
                self.keys.append(None)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                node, anchor = self.open.pop()
                self.keys.pop()
                self._close(node, anchor)
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    self._refuse(place, "a second document in one file", "use one file for each")
            case yaml.AliasEvent():
                self._add(self._aliased(place, str(event.anchor)))
            case _:
                pass  # the stream's start and end, and a document's end, hold nothing

    def _close(self, node: Node, anchor: str | None) -> None:
        if anchor:
            self.anchors[anchor] = node
        self._add(node)

    def _aliased(self, place: Node, anchor: str) -> Node:
        # An anchor is known once its node is closed, so a node can never hold itself.
        node = self.anchors.get(anchor)
        if node is None:
            self._refuse(place, f"`*{anchor}` refers to nothing before it", "write it out")
        return node

    def _add(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        parent, _ = self.open[-1]
        if isinstance(parent.value, dict) and self.keys[-1] is None:
            self._open_key(node)
            return
        parent.size += node.size
        parent.height = max(parent.height, node.height + 1)
        if parent.size > MAX_NODES or parent.height > MAX_DEPTH:
            self._refuse(node, "aliases make this too large", "write out what is needed")
        if isinstance(parent.value, list):
            parent.value.append(node)
        elif isinstance(parent.value, dict):
            self._enter(parent.value, node)

    def _open_key(self, node: Node) -> None:
        if not isinstance(node.value, str):
            self._refuse(node, "a key must be a word", "quote it, or mind the indentation")
        if node.value == "<<":
            self._refuse(node, "merge keys (`<<`) are not read", "write the values out")
        self.keys[-1] = node

    def _enter(self, mapping: dict[str, Entry], node: Node) -> None:
        key = self.keys[-1]
        self.keys[-1] = None
        assert key is not None
        assert isinstance(key.value, str)
        first = mapping.get(key.value)
        if first is None:
            mapping[key.value] = Entry(key, node)
            return
        problem = f"`{key.value}` stands twice, first in line {first.key.line}"
        self.findings.error(key, key.value, problem, "remove one of them")

    def _refuse_tag(self, place: Node, tag: str | None) -> None:
        if tag is not None:
            remedy = "quote the word" if tag.startswith("!") else "remove the tag"
            self._refuse(place, f"the tag `{tag}` is not read", remedy)

    def _refuse(self, place: Node, problem: str, remedy: str) -> NoReturn:
        self.findings.error(place, "", problem, remedy)
        raise _RefusedError
