"""The file of connectors: what each name stands for, and that no secret of it is ever shown."""

from pathlib import Path

import pytest
import structlog

from services.notifier.adapters.connectors import ConnectorsFile, read_connectors

FILE = """
# of the operators
slack.bot      xoxb-s3cret
slack.it.room  https://hooks.slack.com/services/T0/B0/s3cret
zoom.it-room   https://inbots.zoom.us/incoming/hook/s3cret   t0ken-s3cret
"""


def test_a_name_stands_for_what_follows_it_on_its_line() -> None:
    found = read_connectors(FILE, "here")
    assert found.of("slack", "bot") == ("xoxb-s3cret",)
    assert found.of("slack", "it.room") == ("https://hooks.slack.com/services/T0/B0/s3cret",)
    assert found.of("zoom", "it-room")[1] == "t0ken-s3cret"


@pytest.mark.parametrize(("method", "name"), [("slack", "nobody"), ("teams", "it-room")])
def test_of_an_unknown_name_nothing_is_known(method: str, name: str) -> None:
    assert read_connectors(FILE, "here").of(method, name) == ()  # type: ignore[arg-type]  # words


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("https://hooks.example.org/s3cret", "line 2: begins with a contact method"),
        ("s3cret", "line 2: begins with a contact method"),
        ("pigeon.s3cret x", "line 2: begins with a contact method"),
        ("teams. https://x.example.org/s3cret", "line 2: begins with a contact method"),
        ("teams.it", "line 2: after teams.it a URL or a secret is missing"),
        ("slack.bot s3cret", "line 2: slack.bot has a line already"),
        (
            "teams.it https://acme.webhook.office.com/webhookb2/s3cret",
            "line 2: teams.it is an Office 365 connector, which Microsoft has retired",
        ),
    ],
)
def test_a_line_that_cannot_be_is_told_by_its_number_and_without_its_secret(
    line: str, problem: str
) -> None:
    with pytest.raises(ValueError, match=problem) as found:
        read_connectors(f"slack.bot xoxb-1\n{line}\n", "here")
    assert "s3cret" not in str(found.value)
    assert str(found.value).startswith("here, line 2")


def test_what_is_shown_of_it_holds_names_and_no_secrets() -> None:
    shown = repr(read_connectors(FILE, "here"))
    assert "slack.bot" in shown
    assert "s3cret" not in shown


def put(path: Path, text: str) -> Path:
    """Written anew as an operator's tool does it: another file under the same name."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    return fresh.replace(path)


def test_a_secret_that_was_changed_holds_from_the_next_message_on(tmp_path: Path) -> None:
    path = put(tmp_path / "connectors", "slack.bot xoxb-old\n")
    found = ConnectorsFile(path, "here")
    assert found.of("slack", "bot") == ("xoxb-old",)
    put(path, "slack.bot xoxb-new\nteams.it https://x.example.org/\n")
    assert found.of("slack", "bot") == ("xoxb-new",)
    assert found.of("teams", "it") == ("https://x.example.org/",)


@pytest.mark.parametrize("broken", ["slack.bot\n", "xoxb-s3cret\n", "", None])
def test_while_the_file_is_broken_what_it_said_holds_on_and_that_is_told_once(
    tmp_path: Path, broken: str | None
) -> None:
    path = put(tmp_path / "connectors", "slack.bot xoxb-s3cret\n")
    found = ConnectorsFile(path, "here")
    with structlog.testing.capture_logs() as logged:
        if broken is None:
            path.unlink()
        else:
            put(path, broken)
        told = [found.of("slack", "bot") for _ in range(3)]
    assert told == [("xoxb-s3cret",)] * 3
    (line,) = logged
    assert line["event"] == "connectors_not_read"
    assert "s3cret" not in repr(logged)
    put(path, "slack.bot xoxb-mended\n")
    assert found.of("slack", "bot") == ("xoxb-mended",)


def test_at_the_start_the_file_has_to_be_there_and_right(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="connectors"):
        ConnectorsFile(tmp_path / "connectors", "here")
    with pytest.raises(ValueError, match="here, line 1"):
        ConnectorsFile(put(tmp_path / "connectors", "s3cret\n"), "here")
