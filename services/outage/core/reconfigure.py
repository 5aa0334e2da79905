"""A new document is applied: open incidents reach new pools, and every channel is judged by it."""

from collections.abc import Iterator

from services.outage.core.incidents import widen
from services.outage.core.turn import SERVICE, Turn
from services.outage.core.watching import judge
from shared.contracts.configuration import INSTALLATION, OutageDocument
from shared.contracts.event import Event
from shared.contracts.system import ConfigChanged, ConfigTaken
from shared.contracts.words import CHANNELS


def config_changed(turn: Turn, event: ConfigChanged) -> Iterator[Event]:
    """Only a newer version is taken: the same one heard again, or an old one late, is nothing."""
    state = turn.state
    if event.pool != INSTALLATION or event.version <= state.installation.version:
        return
    if not isinstance(state.documents[event.hash], OutageDocument):
        yield turn.rejected(
            event,
            code="invalid_configuration",
            field="hash",
            message=f"Version {event.version} for {INSTALLATION} is no document of outages. "
            "Apply one made from outage.yaml.",
            status=422,
        )
        return
    yield ConfigTaken(
        **turn.head(f"{INSTALLATION}#config_taken/{event.version}/{SERVICE}")
        | {"config": event.hash},
        hash=event.hash,
        version=event.version,
        service=SERVICE,
    )
    for incident in tuple(state.open_incidents()):
        if incident.everywhere:
            yield from widen(turn, incident)
    for channel in CHANNELS:
        if channel in state.channels:
            yield from judge(turn, channel)
