"""All that an operator can set for the notifier; the only reader of its environment.

Each field is `SWITCHYARD_NOTIFIER_<NAME>` in the environment. Secrets come from the environment
or, better, from files, which can be readable to this process alone.
"""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.links import SHORTEST_KEY, AckLinks
from shared.receipts import ReceiptTokens


class NotifierSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SWITCHYARD_NOTIFIER_")

    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(default=25, ge=1, le=65_535)
    smtp_tls: Literal["none", "starttls", "tls"] = "none"  # `starttls`: required, never optional
    smtp_ca_file: Path | None = None  # trusted in addition to the system's authorities
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_password_file: Path | None = None
    smtp_timeout_s: float = Field(default=10.0, gt=0)  # for each answer of the server, real time
    smtp_hostname: str | None = None  # how we greet; None: this machine's name

    sender_address: str = "switchyard@localhost"
    sender_name: str = "Switchyard"
    public_url: str = "http://127.0.0.1:8080"  # of the gateway, as people's browsers see it

    webhook_secrets_file: Path | None = None  # a person's id and his secrets on each line
    webhook_secret: SecretStr | None = None  # of everybody who has no line there
    webhook_secret_file: Path | None = None
    webhook_private_networks: str = ""  # such as "10.1.0.0/16, fd00::/8"; else public ones only
    webhook_ca_file: Path | None = None  # trusted in addition to the system's authorities
    webhook_timeout_s: float = Field(default=15.0, gt=0)  # of a whole attempt, real time

    connectors_file: Path | None = None  # `<method>.<name> <secret or URL>` on each line
    slack_url: str = "https://slack.com/api"
    chat_timeout_s: float = Field(default=10.0, gt=0)  # of one request to Slack, Teams or Zoom
    apprise_timeout_s: float = Field(default=15.0, gt=0)  # of a call of Apprise, real time

    # The account is a line of the connectors' file: `sms.<name> <account> <key> <secret> <number>`.
    twilio_account: str = "account"  # the name of that line
    twilio_from: str | None = None  # number or messaging service, in place of what stands there
    twilio_url: str = "https://api.twilio.com"
    twilio_voices: str = ""  # such as "he=Google.he-IL-Wavenet-A, lv=none"
    pagerduty_url: str = "https://events.pagerduty.com"
    opsgenie_url: str = "https://api.opsgenie.com"
    statuspage_url: str = "https://api.statuspage.io"
    pager_timeout_s: float = Field(default=10.0, gt=0)  # of one request to one of these

    link_key: SecretStr | None = None
    link_key_file: Path | None = None  # a key a line; the first signs, all of them verify
    link_valid_h: int = Field(default=72, ge=1)  # since the page was asked for

    concurrency: int = Field(default=8, ge=1)  # messages on their way to each provider at a time
    rates: str = ""  # how fast providers are written to, where it is not as vendors say
    state_dir: Path | None = None  # what must outlive this process and not be in Kafka; None: none
    lifeline_after_s: float = Field(default=60.0, gt=0)  # without a broker; then operators are told
    drain_s: float = Field(default=10.0, ge=0)  # at shutdown, for messages on their way

    @model_validator(mode="after")
    def _networks_can_be_read(self) -> Self:
        self.private_networks()
        return self

    @model_validator(mode="after")
    def _no_password_in_the_clear(self) -> Self:
        if self.smtp_user and self.smtp_tls == "none" and not _is_loopback(self.smtp_host):
            raise ValueError(
                "smtp_user without TLS would send the password in the clear: "
                "set SWITCHYARD_NOTIFIER_SMTP_TLS to starttls or tls"
            )
        return self

    def password(self) -> str | None:
        """The SMTP password; the file wins over the environment."""
        if self.smtp_password_file is not None:
            return self.smtp_password_file.read_text().rstrip("\n")
        return self.smtp_password.get_secret_value() if self.smtp_password else None

    def private_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Networks that are not public, and that webhooks may reach nevertheless.

        Raises:
            ValueError: one of them is no network.
        """
        words = (word.strip() for word in self.webhook_private_networks.split(","))
        return tuple(ip_network(word) for word in words if word)

    def webhook_secrets(self) -> tuple[str, list[str]]:
        """The file of people's own secrets as it stands, and the default ones.

        Of defaults the file wins over the environment; there are several while one is changed.
        """
        own = self.webhook_secrets_file.read_text() if self.webhook_secrets_file else ""
        if self.webhook_secret_file is not None:
            return own, self.webhook_secret_file.read_text().split()
        default = self.webhook_secret
        return own, default.get_secret_value().split() if default else []

    def links(self) -> AckLinks:
        """The signer of acknowledgement links.

        Raises:
            ValueError: no key is set, or one is too short.
        """
        keys = self._keys()
        if not keys:
            raise ValueError(
                "acknowledgement links need a key: set SWITCHYARD_NOTIFIER_LINK_KEY or "
                f"SWITCHYARD_NOTIFIER_LINK_KEY_FILE, at least {SHORTEST_KEY} characters a key"
            )
        return AckLinks([key.encode() for key in keys])

    def receipts(self) -> ReceiptTokens:
        """The signer of addresses for receipts; its keys are those of the links.

        Raises:
            ValueError: as `links`.
        """
        return ReceiptTokens(self.links().keys)

    def _keys(self) -> list[str]:
        if self.link_key_file is not None:
            lines = self.link_key_file.read_text().splitlines()
            return [line.strip() for line in lines if line.strip()]
        return [self.link_key.get_secret_value()] if self.link_key else []


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
