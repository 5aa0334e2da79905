"""Every example of routing in the documentation is a configuration that the check finds sound."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.configuration import load
from tests.unit.configuration.sound import FILES

PAGE = Path(__file__).parents[3] / "docs" / "configuration.md"
SECTIONS = {
    "Requirements that change with time", "Rings", "Interpreters", "Rules", "Order",
    "Choice of agent", "Offers", "Capacity", "Hours", "Overflow", "Pace",
    "Topics and languages of texts", "Customers", "What other products call it",
}  # fmt: skip
# Around each example stands this pool: enough queues, and agents of all levels.
POOL = yaml.safe_load("""
default_language: en
default_queue: general
default_sla_policy: standard
skills: [billing, technical]
priorities: [{name: normal}, {name: urgent, head_start: 15min}]
channels: {voice: {}, chat: {units: 30}, email: {units: 20}}
queues:
  - {name: general}
  - {name: money, skills: {billing: 2}}
  - {name: technical, skills: {technical: 2}}
""")
AGENTS = yaml.safe_load("""
- {id: a1, skills: {billing: 4, technical: 4}, languages: {en: 5, nl: 5}}
- {id: a2, skills: {billing: 4, technical: 4}, languages: {en: 4, nl: 4}}
- {id: a3, skills: {billing: 3, technical: 2}, languages: {en: 4, nl: 4}}
- {id: a4, skills: {billing: 3}, languages: {en: 3, nl: 3}}
- {id: a5, skills: {billing: 2, technical: 2}, languages: {en: 3, nl: 3}}
- {id: a6, languages: {en: 2, nl: 2}}
""")
Example = tuple[str, dict[str, Any]]  # title of its section, and what each file holds


def examples() -> Iterator[Example]:
    """Blocks of one section that follow each other belong together, until a file comes again."""
    text = PAGE.read_text(encoding="utf-8")
    routing = text.partition("## Routing, subject by subject")[2].partition("\n## ")[0]
    for section in routing.split("\n### ")[1:]:
        title = section.partition("\n")[0]
        files: dict[str, Any] = {}
        for name, block in re.findall(r"```yaml\n# (\S+)\n(.*?)```", section, re.DOTALL):
            if name in files:
                yield title, files
                files = {}
            files[name] = yaml.load(block, Loader=yaml.BaseLoader)  # all text, as the check reads
        if files:
            yield title, files


ALL = list(examples())


def written(folder: Path, files: dict[str, Any]) -> Path:
    """A whole configuration around the example; what it names replaces what is there."""
    pool = POOL | files.get("pool.yaml", {})
    pool["queues"] = [*(_by_name(POOL["queues"]) | _by_name(pool["queues"])).values()]
    agents = [*AGENTS, *files.get("agents.yaml", {}).get("agents", [])]
    calendars = yaml.safe_load(FILES["calendars.yaml"])["calendars"]
    calendars += files.get("calendars.yaml", {}).get("calendars", [])
    whole = {
        "calendars.yaml": {"calendars": calendars},
        "pools/support/pool.yaml": pool,
        "pools/support/agents.yaml": {"agents": agents},
    }
    for name in ("people.yaml", "escalation.yaml", "sla.yaml"):
        (folder / name).write_text(FILES[name], encoding="utf-8")
    for name, content in whole.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return folder


def _by_name(queues: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {queue["name"]: queue for queue in queues}


@pytest.mark.parametrize(("title", "files"), ALL, ids=[title for title, _ in ALL])
def test_an_example_of_the_documentation_has_no_findings(
    tmp_path: Path, title: str, files: dict[str, Any]
) -> None:
    assert title in SECTIONS
    assert [str(each) for each in load(written(tmp_path, files)).findings] == []


def test_every_subject_has_its_section_and_example() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) >= SECTIONS
    assert {title for title, _ in ALL} == SECTIONS - {"What other products call it"}


def test_no_example_is_passed_over() -> None:
    routing = PAGE.read_text(encoding="utf-8").partition("## Routing, subject by subject")[2]
    routing = routing.partition("\n## ")[0]
    assert routing.count("```yaml\n") == sum(len(files) for _, files in ALL)
