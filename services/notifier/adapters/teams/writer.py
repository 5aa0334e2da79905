"""From a lease to a card for a Workflows webhook."""

from dataclasses import dataclass, field

from services.notifier.adapters.connectors import Connectors
from services.notifier.adapters.delivery import UnconfiguredError, UnsendableError
from services.notifier.adapters.http.carrier import Request
from services.notifier.adapters.teams.cards import card_of
from services.notifier.adapters.teams.urls import problem_of_teams_url
from services.notifier.adapters.words.telling import Tell, since_ms
from services.notifier.core import Content
from shared.contracts.notification import AttemptLeased
from shared.contracts.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsWriter:
    """Implements `Writer` for Teams."""

    tell: Tell
    connectors: Connectors = field(repr=False)

    def __call__(self, lease: AttemptLeased, content: Content, person: Person) -> Request:
        if person.teams is None:
            raise UnsendableError("no_teams: the person has no Teams webhook")
        entry = self.connectors.of("teams", person.teams)
        if not entry:
            raise UnconfiguredError("no_webhook: the connectors' file has no such Teams webhook")
        if (problem := problem_of_teams_url(entry[0])) is not None:
            raise UnconfiguredError(f"url: {problem}")
        told = self.tell(lease, content, person)
        return Request(
            url=entry[0],
            headers={"content-type": "application/json", "user-agent": "Switchyard"},
            body=card_of(
                told,
                message_id=lease.message_id,
                at_ms=since_ms(content),
                shorter=lease.shorter,
            ),
        )
