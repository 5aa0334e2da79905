"""The link by which one person acknowledges one page."""

from dataclasses import dataclass

from shared.contracts.escalation import PageRequested
from shared.links import AckClaim, AckLinks, ack_url, short_ack_url


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLinks:
    links: AckLinks
    public_url: str  # of the gateway, as people's browsers see it
    valid_ms: int  # since the page was asked for

    def link(self, page: PageRequested) -> str:
        """The same on every try: its expiry counts from the page, not from now.

        Short for all methods: a phone network counts characters, and people copy links.
        """
        short = self.links.sign_short(self._claim(page))
        if short is None:
            return ack_url(self.public_url, page.page_id, self.token(page))
        return short_ack_url(self.public_url, short)

    def token(self, page: PageRequested) -> str:
        """What the link proves itself by, for other addresses that acknowledge."""
        return self.links.sign(self._claim(page))

    def _claim(self, page: PageRequested) -> AckClaim:
        return AckClaim(
            page_id=page.page_id,
            escalation_id=page.escalation_id,
            cycle=page.cycle,
            person=page.person,
            expires_at_ms=max(page.expires_at_ms, page.at_ms + self.valid_ms),
        )
