"""From a lease to the message on the wire: the link, the rendering, the headers."""

from services.notifier.adapters.mail import Envelope, InvalidAddressError, Sender, compose
from services.notifier.adapters.rendering import render
from shared.clock import Clock
from shared.contracts.configuration import Person
from shared.contracts.escalation import PageRequested
from shared.contracts.notification import AttemptLeased
from shared.links import AckClaim, AckLinks, ack_url


class PageWriter:
    """Implements the sender's `Writer` for email."""

    def __init__(
        self,
        *,
        sender: Sender,
        links: AckLinks,
        public_url: str,
        link_valid_ms: int,
        clock: Clock,
    ) -> None:
        self._sender, self._links, self._public_url = sender, links, public_url
        self._link_valid_ms, self._clock = link_valid_ms, clock

    def __call__(self, lease: AttemptLeased, page: PageRequested, person: Person) -> Envelope:
        if person.email is None:
            raise InvalidAddressError("the person has none")
        now_ms = self._clock.now_ms()
        message = render(
            page,
            person,
            now_ms=now_ms,
            link=self.link(page),
            possible_repeat=lease.possible_repeat,
        )
        return compose(
            message,
            sender=self._sender,
            recipient=person.email,
            message_id=lease.message_id,
            escalation_id=page.escalation_id,
            sent_at_ms=now_ms,
            extra={
                "X-Switchyard-Page": page.page_id,
                "X-Switchyard-Attempt": str(lease.number),
            },
        )

    def link(self, page: PageRequested) -> str:
        """The same on every try: its expiry counts from the page, not from now."""
        claim = AckClaim(
            page_id=page.page_id,
            escalation_id=page.escalation_id,
            cycle=page.cycle,
            person=page.person,
            expires_at_ms=max(page.expires_at_ms, page.at_ms + self._link_valid_ms),
        )
        return ack_url(self._public_url, page.page_id, self._links.sign(claim))
