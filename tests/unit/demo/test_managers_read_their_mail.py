"""A page that arrives by SMTP is acknowledged by the link in it, or overlooked."""

import heapq
import json
from collections.abc import Coroutine
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

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


class Later(Timeline):
    """Whatever is started is counted, and not done."""

    started = 0

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        work.close()
        self.started += 1

    def make_all(self) -> None:
        while self._due:
            heapq.heappop(self._due)[2]()


def scene_in(folder: Path) -> Scene:
    counters = Counters()
    return Scene(
        timeline=Timeline(SteeredClock.create(folder / "clock", start_ms=0, speed=1.0)),
        doors=Doors("http://127.0.0.1:9", {}, counters),
        counters=counters,
        contacts={},
        answered=set(),
        seed=1,
        midnight_ms=0,
    )


def test_a_mail_about_an_outage_is_counted_and_asks_nothing(tmp_path: Path) -> None:
    # given a manager who gets a page, and is told of an outage twice
    scene = scene_in(tmp_path)
    counters, managers = scene.counters, Managers(scene)
    # when the mails come
    managers.take(mail(LINK, "page"), ["victor@switchyard.test"])
    managers.take(mail("Voice is down. Contacts wait by text.", "a"), ["victor@switchyard.test"])
    managers.take(mail("Voice works again.", "b"), ["victor@switchyard.test"])
    # then one is read to be acknowledged
    assert (counters.mails, counters.notices) == (1, 2)
    assert scene.timeline.planned == 1


@pytest.mark.parametrize(
    ("header", "to", "counter"),
    [
        ("X-Switchyard-Group", "floor@switchyard.test", "rooms"),
        ("X-Switchyard-Digest", "nadia@switchyard.test", "rooms"),
        ("X-Switchyard-Trouble", "ivo@switchyard.test", "unwell"),
        ("Subject", "customer-000000001@example.org", "receipts"),
    ],
)
def test_what_is_not_for_a_manager_is_no_page_whatever_stands_in_it(
    tmp_path: Path, header: str, to: str, counter: str
) -> None:
    # given a mail to somebody else, with a page's link in it
    scene = scene_in(tmp_path)
    message = mail(LINK)
    message[header] = "something"
    # when it comes
    Managers(scene).take(message, [to])
    # then it counts as what it is, and nobody follows the link
    assert getattr(scene.counters, counter) == 1
    assert (scene.counters.mails, scene.counters.notices) == (0, 0)
    assert scene.timeline.planned == 0


def test_a_page_by_mail_and_by_telephone_is_acknowledged_once(tmp_path: Path) -> None:
    # given pages that come both ways, each in the end read by one of them at least
    timeline = Later(SteeredClock.create(tmp_path / "later", start_ms=0, speed=1.0))
    scene = replace(scene_in(tmp_path), timeline=timeline)
    managers = Managers(scene)
    links = [f"{LINK}{number}" for number in range(50)]
    for number, link in enumerate(links):
        managers.take(mail(link, str(number)), ["mia@switchyard.test"])
        data = {"type": "page.requested", "data": {"acknowledge_url": link}}
        managers.ring("mia", json.dumps(data).encode())
    read = timeline.planned
    # when all that is read has been read
    timeline.make_all()
    # then more was read than followed, for no page is followed twice
    assert scene.counters.calls == len(links)
    assert len(links) // 2 < timeline.started <= len(links) < read


def test_what_else_a_telephone_shows_asks_nothing(tmp_path: Path) -> None:
    scene = scene_in(tmp_path)
    data = {"type": "incident.opened", "data": {"summary": "Voice is down."}}
    Managers(scene).ring("mia", json.dumps(data).encode())
    assert (scene.counters.calls, scene.timeline.planned) == (1, 0)


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
