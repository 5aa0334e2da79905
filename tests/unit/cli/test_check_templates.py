"""A phrase that one language lacks is found by the check, not by a reader."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.notifier.adapters.words import phrases
from switchyard.cli import build

TEMPLATES = Path(phrases.__file__).parent / "templates"
CONFIG = Path(__file__).parents[3] / "config"


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the templates, in place of the shipped ones."""
    copy = tmp_path / "templates"
    shutil.copytree(TEMPLATES, copy)
    monkeypatch.setattr(phrases, "_FOLDER", copy)
    forget()
    yield copy
    forget()


def forget() -> None:
    for cached in (phrases.available, phrases.phrases_of, phrases._raw):
        cached.cache_clear()


def check() -> tuple[int, str]:
    result = CliRunner().invoke(build(), ["check", str(CONFIG)])
    return result.exit_code, result.output


def test_whole_templates_pass(templates: Path) -> None:
    assert (templates / "nl.yaml").exists()
    assert check()[0] == 0


@pytest.mark.parametrize(
    "key", ["  wait_unknown:", "  unasked:", "    undelivered:", "  subject_over:", "digest:"]
)
def test_a_missing_phrase_fails_the_check_by_its_name(templates: Path, key: str) -> None:
    file = templates / "nl.yaml"
    lines = file.read_text(encoding="utf-8").splitlines()
    start = lines.index(next(line for line in lines if line.startswith(key)))
    depth = len(key) - len(key.lstrip())
    end = start + 1
    while end < len(lines) and len(lines[end]) - len(lines[end].lstrip()) > depth:
        end += 1
    file.write_text("\n".join([*lines[:start], *lines[end:]]), encoding="utf-8")
    code, said = check()
    assert code != 0
    assert re.search(f"nl.yaml:1:1: error: '.*{key.strip(' :')}.*' is missing", said)
    assert "add its translation" in said
