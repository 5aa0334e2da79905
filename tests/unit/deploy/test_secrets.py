"""The secrets that deploy/make_secrets.py makes are those that the services take."""

import json
import subprocess
import sys
from pathlib import Path

from services.gateway.adapters.keys import load_keys
from services.notifier.adapters.webhook.keys import read_keyring
from shared.links import AckLinks
from tests.unit.deploy.compose_files import DEPLOY, ROOT


def make(folder: Path, *more: str) -> str:
    done = subprocess.run(
        [sys.executable, str(DEPLOY / "make_secrets.py"), "--folder", str(folder), *more],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    return done.stdout


def test_the_gateway_lets_in_every_key_that_was_made_by_its_role(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    make(folder)
    keys = json.loads((folder / "api-keys.json").read_text())
    known = load_keys(folder / "gateway-keys.json")
    for role, key in keys.items():
        found = known.find(key)
        assert found is not None
        assert (found.role, found.may_enter("any")) == (role, True)
    assert not any(key in (folder / "gateway-keys.json").read_text() for key in keys.values())


def test_links_and_webhooks_have_keys_of_the_right_shape(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    make(folder, "--webhook", "noor", "--webhook", "it-room")
    AckLinks.from_file(folder / "link-keys")  # raises where it is too short
    of_persons = read_keyring((folder / "webhook-secrets").read_text(), "webhook-secrets")
    assert set(of_persons) == {"noor", "it-room"}
    assert of_persons["noor"] != of_persons["it-room"]


def test_a_second_run_changes_nothing_and_brings_no_clear_key_back(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    make(folder)
    before = {path.name: path.read_text() for path in folder.iterdir()}
    (folder / "api-keys.json").unlink()
    assert "nothing" in make(folder)
    after = {path.name: path.read_text() for path in folder.iterdir()}
    assert after == {name: text for name, text in before.items() if name != "api-keys.json"}


def test_only_their_maker_comes_to_the_folder_and_every_container_reads_its_file(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "secrets"
    make(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o644}


def test_git_does_not_see_them() -> None:
    folder = ROOT / "deploy" / "secrets"
    assert (folder / ".gitignore").read_text().splitlines()[-2:] == ["*", "!.gitignore"]
