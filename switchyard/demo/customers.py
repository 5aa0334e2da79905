"""The customers of the demo: they make contact, wait, and some lose patience."""

from datetime import UTC, datetime
from typing import Any

from switchyard.demo.agents import Scene
from switchyard.demo.day import Contact
from switchyard.report.figures import OPENED, TARGET

MAIL_DOMAIN = "example.org"  # reserved, and not that of the staff: no mail can ever leave


class Customers:
    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def plan(self) -> None:
        """Put all arrivals on the timeline."""
        for contact in self._scene.contacts.values():
            self._plan_one(contact)

    def _plan_one(self, contact: Contact) -> None:
        timeline = self._scene.timeline
        timeline.at(contact.at_ms, lambda: timeline.start(self._arrive(contact)))

    async def _arrive(self, contact: Contact) -> None:
        scene = self._scene
        await scene.doors.command(
            "/v1/interactions",
            body_of(contact),
            role="system",
            key=contact.interaction_id,
        )
        scene.counters.received += 1
        if contact.patience_s is not None:
            leave = lambda: self._lose_patience(contact)  # noqa: E731 - a due call
            scene.timeline.at(contact.at_ms + int(contact.patience_s * 1000), leave)

    def _lose_patience(self, contact: Contact) -> None:
        if contact.interaction_id not in self._scene.answered:
            self._scene.timeline.start(self._abandon(contact))

    async def _abandon(self, contact: Contact) -> None:
        scene = self._scene
        told = await scene.doors.command(
            f"/v1/interactions/{contact.interaction_id}/abandon",
            role="system",
            key=f"{contact.interaction_id}/abandon",
            wait=True,
        )
        if told.done:
            scene.counters.abandoned += 1


def body_of(contact: Contact) -> dict[str, Any]:
    """What the demo's helpdesk sends of a contact."""
    body: dict[str, Any] = {
        "id": contact.local_id,
        "pool": contact.pool,
        "channel": contact.channel,
        "topic": contact.topic,
        "customer": contact.customer,
        "attributes": _attributes(contact),
    }
    if contact.tells_language:
        body["language"] = contact.language
    if contact.reachable_by:
        body["reachable_by"] = list(contact.reachable_by)
    if contact.text is not None:
        body["personal"] = {"text": contact.text}
        if contact.channel == "email":
            body["personal"]["address"] = f"{contact.customer}@{MAIL_DOMAIN}"
    return body


def _attributes(contact: Contact) -> dict[str, str]:
    case = contact.case
    found = {"case": case.case, "neighborhood": case.neighborhood or "unknown"}
    if contact.original and case.target_ms is not None:
        found |= {OPENED: _iso(case.open_ms), TARGET: _iso(case.target_ms)}
    return found


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat()
