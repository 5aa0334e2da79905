"""kill -9 between a provider's accept and our record: said again under the same key, and counted.

One notifier process, a person for each contact method, and servers that take each message and say
nothing until the process is dead. What all of them hear is told once, and looked at by each test.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import pytest

from shared.contracts.configuration import INSTALLATION, canonical, hash_of
from shared.contracts.event import Event
from shared.contracts.notification import AttemptLeased, NotificationEnded
from shared.contracts.outage import Evidence, NoticeRequested
from shared.contracts.people import PeopleDocument, Person, RetrySchedule
from shared.contracts.system import ConfigChanged
from shared.contracts.topics import CONFIG, PEOPLE_LOG
from shared.contracts.words import ContactMethod
from shared.kafka.appender import KafkaAppender
from shared.kafka.connection import Connection
from shared.kafka.follower import KafkaFollower
from tests.support.fleet import Fleet, fresh_topics, until
from tests.support.ledger import page
from tests.support.smtp_server import SmtpServer
from tests.support.vendors.server import (
    Behaviour,
    Conversation,
    Heard,
    Vendor,
    accepts,
    playing,
    silent_202,
    slow,
)

pytestmark = pytest.mark.kafka
PUBLIC: ContactMethod = "statuspage"  # it takes news of outages only
ACCOUNT = "AC" + "0" * 32
SEND: dict[ContactMethod, Behaviour] = {  # what each vendor says of a message that it took
    "webhook": accepts(),
    "sms": accepts({"sid": "SM" + "3" * 32, "status": "queued"}, status=201),
    "voice": accepts({"sid": "CA" + "3" * 32, "status": "queued"}, status=201),
    "slack": accepts({"ok": True, "channel": "C0ESCALATE", "ts": "1792055646.000200"}),
    "teams": silent_202(),
    "zoom": accepts(),
    "pagerduty": accepts({"status": "success", "message": "", "dedup_key": "k"}, status=202),
    "opsgenie": accepts({"result": "Request will be processed", "requestId": "r"}, status=202),
    "apprise": accepts(),
}


@dataclass
class PublicPage:
    """A page of Statuspage that is silent after each change, until it is released."""

    incidents: list[dict[str, Any]] = field(default_factory=list)

    async def __call__(self, one: Conversation) -> None:
        heard = await one.hear()
        if heard.verb == "GET":
            await one.answer(200, json.dumps(self.incidents).encode())
            return
        told = heard.json()["incident"]
        update = {"status": told["status"], "body": told["body"]}
        self.incidents.append({"id": "inc1", "incident_updates": [update], **told})
        await one.vendor.released.wait()
        await one.answer(201, json.dumps(self.incidents[-1]).encode())


@dataclass
class Story:
    """What each vendor heard, in order, and what the ledger says."""

    requests: dict[str, Sequence[Heard]]
    mails: Sequence[Any]
    facts: Sequence[Event]

    def leases(self, method: str) -> list[AttemptLeased]:
        found = [it for it in self.facts if isinstance(it, AttemptLeased)]
        return [it for it in found if it.method == method]

    def end(self, method: str) -> NotificationEnded:
        (end,) = {
            it.notification_id: it
            for it in self.facts
            if isinstance(it, NotificationEnded) and it.person == f"by-{method}"
        }.values()
        return end


def person(method: ContactMethod) -> Person:
    addresses: Mapping[str, str] = {
        "email": "ana@example.org", "sms": "+15555550123", "voice": "+15555550124",
        "slack": "C0ESCALATE",
    }  # fmt: skip
    where = "phone" if method in ("sms", "voice") else method
    return Person(id=f"by-{method}", **{where: addresses.get(method, "here")})


def people(vendors: Mapping[str, Vendor]) -> PeopleDocument:
    everybody = [person(method) for method in get_args(ContactMethod)]
    hooked = [
        it.model_copy(update={"webhook": f"{vendors['webhook'].url}/hook"}) if it.webhook else it
        for it in everybody
    ]
    return PeopleDocument(
        people=tuple(hooked), retries=RetrySchedule(waits_s=(1,), lease_s=8), limits={}
    )


def connectors(vendors: Mapping[str, Vendor]) -> str:
    port = vendors["apprise"].port
    return "\n".join(
        [
            "slack.bot xoxb-token",
            f"teams.here {vendors['teams'].url}/workflows/1?sig=abc",
            f"zoom.here {vendors['zoom'].url}/incoming/hook/1 token",
            "pagerduty.here " + "0" * 32,
            "opsgenie.here some-key",
            "statuspage.here some-key page1",
            f"sms.account {ACCOUNT} key secret +15555550100",
            f"voice.account {ACCOUNT} key secret +15555550100",
            f"apprise.here json://127.0.0.1:{port}/here",
        ]
    )


def environment(vendors: Mapping[str, Vendor], smtp_port: int, folder: Path) -> dict[str, str]:
    (folder / "connectors").write_text(connectors(vendors))
    settings = {
        "SMTP_PORT": smtp_port,
        "SMTP_TIMEOUT_S": 60,
        "LINK_KEY": "a key for the links of this test",
        "PUBLIC_URL": "https://desk.example.org",
        "WEBHOOK_SECRET": "whsec_" + "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
        "WEBHOOK_PRIVATE_NETWORKS": "127.0.0.0/8",
        "CONNECTORS_FILE": folder / "connectors",
        "SLACK_URL": f"{vendors['slack'].url}/api",
        "TWILIO_URL": vendors["sms"].url,
        "PAGERDUTY_URL": vendors["pagerduty"].url,
        "OPSGENIE_URL": vendors["opsgenie"].url,
        "STATUSPAGE_URL": vendors["statuspage"].url,
    }
    silent = {f"{name}_TIMEOUT_S": 60 for name in ("WEBHOOK", "CHAT", "APPRISE", "PAGER")}
    named = (settings | silent).items()
    return {f"SWITCHYARD_NOTIFIER_{name}": str(value) for name, value in named}


def opening(now_ms: int) -> NoticeRequested:
    return NoticeRequested(
        event_id="n1", pool=INSTALLATION, at_ms=now_ms, by="outage", notice_id="n1",
        incident_id="chat-7", sequence=1, purpose="opening", audience="staff",
        person=f"by-{PUBLIC}", method=PUBLIC, channel="chat", backups=("email",),
        pools=("boston",), severity="critical", status="investigating", opened_by="probe",
        evidence=(Evidence(signal="probe", at_ms=now_ms, detail="timeout"),),
        started_at_ms=now_ms, next_update_at_ms=now_ms + 900_000, moved=1, parked=0, returned=0,
        expires_at_ms=now_ms + 3_600_000,
    )  # fmt: skip


async def ask(kafka: Connection, document: PeopleDocument) -> None:
    """A page for each person; news of an outage for the public page."""
    appender = KafkaAppender(kafka)
    await appender.start()
    content, now_ms = canonical(document), time.time_ns() // 1_000_000
    await appender.send(CONFIG, 0, f"document/{hash_of(content)}".encode(), content, [])
    change = ConfigChanged(
        event_id="c", pool="*", at_ms=now_ms, by="operator", actor="o", hash=hash_of(content),
        version=1,
    )  # fmt: skip
    await appender.append(PEOPLE_LOG, "*", change, partition=0)
    for method in get_args(ContactMethod):
        if method == PUBLIC:
            await appender.append(PEOPLE_LOG, f"by-{PUBLIC}", opening(now_ms))
        else:
            asked = page(f"by-{method}", method=method, at_ms=now_ms)
            await appender.append(PEOPLE_LOG, asked.person, asked)
    await appender.stop()


@asynccontextmanager
async def following(kafka: Connection) -> AsyncIterator[list[Event]]:
    """All facts of the ledger, as they come."""
    facts: list[Event] = []

    async def follow() -> None:
        async for batch in KafkaFollower(kafka, PEOPLE_LOG).batches():
            facts.extend(record.event() for record in batch if record.source)

    task = asyncio.create_task(follow())
    yield facts
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def posts(vendor: Vendor) -> list[Heard]:
    return [heard for heard in vendor.requests if heard.verb != "GET"]


async def lived(kafka: Connection, folder: Path) -> Story:
    await fresh_topics(kafka, partitions=1)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(SmtpServer(answers=False))
        vendors: dict[str, Vendor] = {
            name: await stack.enter_async_context(playing(slow(behaviour)))
            for name, behaviour in SEND.items()
            if name != "voice"  # the same host
        }
        vendors[PUBLIC] = await stack.enter_async_context(playing(PublicPage()))
        facts = await stack.enter_async_context(following(kafka))
        fleet = await stack.enter_async_context(
            Fleet(
                kafka,
                module="services.notifier",
                environment=environment(vendors, server.port, folder),
            )
        )
        first = fleet.start()
        await ask(kafka, people(vendors))

        def taken() -> bool:
            """Two at Twilio: a message and a call."""
            calls = all(len(posts(it)) >= 1 + (name == "sms") for name, it in vendors.items())
            return calls and len(server.mails) == 1

        await until(taken, timeout_s=90, what="each provider has taken its message")
        first.process.kill()
        first.process.wait()
        server.answers = True
        for vendor in vendors.values():
            vendor.release()
        fleet.start()

        def ended() -> bool:
            ends = {it.person for it in facts if isinstance(it, NotificationEnded)}
            return len(ends) == len(get_args(ContactMethod))

        await until(ended, timeout_s=90, what="each message came to its end")
        return Story(
            {name: list(vendor.requests) for name, vendor in vendors.items()},
            list(server.mails),
            list(facts),
        )


@pytest.fixture(scope="module")
def story(kafka: Connection, tmp_path_factory: pytest.TempPathFactory) -> Story:
    return asyncio.run(lived(kafka, tmp_path_factory.mktemp("killed")))


@pytest.mark.parametrize("method", get_args(ContactMethod))
def test_what_was_accepted_before_the_kill_is_leased_again_under_its_id_and_counted(
    story: Story, method: ContactMethod
) -> None:
    first, second = story.leases(method)
    assert (first.possible_repeat, second.possible_repeat) == (False, True)
    assert first.message_id == second.message_id
    end = story.end(method)
    assert (end.end, end.attempts, end.possible_repeats) == ("accepted", 2, 1)


def _metadata(heard: Heard) -> object:
    return heard.json()["metadata"]


def _card(heard: Heard) -> object:
    return heard.json()["attachments"][0]["content"]["body"][0]["id"]


KEYS: dict[ContactMethod, Callable[[Heard], object]] = {
    "webhook": lambda heard: heard.headers["webhook-id"],
    "slack": _metadata,
    "teams": _card,
    "pagerduty": lambda heard: heard.json()["dedup_key"],
    "opsgenie": lambda heard: heard.json()["alias"],
}


@pytest.mark.parametrize("method", KEYS)
def test_the_vendor_hears_the_same_key_twice(story: Story, method: ContactMethod) -> None:
    first, second = map(KEYS[method], story.requests[method])
    assert first
    assert first == second


def test_a_mail_comes_again_with_its_message_id_and_says_that_it_may_be_a_repeat(
    story: Story,
) -> None:
    first, second = story.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert [mail["X-Switchyard-Attempt"] for mail in story.mails] == ["1", "2"]
    texts = [mail.get_body(("plain",)).get_content() for mail in story.mails]
    assert len(texts[1]) > len(texts[0])


@pytest.mark.parametrize("resource", ["Messages", "Calls"])
def test_a_phone_is_told_again_under_the_same_address_for_receipts(
    story: Story, resource: str
) -> None:
    heard = [it.form() for it in story.requests["sms"] if it.path.endswith(f"{resource}.json")]
    first, second = (it["StatusCallback"] for it in heard)
    assert first == second


@pytest.mark.parametrize("method", ["zoom", "apprise"])
def test_where_a_vendor_has_no_key_the_second_says_that_it_may_be_a_repeat(
    story: Story, method: ContactMethod
) -> None:
    first, second = story.requests[method]
    assert len(second.body) > len(first.body) + 20


def test_a_public_page_is_looked_at_first_and_shows_the_outage_once(story: Story) -> None:
    assert [heard.verb for heard in story.requests[PUBLIC]] == ["GET", "POST", "GET"]
