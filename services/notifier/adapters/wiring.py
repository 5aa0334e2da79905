"""The sender as the settings describe it."""

from collections.abc import Mapping
from typing import Any

from services.notifier.adapters.chat_methods import chat_methods, connectors_of, teller
from services.notifier.adapters.email.letters import LetterWriter
from services.notifier.adapters.email.mail import Envelope
from services.notifier.adapters.email.mail import Sender as From
from services.notifier.adapters.email.smtp import SmtpMailer, SmtpServer
from services.notifier.adapters.http.addresses import Gate
from services.notifier.adapters.http.carrier import HttpCarrier, Request
from services.notifier.adapters.methods import Method
from services.notifier.adapters.page_links import PageLinks
from services.notifier.adapters.pager_methods import pager_methods
from services.notifier.adapters.sending.rates import rates_of
from services.notifier.adapters.sending.sender import Sender
from services.notifier.adapters.sending.set_up_files import SetUpFiles
from services.notifier.adapters.tls import trust
from services.notifier.adapters.webhook.carrier import WebhookCarrier
from services.notifier.adapters.webhook.keys import Keyring, read_keyring, read_secrets
from services.notifier.adapters.webhook.writer import PostWriter
from services.notifier.adapters.words.occasions import CodeOf
from services.notifier.settings import NotifierSettings
from shared import contacts
from shared.clock import Clock
from shared.contracts.contacts import VerificationRequested
from shared.log import Appender

_HOUR_MS = 3_600_000

Methods = Mapping[str, Method[Any]]


def build_sender(
    settings: NotifierSettings, *, appender: Appender, clock: Clock, methods: Methods | None = None
) -> Sender:
    """A sender with these contact methods; by default those of the settings.

    Raises:
        ValueError: as `build_methods`, or the rates cannot be read.
        OSError: as `build_methods`.
    """
    files = (
        settings.connectors_file,
        settings.smtp_password_file,
        settings.webhook_secrets_file,
        settings.webhook_secret_file,
    )
    return Sender(
        methods=build_methods(settings, clock) if methods is None else methods,
        appender=appender,
        clock=clock,
        concurrency=settings.concurrency,
        rates=rates_of(settings.rates),
        set_up=SetUpFiles.of(files),
        kept_in=settings.state_dir / "providers.json" if settings.state_dir else None,
    )


def build_methods(settings: NotifierSettings, clock: Clock) -> Methods:
    """Every contact method that is set up.

    Raises:
        ValueError: a key for links is missing or too short, a secret of webhooks is none, or a
            line of connectors cannot be read.
        OSError: a file that the settings name cannot be read.
    """
    links = PageLinks(
        links=settings.links(),
        public_url=settings.public_url,
        valid_ms=settings.link_valid_h * _HOUR_MS,
    )
    connectors, code_of = connectors_of(settings), _codes(settings)
    tell = teller(links, clock, code_of)
    methods: dict[str, Method[Any]] = {
        "email": _email(settings, links, clock, code_of),
        "webhook": _webhook(settings, links, clock, code_of),
    }
    chats = chat_methods(settings, tell=tell, connectors=connectors, clock=clock)
    pagers = pager_methods(settings, tell=tell, connectors=connectors, links=links, clock=clock)
    methods.update((name, each) for some in (chats, pagers) for name, each in some.items())
    return methods


def _codes(settings: NotifierSettings) -> CodeOf:
    """Codes of verifications, by the keys of the links, which the gateway has, too."""
    keys = settings.links().keys

    def code_of(asked: VerificationRequested) -> str:
        return contacts.code_of(
            keys, asked.verification_id, asked.person, asked.method, asked.address_hash
        )

    return code_of


def _email(
    settings: NotifierSettings, links: PageLinks, clock: Clock, code_of: CodeOf
) -> Method[Envelope]:
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
    writer = LetterWriter(sender=sender, links=links, clock=clock, code_of=code_of)
    return Method(writer=writer, carrier=SmtpMailer(server))


def _webhook(
    settings: NotifierSettings, links: PageLinks, clock: Clock, code_of: CodeOf
) -> Method[Request]:
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
    writer = PostWriter(keyring=keyring, links=links, clock=clock, code_of=code_of)
    return Method(writer=writer, carrier=WebhookCarrier(http))
