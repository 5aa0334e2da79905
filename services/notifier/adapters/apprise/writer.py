"""From a lease to a title and a text for one URL of Apprise."""

from dataclasses import dataclass, field
from hashlib import blake2b

from services.notifier.adapters.chats.cutting import Room
from services.notifier.adapters.connectors import Connectors
from services.notifier.adapters.delivery import UnconfiguredError, UnsendableError
from services.notifier.adapters.words.telling import Tell
from services.notifier.adapters.words.told import Told
from services.notifier.core import Content
from shared.contracts.notification import AttemptLeased
from shared.contracts.people import Person

MOST_CHARS = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AppriseMessage:
    url: str = field(repr=False)
    title: str
    body: str
    brief: str  # for services that take a line only; with the link


@dataclass(frozen=True, slots=True, kw_only=True)
class AppriseWriter:
    """Implements `Writer` for Apprise."""

    tell: Tell
    connectors: Connectors = field(repr=False)

    def __call__(self, lease: AttemptLeased, content: Content, person: Person) -> AppriseMessage:
        if person.apprise is None:
            raise UnsendableError("no_apprise: the person has no Apprise URL")
        entry = self.connectors.of("apprise", person.apprise)
        if len(entry) != 1:
            raise UnconfiguredError("no_url: the connectors' file has not one such Apprise URL")
        told = self.tell(lease, content, person)
        return AppriseMessage(
            url=entry[0], title=told.subject, body=_body(told), brief=_brief(told)
        )


def _body(told: Told) -> str:
    """The link first: services cut what is too long at its end."""
    room = Room(MOST_CHARS, overhead=2)
    first = f"{told.button.words}\n{told.button.url}" if told.button else ""
    paragraphs = told.sheet.paragraphs(links=told.button is None)
    said = [room.take(paragraph) for paragraph in (first, *paragraphs) if paragraph]
    return "\n\n".join(paragraph for paragraph in said if paragraph)


def _brief(told: Told) -> str:
    return f"{told.button.url} {told.short}" if told.button else told.short


def provider_of(message: AppriseMessage) -> str:
    """The service, and its place without a name: of some services the place is a secret."""
    scheme, _, rest = message.url.partition("://")
    place = rest.partition("/")[0].partition("?")[0]
    kind = scheme if scheme.isalnum() else "other"
    return f"{kind[:20]}-{blake2b(place.encode(), digest_size=4).hexdigest()}"
