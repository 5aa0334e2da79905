"""The contact methods of phones, and of systems that keep alerts, as the settings say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from services.notifier.adapters.connectors import Connectors
from services.notifier.adapters.http.addresses import Gate
from services.notifier.adapters.http.carrier import HttpCarrier, Request
from services.notifier.adapters.methods import Method
from services.notifier.adapters.opsgenie.carrier import OpsgenieCarrier
from services.notifier.adapters.opsgenie.writer import AlertWriter
from services.notifier.adapters.page_links import PageLinks
from services.notifier.adapters.pagerduty.carrier import PagerDutyCarrier
from services.notifier.adapters.pagerduty.writer import EventWriter
from services.notifier.adapters.statuspage.carrier import StatuspageCarrier
from services.notifier.adapters.statuspage.posts import Post
from services.notifier.adapters.statuspage.writer import PostWriter
from services.notifier.adapters.tls import trust
from services.notifier.adapters.twilio.account import Accounts
from services.notifier.adapters.twilio.callbacks import Callbacks
from services.notifier.adapters.twilio.carrier import TwilioCarrier
from services.notifier.adapters.twilio.sms import SmsWriter
from services.notifier.adapters.twilio.spoken import voices_with
from services.notifier.adapters.twilio.voice import VoiceWriter
from services.notifier.adapters.words.telling import Tell
from services.notifier.settings import NotifierSettings
from shared.clock import Clock
from shared.contracts.words import ContactMethod


def pager_methods(
    settings: NotifierSettings,
    *,
    tell: Tell,
    connectors: Connectors,
    links: PageLinks,
    clock: Clock,
) -> dict[ContactMethod, Method[Any]]:
    """Short messages, calls, PagerDuty, Opsgenie and Statuspage.

    Raises:
        ValueError: no key for links is set, or the voices are no list of voices.
        OSError: a file that the settings name cannot be read.
    """
    http = HttpCarrier(  # one for all: it holds no connection between two requests
        gate=Gate(settings.private_networks()),
        timeout_s=settings.pager_timeout_s,
        trust=trust(settings.webhook_ca_file),
        clock=clock,
    )
    one = _Builder(settings, tell, connectors, links, clock, http)
    return {
        "sms": one.sms(),
        "voice": one.voice(),
        "pagerduty": one.pagerduty(),
        "opsgenie": one.opsgenie(),
        "statuspage": one.statuspage(),
    }


@dataclass(frozen=True, slots=True)
class _Builder:
    settings: NotifierSettings
    tell: Tell
    connectors: Connectors
    links: PageLinks
    clock: Clock
    http: HttpCarrier

    def sms(self) -> Method[Any]:
        writer = SmsWriter(
            accounts=self._accounts(),
            callbacks=self._callbacks(),
            tell=self.tell,
            clock=self.clock,
        )
        return Method(writer=writer, carrier=TwilioCarrier(self.http))

    def voice(self) -> Method[Any]:
        writer = VoiceWriter(
            accounts=self._accounts(),
            callbacks=self._callbacks(),
            tell=self.tell,
            voices=voices_with(self.settings.twilio_voices),
        )
        return Method(writer=writer, carrier=TwilioCarrier(self.http))

    def pagerduty(self) -> Method[Any]:
        writer = EventWriter(
            connectors=self.connectors, tell=self.tell, url=self.settings.pagerduty_url
        )
        return Method(writer=writer, carrier=PagerDutyCarrier(self.http), provider=_host)

    def opsgenie(self) -> Method[Any]:
        writer = AlertWriter(
            connectors=self.connectors, tell=self.tell, url=self.settings.opsgenie_url
        )
        return Method(writer=writer, carrier=OpsgenieCarrier(self.http), provider=_host)

    def statuspage(self) -> Method[Any]:
        writer = PostWriter(
            connectors=self.connectors, tell=self.tell, url=self.settings.statuspage_url
        )
        return Method(writer=writer, carrier=StatuspageCarrier(self.http), provider=_host_of_page)

    def _accounts(self) -> Accounts:
        return Accounts(
            connectors=self.connectors,
            name=self.settings.twilio_account,
            url=self.settings.twilio_url,
            sender=self.settings.twilio_from,
        )

    def _callbacks(self) -> Callbacks:
        return Callbacks(receipts=self.settings.receipts(), links=self.links)


def _host(requests: Sequence[Request]) -> str:
    return _host_in(requests[0].url) if requests else ""


def _host_of_page(posts: Sequence[Post]) -> str:
    return _host_in(posts[0].page) if posts else ""


def _host_in(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:  # the carrier will say what is wrong with it
        return ""
