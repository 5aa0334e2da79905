"""The schemas that editors use are those of the code; the shipped example is sound."""

import json
import re
import shutil
from pathlib import Path

from shared.configuration import load
from shared.configuration.findings import Findings
from shared.configuration.schemas import FILES, schemas
from shared.configuration.shape import read
from shared.configuration.tree import parse
from shared.contracts.people import default_limits

ROOT = Path(__file__).parents[3]


def test_the_written_schemas_are_those_of_the_code() -> None:
    folder = ROOT / "docs" / "schemas"
    written = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    assert written == schemas(), "run `switchyard config schemas docs/schemas`"


def test_the_shipped_configuration_has_no_findings() -> None:
    loaded = load(ROOT / "config", locales=frozenset({"en", "he"}))
    assert loaded.findings == ()
    assert set(loaded.pools) == {"support", "vip"}
    languages = {tag for agent in loaded.pools["support"].agents for tag in agent.languages}
    assert len(languages) == 12


def test_what_stands_in_the_shipped_people_as_a_comment_is_sound_without_the_marks(
    tmp_path: Path,
) -> None:
    shutil.copytree(ROOT / "config", tmp_path, dirs_exist_ok=True)
    people = tmp_path / "people.yaml"
    text = people.read_text(encoding="utf-8")
    example = re.compile(r"^ *#\n((?: *# .*\n)+)", re.MULTILINE)  # what follows an empty comment
    assert len(example.findall(text)) == 6
    people.write_text(example.sub(lambda it: it[1].replace("# ", ""), text), encoding="utf-8")
    loaded = load(tmp_path, locales=frozenset({"en", "he"}))
    assert loaded.findings == ()
    assert {"it-room", "ops-room", "omar"} <= {person.id for person in loaded.people.people}
    assert loaded.people.limits == default_limits()
    assert loaded.people.rooms is not None


def test_every_shipped_file_names_a_schema_that_exists() -> None:
    for path in (ROOT / "config").rglob("*.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema=")
        assert (path.parent / first.partition("=")[2]).is_file()


def test_the_examples_of_the_documentation_are_of_the_shape_that_it_describes() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    blocks = re.findall(
        r"^## (?:[^\n]*/)?(\w+)\.yaml\n\n```yaml\n(.*?)```", text, re.DOTALL | re.MULTILINE
    )
    assert {name for name, _ in blocks} == set(FILES)
    for name, block in blocks:
        findings = Findings()
        node = parse(block.encode(), name, findings)
        assert node is not None
        assert read(FILES[name], node, findings) is not None, findings.in_order()


def test_every_key_of_every_file_is_in_the_documentation() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    for name, schema in schemas().items():
        models = [json.loads(schema), *json.loads(schema).get("$defs", {}).values()]
        for key in {key for model in models for key in model.get("properties", {})}:
            assert re.search(rf"\b{key}\b", text), f"{name}: {key}"
