"""The managers of the demo: people who acknowledge, or overlook, a page."""

from email.message import EmailMessage
from random import Random

from switchyard.demo.agents import Scene
from switchyard.supervisor.mailbox import link_in

# The first level overlooks one mail in five, the second nearly none.
OVERLOOKS = {"victor": 0.02}
OVERLOOKS_OTHERS = 0.2
MEAN_READING_S = 240.0


class Managers:
    """They read their mail after a while, and follow the link in a page, or overlook it.

    What tells them of an outage asks nothing of them; it is counted.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._seen: set[str] = set()  # Message-IDs: a mail that came twice is read once
        self.repeats = 0

    def take(self, mail: EmailMessage, recipients: list[str]) -> None:
        scene = self._scene
        link = link_in(mail)
        if link is None:
            scene.counters.notices += 1
        else:
            scene.counters.mails += 1
        message_id = str(mail["Message-ID"])
        if message_id in self._seen:
            self.repeats += 1
            return
        self._seen.add(message_id)
        person = recipients[0].partition("@")[0]
        dice = Random(f"{scene.seed} {message_id}")
        if link is None or dice.random() < OVERLOOKS.get(person, OVERLOOKS_OTHERS):
            return
        delay_s = MEAN_READING_S * dice.lognormvariate(-0.125, 0.5)
        scene.timeline.after(delay_s, lambda: scene.timeline.start(self._acknowledge(link)))

    async def _acknowledge(self, link: str) -> None:
        told = await self._scene.doors.follow_link(link)
        if told.done or told.taken:
            self._scene.counters.acknowledged += 1
