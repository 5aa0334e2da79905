"""Secrets are never taken from YAML: they come from the environment or from files."""

import re

from shared.configuration.findings import Findings
from shared.configuration.tree import Node

_KEY = re.compile(
    r"(.*[_-])?(passwords?|passwd|passphrase|tokens?|secrets?|api[_-]?keys?|private[_-]?key|"
    r"credentials?)",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|[a-z][a-z0-9+.-]*://[^/\s@?#]+@"  # a login in a URL, with or without a password
    r"|[?&](password|token|secret|api[_-]?key|access[_-]?key|signature|sig)=",
    re.IGNORECASE,
)
_REMEDY = "remove it, change it where it is used, and pass it by environment or file"


def refuse_secrets(node: Node, findings: Findings, path: str = "") -> None:
    """Tell each secret once, and take it out of the tree so that nothing later shows it."""
    if isinstance(node.value, dict):
        for name, entry in list(node.value.items()):
            below = f"{path}.{name}" if path else name
            if _KEY.fullmatch(name):
                findings.error(entry.key, below, f"`{name}` is a secret", _REMEDY)
                del node.value[name]
            elif _holds_secret(entry.value):
                findings.error(entry.value, below, "the value holds a secret", _REMEDY)
                del node.value[name]
            else:
                refuse_secrets(entry.value, findings, below)
    elif isinstance(node.value, list):
        for index, item in enumerate(node.value):
            below = f"{path}[{index}]"
            if _holds_secret(item):
                findings.error(item, below, "the value holds a secret", _REMEDY)
                item.value = "removed"
            refuse_secrets(item, findings, below)


def _holds_secret(node: Node) -> bool:
    return isinstance(node.value, str) and _VALUE.search(node.value) is not None
