"""The labels by which rooms are chosen in the files are those that alerts have."""

import ast
from pathlib import Path

from services.notifier.core.rooms import alerts
from shared.contracts.rooms import ALERT_LABELS


def test_the_labels_that_the_check_knows_are_those_of_the_alerts() -> None:
    made: dict[object, set[object]] = {}
    for node in ast.walk(ast.parse(Path(alerts.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Dict):
            labels = {key.value: it for key, it in zip(node.keys, node.values, strict=True)
                      if isinstance(key, ast.Constant)}  # fmt: skip
            if isinstance(kind := labels.get("kind"), ast.Constant):
                made[kind.value] = set(labels)
    assert made == {kind: set(labels) for kind, labels in ALERT_LABELS.items()}
