"""From a lease to news for a public page."""

from dataclasses import dataclass
from urllib.parse import quote

from services.notifier.adapters.connectors import Connectors
from services.notifier.adapters.delivery import UnconfiguredError, UnsendableError
from services.notifier.adapters.statuspage.posts import Post, content_of
from services.notifier.adapters.words.telling import Tell
from services.notifier.core import Cause, Content, Digest
from shared.contracts.notification import AttemptLeased
from shared.contracts.outage import NoticeRequested
from shared.contracts.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class PostWriter:
    """Implements `Writer` for Statuspage: one post for each notice.

    A connector is `statuspage.<name> <API key> <page> [component …]`.
    """

    connectors: Connectors
    tell: Tell
    url: str  # the base of the API

    def __call__(self, lease: AttemptLeased, content: Content, person: Person) -> tuple[Post, ...]:
        key, page, components = self._place(person)
        causes = content.causes if isinstance(content, Digest) else (content,)
        return tuple(
            self._post(lease, notice, person, (key, page, components))
            for notice in map(_outage, causes)
        )

    def _post(
        self,
        lease: AttemptLeased,
        notice: NoticeRequested,
        person: Person,
        place: tuple[str, str, tuple[str, ...]],
    ) -> Post:
        key, page, components = place
        told = self.tell(lease, notice, person)
        return Post(
            page=f"{self.url.rstrip('/')}/v1/pages/{quote(page, safe='')}",
            key=key,
            incident=notice.incident_id,
            thread="" if lease.members else lease.thread,
            over=notice.purpose == "recovery",
            content=content_of(notice, told, components, shorter=lease.shorter),
        )

    def _place(self, person: Person) -> tuple[str, str, tuple[str, ...]]:
        if person.statuspage is None:
            raise UnsendableError("no_statuspage: the person has none")
        match self.connectors.of("statuspage", person.statuspage):
            case (key, page, *components):
                return key, page, tuple(components)
            case (_,):
                raise UnconfiguredError("statuspage: after the API key its page is missing")
            case _:
                raise UnconfiguredError("no_connector: no API key is known by this name")


def _outage(cause: Cause) -> NoticeRequested:
    if not isinstance(cause, NoticeRequested):
        raise UnsendableError("statuspage: a public page tells of outages only")
    return cause
