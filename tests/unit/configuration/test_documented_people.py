"""Every example of telling people in the documentation is a people.yaml that the check accepts."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.configuration import Loaded, load
from shared.contracts.people import default_limits
from shared.contracts.words import CONTACT_METHODS
from tests.unit.configuration.sound import FILES, write

PAGE = Path(__file__).parents[3] / "docs" / "configuration.md"
SECTION = PAGE.read_text(encoding="utf-8").partition("## Telling people, subject by subject")[2]
SECTION = SECTION.partition("\n## ")[0]
SUBJECTS = {part.partition("\n")[0]: part for part in SECTION.split("\n### ")[1:]}
EXAMPLES = {
    title: example[1]
    for title, part in SUBJECTS.items()
    if (example := re.search(r"```yaml\n# people.yaml\n(.*?)```", part, re.DOTALL))
}


def loaded(folder: Path, title: str) -> Loaded:
    """The sound configuration with the example's people beside its own, and all else of it."""
    whole: dict[str, Any] = yaml.load(FILES["people.yaml"], Loader=yaml.BaseLoader)
    example: dict[str, Any] = yaml.load(EXAMPLES[title], Loader=yaml.BaseLoader)
    whole["people"] += example.pop("people", [])
    write(folder, **{"people.yaml": yaml.safe_dump(whole | example, sort_keys=False)})
    return load(folder)


@pytest.mark.parametrize("title", EXAMPLES)
def test_an_example_has_no_findings(tmp_path: Path, title: str) -> None:
    assert [str(each) for each in loaded(tmp_path, title).findings] == []


def test_every_subject_but_the_comparison_has_an_example_and_none_is_passed_over() -> None:
    assert SUBJECTS.keys() - EXAMPLES.keys() == {"What others call it"}
    assert SECTION.count("```yaml\n") == len(EXAMPLES)


def test_every_contact_method_is_told() -> None:
    for method in CONTACT_METHODS:
        assert f"`{method}`" in SUBJECTS["Contact methods"]


def test_the_limits_that_are_told_as_the_defaults_are_the_defaults(tmp_path: Path) -> None:
    limits = loaded(tmp_path, "Limits and retries").people.limits
    assert limits["sms"] == default_limits()["sms"]
    assert limits["voice"] == default_limits()["voice"]
