"""The managers of the demo: people who acknowledge, or overlook, a page."""

import json
from email.message import EmailMessage
from random import Random
from urllib.parse import urlsplit

from switchyard.demo.agents import Scene
from switchyard.demo.customers import MAIL_DOMAIN as CUSTOMERS
from switchyard.supervisor.mailbox import link_in

# The first level overlooks one mail in five, the second nearly none.
OVERLOOKS = {"victor": 0.02}
OVERLOOKS_OTHERS = 0.2
MEAN_READING_S = 240.0
# A telephone is looked at sooner, where it is not in a coat in the next room.
OVERLOOKS_PHONE = 0.25
MEAN_LOOKING_S = 60.0


class Managers:
    """They read their mail after a while, and follow the link in a page, or overlook it.

    What tells them of an outage asks nothing of them; it is counted. So are mails to the rooms, to
    operators and to customers, which come to the same server.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._seen: set[str] = set()  # Message-IDs: a mail that came twice is read once
        self._followed: set[str] = set()  # pages, each by its link: by mail or by telephone
        self.repeats = 0

    def take(self, mail: EmailMessage, recipients: list[str]) -> None:
        link = self._counted(mail, recipients)
        message_id = str(mail["Message-ID"])
        if message_id in self._seen:
            self.repeats += 1
            return
        self._seen.add(message_id)
        person = recipients[0].partition("@")[0]
        if link is not None:
            overlooks = OVERLOOKS.get(person, OVERLOOKS_OTHERS)
            self._read(message_id, link, overlooks, MEAN_READING_S)

    def ring(self, person: str, body: bytes) -> None:
        """What a manager's telephone shows; of a page it has the link."""
        self._scene.counters.calls += 1
        link = json.loads(body).get("data", {}).get("acknowledge_url")
        if link is not None:
            self._read(f"{person} {link}", link, OVERLOOKS_PHONE, MEAN_LOOKING_S)

    def _counted(self, mail: EmailMessage, recipients: list[str]) -> str | None:
        """The link of a page; None of any other mail. Nothing but a page is looked at for one."""
        counters = self._scene.counters
        if any(to.endswith(f"@{CUSTOMERS}") for to in recipients):
            counters.receipts += 1
        elif mail["X-Switchyard-Group"] or mail["X-Switchyard-Digest"]:  # only rooms get digests
            counters.rooms += 1
        elif mail["X-Switchyard-Trouble"]:
            counters.unwell += 1
        elif (link := link_in(mail)) is not None:
            counters.mails += 1
            return link
        else:
            counters.notices += 1
        return None

    def _read(self, lot: str, link: str, overlooks: float, mean_s: float) -> None:
        """After a while, unless it is overlooked. `lot`: the same message has the same luck."""
        scene, dice = self._scene, Random(f"{self._scene.seed} {lot}")
        if dice.random() < overlooks:
            return
        delay_s = mean_s * dice.lognormvariate(-0.125, 0.5)
        scene.timeline.after(delay_s, lambda: self._follow(link))

    def _follow(self, link: str) -> None:
        page = urlsplit(link).path
        if page not in self._followed:
            self._followed.add(page)
            self._scene.timeline.start(self._acknowledge(link))

    async def _acknowledge(self, link: str) -> None:
        told = await self._scene.doors.follow_link(link)
        if told.done or told.taken:
            self._scene.counters.acknowledged += 1
