"""What the image is made of, and what may not be in it."""

import re

from tests.unit.deploy.compose_files import DEPLOY, ROOT

DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
IGNORED = (ROOT / ".dockerignore").read_text().splitlines()
STAGES = re.split(r"(?m)^(?=FROM )", DOCKERFILE)[1:]


def instructions(stage: str, name: str) -> list[str]:
    joined = stage.replace("\\\n", " ")
    return [
        line.removeprefix(name).strip() for line in joined.splitlines() if line.startswith(name)
    ]


def test_what_builds_is_left_behind() -> None:
    build, final = STAGES
    assert "pip" in build
    assert not instructions(final, "RUN pip")
    assert "pip" not in "".join(instructions(final, "RUN"))
    assert "apt" not in DOCKERFILE
    assert "--from=build /opt/switchyard /opt/switchyard" in instructions(final, "COPY")[0]


def test_every_package_is_checked_against_its_hash() -> None:
    installs = [line for line in STAGES[0].replace("\\\n", " ").split("&&") if " install " in line]
    assert len(installs) == 3
    for line in installs:
        assert "--require-hashes" in line or "--no-index" in line
    assert (ROOT / "requirements-dev.txt").read_text().count("\nsetuptools==") == 1


def test_it_runs_as_a_fixed_user_who_is_not_root() -> None:
    users = instructions(STAGES[-1], "USER")
    assert users == ["10001:10001"]
    assert "--uid 10001" in STAGES[-1]


def test_both_stages_stand_on_one_base_that_can_be_chosen() -> None:
    assert "ARG BASE=python:3.11-slim-bookworm" in DOCKERFILE
    assert [stage.split()[1] for stage in STAGES] == ["${BASE}", "${BASE}"]


def test_no_package_index_and_no_secret_is_named() -> None:
    assert "://" not in DOCKERFILE.replace("http://127.0.0.1:8081", "")
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        assert instructions(STAGES[0], f"ARG {name}") == [""], "named, without a value"
        assert name not in STAGES[1]
    assert not re.search(r"(?i)(password|token|secret|swk_|whsec_)", DOCKERFILE)


def test_output_is_not_held_back_and_nothing_is_written_beside_the_code() -> None:
    assert "PYTHONUNBUFFERED=1" in STAGES[-1]
    assert "PYTHONDONTWRITEBYTECODE=1" in STAGES[-1]


def test_the_build_sees_only_what_it_is_told_to() -> None:
    rules = [line for line in IGNORED if line and not line.startswith("#")]
    assert rules[0] == "*"
    allowed = {line.removeprefix("!") for line in rules if line.startswith("!")}
    copied = {
        source
        for stage in STAGES
        for line in instructions(stage, "COPY")
        if "--from" not in line
        for source in line.split()[:-1]
    }
    assert allowed == copied
    assert all((ROOT / each).exists() for each in allowed)


def test_the_health_check_is_what_the_image_holds() -> None:
    assert "deploy/ready.py" in "".join(instructions(STAGES[-1], "COPY"))
    assert "/opt/switchyard/ready.py" in STAGES[-1].split("HEALTHCHECK")[1]


def test_the_versions_of_image_and_project_are_one() -> None:
    version = re.search(r'(?m)^version = "(.+)"$', (ROOT / "pyproject.toml").read_text())
    assert version is not None
    assert f"ARG VERSION={version.group(1)}\n" in DOCKERFILE
    assert f"switchyard:{version.group(1)}" in (ROOT / "compose.yaml").read_text()
