"""The peers of the notifier: a bare loop that sends the same messages, and keeps no ledger.

`like`: our own writers and carriers, a connection for each message. `plain`: the same bytes, made
before the clock starts, over connections that are kept. Both have as many messages on their way at
a time for each contact method, and try again after 5 s what failed.

    python -m tests.bench.notify_peer like|plain NOTIFICATIONS HTTP_PORT
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiosmtplib
import httpx
import uvloop

from services.notifier.adapters.email.mail import Envelope
from services.notifier.adapters.methods import Method
from services.notifier.adapters.slack.writer import SlackMessage
from services.notifier.adapters.wiring import build_methods
from services.notifier.settings import NotifierSettings
from shared.clock import SystemClock
from shared.contracts.people import Person
from shared.contracts.escalation import PageRequested
from shared.contracts.notification import AttemptLeased
from tests.bench.notify_story import METHODS, pages, people, people_for

AGAIN_AFTER_S = 5.0
Work = Callable[[], Awaitable[bool]]


def lease_of(page: PageRequested, number: int) -> AttemptLeased:
    return AttemptLeased(
        event_id=f"{page.page_id}/1/leased",
        pool=page.pool,
        at_ms=page.at_ms,
        by="notifier",
        attempt_id=f"{page.page_id}/1",
        notification_id=page.page_id,
        person=page.person,
        method=page.method,
        number=1,
        message_id=f"page.{number:032x}",
        lease_until_ms=page.at_ms + 30_000,
        possible_repeat=False,
    )


async def through(places: asyncio.Semaphore, work: Work) -> None:
    while True:
        async with places:
            if await work():
                return
        await asyncio.sleep(AGAIN_AFTER_S)


def like(method: Method[Any], page: PageRequested, lease: AttemptLeased, person: Person) -> Work:
    async def work() -> bool:
        delivery = await method.attempt(lease, page, person, lambda: True)
        return delivery.outcome == "accepted"

    return work


class Plain:
    """Connections that are kept: a pool of HTTP's, and one for each place at the mail server."""

    def __init__(self, settings: NotifierSettings) -> None:
        self._settings, self._http = settings, httpx.AsyncClient(trust_env=False)
        self._idle: list[aiosmtplib.SMTP] = []

    def work(self, message: Any) -> Work:
        if isinstance(message, Envelope):
            return lambda: self._mail(message)
        request = message.request if isinstance(message, SlackMessage) else message

        async def post() -> bool:
            answer = await self._http.post(
                request.url, headers=request.headers, content=request.body
            )
            return answer.status_code == 200

        return post

    async def _mail(self, envelope: Envelope) -> bool:
        client = self._idle.pop() if self._idle else await self._connected()
        try:
            await client.sendmail(envelope.sender, [envelope.recipient], envelope.content)
        except aiosmtplib.SMTPResponseException:
            return False
        finally:
            self._idle.append(client)
        return True

    async def _connected(self) -> aiosmtplib.SMTP:
        settings = self._settings
        client = aiosmtplib.SMTP(
            hostname=settings.smtp_host, port=settings.smtp_port, local_hostname="bench"
        )
        await client.connect()
        return client


async def main(kind: str, notifications: int, http_port: int) -> None:
    settings, clock = NotifierSettings(), SystemClock()
    methods = build_methods(settings, clock)
    known = {it.id: it for it in people(people_for(notifications), http_port).people}
    asked = pages(notifications, at_ms=clock.now_ms())
    plain = Plain(settings)
    work: list[tuple[str, Work]] = []
    for number, page in enumerate(asked):
        method, person, lease = methods[page.method], known[page.person], lease_of(page, number)
        if kind == "like":
            work.append((page.method, like(method, page, lease, person)))
        else:
            work.append((page.method, plain.work(method.write(lease, page, person).it())))
    places = {method: asyncio.Semaphore(settings.concurrency) for method in METHODS}
    print(time.time_ns(), time.process_time(), flush=True)
    await asyncio.gather(*(through(places[method], each) for method, each in work))
    print(time.time_ns(), time.process_time(), flush=True)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
