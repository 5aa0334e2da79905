"""What running services publish is what docs/asyncapi.json says: every record of every topic."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.configuration import load
from shared.contracts.configuration import INSTALLATION
from shared.contracts.topics import PEOPLE_LOG, POOL_LOG, SYSTEM_LOG, TOPICS
from shared.kafka.connection import Connection
from shared.kafka.follower import partitions_of
from switchyard.supervisor.installation import SERVICES, Installation, Plan
from switchyard.supervisor.mailbox import Mailbox, link_in
from tests.support.asyncapi import Described, Published

pytestmark = pytest.mark.whole
ROOT = Path(__file__).resolve().parents[2]
HERE = [name for name in SERVICES if (ROOT / "services" / name / "__main__.py").is_file()]
PATIENCE_S = 60.0
WATCHED = """\
it: it-desk
channels:
  voice:
    probes: [{{name: line, tcp: "127.0.0.1:{port}", every: 1s, timeout: 500ms}}]
"""
OUTAGE = frozenset(
    {
        "probe_ended",
        "contacts_seen",
        "incident_resolved",
        "interaction_parked",
        "interaction_moved",
        "channel_restored",
    }
)


@dataclass(slots=True)
class Desk:
    """People at the doors of a running installation."""

    http: httpx.AsyncClient
    installation: Installation
    links: list[str]  # of the pages that came by mail
    contacts: int = 0

    async def say(self, path: str, **body: Any) -> Any:
        """POST, and the answer; a refusal fails the test."""
        answer = await self.http.post(path, json=body)
        assert answer.status_code in (200, 202), answer.text
        return answer.json()

    async def contact(self, channel: str, language: str, **more: Any) -> str:
        self.contacts += 1
        body = {"channel": channel, "language": language, "pool": "vip", "id": f"c{self.contacts}"}
        answer = await self.say("/v1/interactions", **body | more)
        return str(answer["interaction_id"])

    async def offer(self, agent: str) -> str:
        """The agent's first open offer, once there is one."""
        found: list[str] = []

        async def there() -> bool:
            answer = (await self.http.get(f"/v1/agents/{agent}/offers")).json()
            found[:] = [each["offer_id"] for each in answer["offers"]]
            return bool(found)

        await until(there)
        return found[0]


async def until(there: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await there():
            await asyncio.sleep(0.05)  # between two looks, not instead of one


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Desk]:
    """The shipped example with a first reply promised within a second, and a mailbox.

    The mailbox is also what a probe looks at, in the place of a telephone platform.
    """
    shutil.copytree(ROOT / "config", folder)
    sla = folder / "sla.yaml"
    sla.write_text(sla.read_text().replace("within: 30s", "within: 1s"))
    links: list[str] = []
    mailbox = Mailbox()
    mailbox.deliver = lambda mail, _to: links.extend(filter(None, [link_in(mail)]))
    port = await mailbox.open()
    (folder / "outage.yaml").write_text(WATCHED.format(port=port))
    loaded = load(folder)
    assert loaded.errors == ()
    soon = {"SWITCHYARD_GATEWAY_EVIDENCE_PERIOD_S": "1"}
    plan = Plan(loaded=loaded, services=HERE, smtp_port=port, environment=soon)
    try:
        async with Installation(plan) as it:
            headers = {"X-API-Key": it.keys["system"]}
            async with httpx.AsyncClient(base_url=it.gateway_url, headers=headers) as http:
                yield Desk(http, it, links)
    finally:
        await mailbox.close()


