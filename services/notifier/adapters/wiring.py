"""The sender as the settings describe it."""

from services.notifier.adapters.mail import Sender as From
from services.notifier.adapters.pages import PageWriter
from services.notifier.adapters.sender import Sender
from services.notifier.adapters.smtp import SmtpMailer, SmtpServer
from services.notifier.settings import NotifierSettings
from shared.clock import Clock
from shared.log import Appender

_HOUR_MS = 3_600_000


def build_sender(settings: NotifierSettings, *, appender: Appender, clock: Clock) -> Sender:
    """A sender over SMTP.

    Raises:
        ValueError: a key for links is missing or too short.
        OSError: a file that the settings name cannot be read.
    """
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
    writer = PageWriter(
        sender=From(settings.sender_name, settings.sender_address),
        links=settings.links(),
        public_url=settings.public_url,
        link_valid_ms=settings.link_valid_h * _HOUR_MS,
        clock=clock,
    )
    return Sender(
        mailer=SmtpMailer(server),
        writer=writer,
        appender=appender,
        clock=clock,
        concurrency=settings.concurrency,
    )
