"""The file of connectors: what each name stands for, and that no secret of it is ever shown."""

import pytest

from services.notifier.adapters.connectors import read_connectors

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
    assert found.names("slack") == ("bot", "it.room")


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
