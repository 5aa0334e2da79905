"""The sender as the settings describe it."""

from services.notifier.adapters.email.letters import LetterWriter
from services.notifier.adapters.email.mail import Envelope
from services.notifier.adapters.email.mail import Sender as From
from services.notifier.adapters.email.smtp import SmtpMailer, SmtpServer
from services.notifier.adapters.http.addresses import Gate
from services.notifier.adapters.http.carrier import HttpCarrier, Request
from services.notifier.adapters.methods import Method
from services.notifier.adapters.page_links import PageLinks
from services.notifier.adapters.sender import Sender
from services.notifier.adapters.tls import trust
from services.notifier.adapters.webhook.carrier import WebhookCarrier
from services.notifier.adapters.webhook.keys import Keyring, read_keyring, read_secrets
from services.notifier.adapters.webhook.writer import PostWriter
from services.notifier.settings import NotifierSettings
from shared.clock import Clock
from shared.log import Appender

_HOUR_MS = 3_600_000


def build_sender(settings: NotifierSettings, *, appender: Appender, clock: Clock) -> Sender:
    """A sender with every contact method.

    Raises:
        ValueError: a key for links is missing or too short, or a secret of webhooks is none.
        OSError: a file that the settings name cannot be read.
    """
    links = PageLinks(
        links=settings.links(),
        public_url=settings.public_url,
        valid_ms=settings.link_valid_h * _HOUR_MS,
    )
    return Sender(
        methods={
            "email": _email(settings, links, clock),
            "webhook": _webhook(settings, links, clock),
        },
        appender=appender,
        clock=clock,
        concurrency=settings.concurrency,
    )


def _email(settings: NotifierSettings, links: PageLinks, clock: Clock) -> Method[Envelope]:
    server = SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.smtp_tls,
        user=settings.smtp_user,
        password=settings.password(),
        timeout_s=settings.smtp_timeout_s,
        hostname=settings.smtp_hostname,
        ca_file=settings.smtp_ca_file,
    )
    sender = From(settings.sender_name, settings.sender_address)
    return Method(
        writer=LetterWriter(sender=sender, links=links, clock=clock), carrier=SmtpMailer(server)
    )


def _webhook(settings: NotifierSettings, links: PageLinks, clock: Clock) -> Method[Request]:
    own, default = settings.webhook_secrets()
    keyring = Keyring(
        read_keyring(own, "the webhook secrets' file"),
        read_secrets(default, "the default webhook secret"),
    )
    http = HttpCarrier(
        gate=Gate(settings.private_networks()),
        timeout_s=settings.webhook_timeout_s,
        trust=trust(settings.webhook_ca_file),
        clock=clock,
    )
    return Method(
        writer=PostWriter(keyring=keyring, links=links, clock=clock), carrier=WebhookCarrier(http)
    )
