"""A page that arrives by SMTP is acknowledged by the link in it, or overlooked."""

from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

from shared.clock import SteeredClock
from switchyard.demo.agents import Scene
from switchyard.demo.counters import Counters
from switchyard.demo.doors import Doors
from switchyard.demo.managers import Managers
from switchyard.demo.timeline import Timeline
from switchyard.supervisor.mailbox import Mailbox, link_in
from tests.support.ledger import page
from tests.support.words import LINKS

GATEWAY = "http://127.0.0.1:8080"
LINK = f"{GATEWAY}/a/1q7RbBKXiKnZzNmgiOJK7ZNXR1bCfSHGNNG4CI"
LONG = f"{GATEWAY}/v1/pages/north:a%23first_reply%2F1:c1:r1:l1:mia:email/ack?token=aB-9_.x"


def mail(body: str, name: str = "1") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "switchyard@switchyard.test", "mia@switchyard.test"
    message["Message-ID"] = f"<{name}@switchyard.test>"
    message.set_content(body)
    return message


@pytest.mark.parametrize("link", [LINK, LONG])
def test_the_link_of_either_form_is_found_in_a_mail_of_any_language(link: str) -> None:
    assert link_in(mail(f"A caller waits.\n\nAcknowledge: {link}\n")) == link
    hebrew = f"לקוח ממתין.\n\nאישור: {link}\n"  # noqa: RUF001 - they are letters
    assert link_in(mail(hebrew)) == link


def test_the_link_that_the_notifier_makes_is_found() -> None:
    link = LINKS.link(page())
    assert link_in(mail(f"Acknowledge:\n{link}\n\nThank you.")) == link


def test_a_mail_without_a_link_has_none() -> None:
    assert link_in(mail("All is well: http://127.0.0.1:8080/v1/status")) is None
    assert link_in(mail("Read on: https://help.example.org/a/about-us")) is None


def test_a_mail_about_an_outage_is_counted_and_asks_nothing(tmp_path: Path) -> None:
    # given a manager who gets a page, and is told of an outage twice
    clock = SteeredClock.create(tmp_path / "clock", start_ms=0, speed=1.0)
    counters = Counters()
    scene = Scene(
        timeline=Timeline(clock),
        doors=Doors("http://127.0.0.1:9", {}, counters),
        counters=counters,
        contacts={},
        answered=set(),
        seed=1,
        midnight_ms=0,
    )
    managers = Managers(scene)
    # when the mails come
    managers.take(mail(LINK, "page"), ["victor@switchyard.test"])
    managers.take(mail("Voice is down. Contacts wait by text.", "a"), ["victor@switchyard.test"])
    managers.take(mail("Voice works again.", "b"), ["victor@switchyard.test"])
    # then one is read to be acknowledged
    assert (counters.mails, counters.notices) == (1, 2)
    assert scene.timeline.planned == 1


async def test_a_mail_sent_by_smtp_is_delivered_to_the_managers() -> None:
    got = list[tuple[str | None, list[str]]]()
    mailbox = Mailbox()
    mailbox.deliver = lambda message, to: got.append((link_in(message), to))
    port = await mailbox.open()
    try:
        await aiosmtplib.send(mail(LINK), hostname="127.0.0.1", port=port, start_tls=False)
    finally:
        await mailbox.close()
    assert got == [(LINK, ["mia@switchyard.test"])]
