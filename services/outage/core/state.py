"""The state of the outage shard, and how it is stored and restored."""

from collections.abc import Iterator, Mapping

import msgspec

from services.outage.core.model import ChannelState, Incident, Installation
from services.outage.core.plan import Plan
from shared.contracts.configuration import Document, OutageDocument
from shared.contracts.words import Channel

INSTALLATION_KEY = "installation"
Entity = Installation | ChannelState | Incident

_ENCODER = msgspec.json.Encoder()
_INSTALLATION = msgspec.json.Decoder(Installation)
_CHANNEL = msgspec.json.Decoder(ChannelState)
_INCIDENT = msgspec.json.Decoder(Incident)


class OutageState:
    """The whole installation: at most one entity per channel, and the incidents kept.

    Keys: `installation`, `channel/<channel>`, `incident/<id>`. `plan` is None until a
    configuration is applied. Open incidents are at most as many as channels.
    """

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self.documents = documents
        self.installation = Installation()
        self.plan: Plan | None = None
        self.channels: dict[Channel, ChannelState] = {}
        self.incidents: dict[str, Incident] = {}  # by id; their order means nothing
        self.changed: set[str] = set()

    def channel(self, channel: Channel) -> ChannelState:
        """As it is known; one that was never heard of is healthy. Do not change what you get."""
        return self.channels.get(channel) or ChannelState(channel)

    def open_incident(self, channel: Channel) -> Incident | None:
        id_ = self.channel(channel).incident_id
        return None if id_ is None else self.incidents[id_]

    def open_incidents(self) -> Iterator[Incident]:
        for name in sorted(self.channels):
            if (incident := self.open_incident(name)) is not None:
                yield incident

    def due(self) -> tuple[int, str] | None:
        """The earliest promise and its incident; ids break ties, so the order is total."""
        return min(((it.next_update_at_ms, it.id) for it in self.open_incidents()), default=None)

    def take_plan(self) -> None:
        """Make the document ready under whose hash the installation runs.

        Raises:
            KeyError: the document was not loaded; the runner sees to that before.
            TypeError: it is not a document of outages.
        """
        document = self.documents[self.installation.config]
        if not isinstance(document, OutageDocument):
            raise TypeError(f"document {self.installation.config} is not one of outages")
        self.plan = Plan(document)

    def touched_channel(self, channel: Channel) -> ChannelState:
        """To be changed by the caller, who may only be `evolve`."""
        self.changed.add(f"channel/{channel}")
        return self.channels.setdefault(channel, ChannelState(channel))

    def touched_incident(self, id_: str) -> Incident:
        """The same. Raises: KeyError if it is not kept."""
        self.changed.add(f"incident/{id_}")
        return self.incidents[id_]

    def touched_installation(self) -> Installation:
        self.changed.add(INSTALLATION_KEY)
        return self.installation

    def drop_incident(self, id_: str) -> None:
        del self.incidents[id_]
        self.changed.add(f"incident/{id_}")

    def entity(self, key: str) -> Entity | None:
        kind, _, id_ = key.partition("/")
        if kind == "incident":
            return self.incidents.get(id_)
        if kind == "channel":
            return next((it for name, it in self.channels.items() if name == id_), None)
        return self.installation


def take_changed(state: OutageState) -> list[tuple[str, bytes | None]]:
    """Changed entities, encoded once each, in order of their keys; None: it is dropped."""
    taken: list[tuple[str, bytes | None]] = []
    for key in sorted(state.changed):
        entity = state.entity(key)
        taken.append((key, None if entity is None else _ENCODER.encode(entity)))
    state.changed.clear()
    return taken


def load(state: OutageState, entities: Mapping[str, bytes]) -> None:
    """Fill an empty state; the order of the entities does not matter."""
    for key, value in entities.items():
        kind = key.partition("/")[0]
        if kind == "incident":
            incident = _INCIDENT.decode(value)
            state.incidents[incident.id] = incident
        elif kind == "channel":
            channel = _CHANNEL.decode(value)
            state.channels[channel.channel] = channel
        else:
            state.installation = _INSTALLATION.decode(value)
    if state.installation.config:
        state.take_plan()