async def work(desk: Desk) -> None:
    """Contacts that are answered, declined, moved on, given up; one waits until it is late."""
    await desk.say("/v1/agents/maud/presence", status="ready")
    await desk.say("/v1/agents/maud/presence")
    answered = await desk.contact("voice", "nl", personal={"name": "A"})
    await desk.say(f"/v1/offers/{await desk.offer('maud')}/accept", agent_id="maud")
    await desk.say(f"/v1/interactions/{answered}/messages", personal={"text": "hallo"})
    await desk.say(f"/v1/interactions/{answered}/replies", agent_id="maud")
    await desk.say(f"/v1/interactions/{answered}/close", agent_id="maud")
    await desk.say(f"/v1/interactions/{answered}/wrap-up/end", agent_id="maud")
    declined = await desk.contact("chat", "nl")
    await desk.say(f"/v1/offers/{await desk.offer('maud')}/decline", agent_id="maud")
    await desk.say(f"/v1/interactions/{declined}/transfer", to_pool="support")
    await desk.say(f"/v1/interactions/{declined}/messages", personal={"text": "en nu?"})
    await desk.contact("email", "ja")  # nobody can ever serve it
    late = await desk.contact("chat", "he")

    async def paged() -> bool:
        return bool(desk.links) and "notification_ended" in await kinds(desk, PEOPLE_LOG)

    await until(paged)
    acknowledged = await desk.http.post(desk.links[0])
    assert acknowledged.status_code == 200, acknowledged.text
    await desk.say(f"/v1/interactions/{late}/abandon")
    await desk.say("/v1/agents/maud/presence", status="offline")


async def outage(desk: Desk) -> None:
    """Chat fails and comes back; one who waits can be reached otherwise, the other cannot."""
    for reachable_by in (["email"], []):
        await desk.contact("chat", "nl", reachable_by=reachable_by)
    await desk.say("/v1/incidents", channel="chat", title="Chat is down")
    found: list[str] = []

    async def opened() -> bool:
        answer = (await desk.http.get("/v1/incidents")).json()
        found[:] = [each["incident_id"] for each in answer["incidents"]]
        return bool(found)

    await until(opened)
    await desk.say(f"/v1/incidents/{found[0]}/updates", message="Being repaired.")
    await desk.say(f"/v1/incidents/{found[0]}/resolve", message="It works again.")

    async def over() -> bool:
        return await kinds(desk, SYSTEM_LOG) >= OUTAGE

    await until(over)


async def kinds(desk: Desk, topic: str) -> set[str]:
    found = await published(desk.installation.connection, topic)
    return {dict(record.headers).get("kind", b"").decode() for record in found}


async def published(connection: Connection, topic: str) -> list[Published]:
    """Every record of a topic with its headers as they are."""
    consumer = connection.consumer()
    await consumer.start()
    try:
        partitions = await partitions_of(consumer, topic)
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        found: list[Published] = []
        while [each for each in partitions if await consumer.position(each) < ends[each]]:
            batches = await consumer.getmany(timeout_ms=20)
            found += [
                Published(topic, record.key, record.value or b"", record.headers)
                for batch in batches.values()
                for record in batch
            ]
        return found
    finally:
        await consumer.stop()


async def test_every_record_of_a_run_is_described_and_is_as_described(tmp_path: Path) -> None:
    # Given: running services, and the document as it is handed out
    described = Described(json.loads((ROOT / "docs" / "asyncapi.json").read_text(encoding="utf-8")))
    async with running(tmp_path / "config") as desk:
        # When: a small day goes by
        await work(desk)
        if "outage" in HERE:
            await outage(desk)
        records = [
            record
            for topic in TOPICS
            for record in await published(desk.installation.connection, topic.name)
        ]
    # Then: the document knows every record
    problems = {problem for record in records for problem in described.problems(record)}
    assert problems == set()
    assert len(records) > 50
    seen = {name for topic, name in described.seen if topic in (POOL_LOG, PEOPLE_LOG, SYSTEM_LOG)}
    assert {"interaction_assigned", "transferred_in", "page_requested", "attempt_ended"} <= seen
    told = [record.key for record in records if record.topic == SYSTEM_LOG]
    assert set(told) <= {INSTALLATION.encode(), b""}  # a tick has no key
    print("described and not seen in this run:", ", ".join(described.unseen()))
