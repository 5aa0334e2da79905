"""What people write cannot act in a chat: call a room, hide an address, change the rest."""

import pytest

from services.notifier.adapters.words.neutral import MARKDOWN, SLACK, markdown, no_calls, slack
from tests.support.ledger import ANA, notice
from tests.support.words import told


@pytest.mark.parametrize("call", ["@here", "@channel", "@everyone", "@Here!", "@all", "x @group"])
def test_nobody_is_called_by_a_value(call: str) -> None:
    for dialect in (slack, markdown, no_calls):
        assert call not in dialect(call)
        assert dialect(call).replace("\u2060", "") == call


def test_an_address_stays_as_it_is() -> None:
    assert no_calls("ana@example.org, bob@channels.example") == (
        "ana@example.org, bob@channels.example"
    )


@pytest.mark.parametrize("value", ["<!here>", "<!subteam^S1>", "<@U1>", "<https://evil|bank>"])
def test_slack_sees_no_command_and_no_link_in_a_value(value: str) -> None:
    assert "<" not in slack(value)
    assert slack("a & b") == "a &amp; b"


def test_markdown_sees_no_link_and_no_format_in_a_value() -> None:
    assert markdown("[bank](https://evil)") == r"\[bank\](https://evil)"
    assert markdown("*a* _b_ `c` ~d~ <e> \\f") == r"\*a\* \_b\_ \`c\` \~d\~ \<e\> \\f"


def test_a_colleagues_words_are_neutral_in_a_whole_message_and_ours_are_not() -> None:
    asked = notice(audience="managers", message="<!here> see [this](https://evil) *now*")
    sheet = told(asked, ANA).sheet
    in_slack = "\n".join(sheet.paragraphs(SLACK))
    assert "> &lt;!here&gt; see" in in_slack
    in_markdown = "\n".join(sheet.paragraphs(MARKDOWN))
    assert r"\[this\](https://evil) \*now\*" in in_markdown
    steps = "\n".join(told(notice(), ANA).sheet.paragraphs(MARKDOWN))
    assert "**What to do now:**" in steps
