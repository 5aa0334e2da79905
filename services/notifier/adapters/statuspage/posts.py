"""What an outage looks like on a public page: an incident, and later its updates.

Everybody may read it. So nothing of a notice gets there but its title, what a person wrote for it,
severity and status; without those it says which channel is affected, in the language of the page.
Evidence, pools and numbers stay inside.
"""

from dataclasses import dataclass, field
from typing import Any

from services.notifier.adapters.words.cuts import shortened
from services.notifier.adapters.words.told import Told
from shared.contracts.outage import NoticeRequested
from shared.contracts.words import Severity

LONGEST_NAME, LONGEST_BODY = 255, 25_000  # Statuspage's, characters
_SHORTER_BODY = 1_000
_COMPONENT: dict[Severity, str] = {
    "minor": "degraded_performance",
    "major": "partial_outage",
    "critical": "major_outage",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One piece of news for the page. `incident` is what we call it, kept in its metadata."""

    page: str  # URL of the page in the API
    key: str = field(repr=False)
    incident: str
    thread: str  # what Statuspage calls it, if that is known; empty: look it up
    over: bool
    content: dict[str, Any]

    def created(self) -> dict[str, Any]:
        metadata = {"switchyard": {"outage_id": self.incident}}
        return {"incident": {**self.content, "metadata": metadata}}

    def updated(self) -> dict[str, Any]:
        """Without the name, which people know the incident by."""
        kept = {name: value for name, value in self.content.items() if name != "name"}
        return {"incident": kept}


def content_of(
    notice: NoticeRequested, told: Told, components: tuple[str, ...], *, shorter: bool
) -> dict[str, Any]:
    """The fields of an incident that tell this."""
    over = notice.purpose == "recovery"
    body = notice.message.strip() or told.short
    content: dict[str, Any] = {
        "name": shortened(notice.title.strip() or told.subject, LONGEST_NAME),
        "status": "resolved" if over else notice.status,
        "impact_override": notice.severity,
        "body": shortened(body, _SHORTER_BODY if shorter else LONGEST_BODY),
        "deliver_notifications": True,
    }
    if components:
        state = "operational" if over else _COMPONENT[notice.severity]
        content["component_ids"] = list(components)
        content["components"] = dict.fromkeys(components, state)
    return content
