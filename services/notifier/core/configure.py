"""A new document of people comes into force."""

from collections.abc import Iterator

from services.notifier.core.facts import Saying
from services.notifier.core.state import NotifierState
from shared.contracts.configuration import PEOPLE
from shared.contracts.event import Event
from shared.contracts.people import PeopleDocument
from shared.contracts.system import ConfigChanged


def configure(state: NotifierState, say: Saying, change: ConfigChanged) -> Iterator[Event]:
    if change.pool != PEOPLE or change.version <= state.taken.version:
        return  # another log's document, or one that came twice or too late
    if not isinstance(state.documents.get(change.hash), PeopleDocument):
        yield say.rejected(
            code="not_people",
            field="hash",
            message=f"version {change.version} for pool {PEOPLE!r} is no document of people; "
            "apply one with `people:`",
        )
        return
    yield say.taken(change)
