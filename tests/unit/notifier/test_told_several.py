"""Groups of alerts, and several messages in one."""

import pytest

from services.notifier.adapters.delivery import UnsendableError
from services.notifier.adapters.words.blocks import Link, Part
from services.notifier.core import Digest
from tests.support.ledger import ANA, notice, page
from tests.support.words import ENDED, FIRES, LINKS, digest, group, told, trouble


def test_a_room_reads_what_fires_and_what_is_over_without_the_labels_in_common() -> None:
    lines = told(group(), ANA).sheet.text().splitlines()
    assert lines[0] == (
        "Alerts that fire in this group (channel=chat): 2. Over since the last message: 1."
    )
    at = "Wed 4 Feb 2015, 04:00 (America/New_York)"
    firing, over = lines.index("Firing:"), lines.index("Over:")
    assert lines[firing + 1] == f"- kind=incident, queue=streets, severity=critical; Since: {at}"
    assert lines[firing + 2].startswith("- kind=escalation, severity=minor; Since: ")
    assert lines[over + 1].endswith(f"; Until: {at}")
    assert "channel=chat" not in "\n".join(lines[firing:])


def test_a_room_is_told_when_all_is_over() -> None:
    said = told(group(ENDED), ANA)
    assert said.subject == "Alerts are over (channel=chat)"
    assert "Firing:" not in said.sheet.text()


def test_of_very_many_alerts_the_first_are_shown_and_the_others_counted() -> None:
    many = tuple(FIRES.model_copy(update={"alert_id": f"a{n}"}) for n in range(50))
    text = told(group(*many), ANA).sheet.text()
    assert text.count("kind=incident") == 20
    assert "… (+30)" in text


def test_an_alert_without_labels_of_its_own_is_called_by_its_id() -> None:
    bare = FIRES.model_copy(update={"labels": {"channel": "chat"}})
    assert "- chat-7; Since:" in told(group(bare), ANA).sheet.text()


def test_a_digest_tells_the_most_severe_first_each_with_its_link() -> None:
    asked = page()
    said = told(digest(trouble(), notice(sequence=2, severity="minor"), asked), ANA)
    parts = [block for block in said.sheet.blocks if isinstance(block, Part)]
    assert [part.heading.split(":")[0] for part in parts] == [
        "SLA missed",
        "An address does not work",
        "Still so",
    ]
    assert isinstance(parts[0].sheet.blocks[0], Link)
    assert LINKS.link(asked) in said.sheet.text()
    assert f'<a href="{LINKS.link(asked)}">' in said.sheet.html()
    assert said.subject.endswith("(+2)")
    assert said.subject.startswith("SLA missed")
    assert said.short.startswith("(+2) SLA missed")
    assert said.button is not None


def test_of_equally_severe_messages_a_digest_keeps_the_order() -> None:
    said = told(digest(notice(incident_id="chat-1"), notice(incident_id="chat-2")), ANA)
    assert "(chat-1)" in said.short


def test_a_digest_has_one_footer_and_says_every_message_also_where_it_must_be_short() -> None:
    asked = digest(trouble(), notice(sequence=2), page())
    text = told(asked, ANA).sheet.text()
    assert text.count("Sent by Switchyard") == 1
    less = told(asked, ANA, shorter=True)
    assert sum(isinstance(block, Part) for block in less.sheet.blocks) == 3
    assert LINKS.link(page()) in less.sheet.text()


def test_a_digest_is_over_when_all_that_it_tells_is() -> None:
    over = notice(sequence=3, purpose="recovery")
    assert told(digest(over, group(ENDED)), ANA).ended
    assert not told(digest(over, page()), ANA).ended


def test_a_digest_of_one_is_that_one() -> None:
    assert told(Digest((page(),)), ANA) == told(page(), ANA)


def test_a_digest_of_nothing_is_not_said() -> None:
    with pytest.raises(UnsendableError, match="empty_digest"):
        told(Digest(()), ANA)
