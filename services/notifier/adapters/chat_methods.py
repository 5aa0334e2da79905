"""The contact methods of chat programs, and of all that Apprise knows, as the settings say."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from services.notifier.adapters.apprise.carrier import AppriseCarrier
from services.notifier.adapters.apprise.writer import AppriseWriter, provider_of
from services.notifier.adapters.connectors import Connectors, ConnectorsFile
from services.notifier.adapters.http.addresses import Gate
from services.notifier.adapters.http.carrier import HttpCarrier
from services.notifier.adapters.methods import Method
from services.notifier.adapters.page_links import PageLinks
from services.notifier.adapters.slack.carrier import SlackCarrier
from services.notifier.adapters.slack.writer import SlackWriter
from services.notifier.adapters.teams.carrier import TeamsCarrier
from services.notifier.adapters.teams.writer import TeamsWriter
from services.notifier.adapters.tls import trust
from services.notifier.adapters.words.occasions import CodeOf
from services.notifier.adapters.words.tell import tell
from services.notifier.adapters.words.telling import Tell
from services.notifier.adapters.zoom.carrier import ZoomCarrier
from services.notifier.adapters.zoom.writer import ZoomWriter
from services.notifier.settings import NotifierSettings
from shared.clock import Clock
from shared.contracts.words import ContactMethod


def connectors_of(settings: NotifierSettings) -> Connectors:
    """The file of connectors, or none.

    Raises:
        ValueError: a line of it cannot be read; the text repeats no secret.
        OSError: there is no such file, or it may not be read.
    """
    path = settings.connectors_file
    return Connectors() if path is None else ConnectorsFile(path, "the connectors' file")


def teller(links: PageLinks, clock: Clock, code_of: CodeOf) -> Tell:
    return partial(tell, links=links, clock=clock, code_of=code_of)


def chat_methods(
    settings: NotifierSettings, *, tell: Tell, connectors: Connectors, clock: Clock
) -> dict[ContactMethod, Method[Any]]:
    """Slack, Teams, Zoom and Apprise.

    Raises:
        OSError: the file of trusted certificates cannot be read.
    """
    one = _Builder(settings, tell, connectors, clock)
    return {
        "slack": one.slack(),
        "teams": one.teams(),
        "zoom": one.zoom(),
        "apprise": one.apprise(),
    }


@dataclass(frozen=True, slots=True)
class _Builder:
    settings: NotifierSettings
    tell: Tell
    connectors: Connectors
    clock: Clock

    def slack(self) -> Method[Any]:
        writer = SlackWriter(
            tell=self.tell, connectors=self.connectors, api=self.settings.slack_url.rstrip("/")
        )
        return Method(writer=writer, carrier=SlackCarrier(self._http()))

    def teams(self) -> Method[Any]:
        writer = TeamsWriter(tell=self.tell, connectors=self.connectors)
        return Method(writer=writer, carrier=TeamsCarrier(self._http()))

    def zoom(self) -> Method[Any]:
        writer = ZoomWriter(tell=self.tell, connectors=self.connectors)
        return Method(writer=writer, carrier=ZoomCarrier(self._http()))

    def apprise(self) -> Method[Any]:
        carrier = AppriseCarrier(
            gate=self._gate(),
            timeout_s=self.settings.apprise_timeout_s,
            clock=self.clock,
            threads=4 * self.settings.concurrency,  # a hung service must leave others some
        )
        writer = AppriseWriter(tell=self.tell, connectors=self.connectors)
        return Method(writer=writer, carrier=carrier, provider=provider_of)

    def _http(self) -> HttpCarrier:
        return HttpCarrier(
            gate=self._gate(),
            timeout_s=self.settings.chat_timeout_s,
            trust=trust(self.settings.webhook_ca_file),
            clock=self.clock,
        )

    def _gate(self) -> Gate:
        return Gate(self.settings.private_networks())
