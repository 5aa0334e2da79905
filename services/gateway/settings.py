"""All that an operator can set for the gateway, from the environment (SWITCHYARD_GATEWAY_…)."""

import socket
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class GatewaySettings(BaseSettings):
    """Durations are real seconds: they are about networks and processes, not about the day.

    `board_at_risk_s` is the exception: it is compared with due times.
    """

    model_config = SettingsConfigDict(env_prefix="SWITCHYARD_GATEWAY_", frozen=True)

    keys_file: Path | None = None  # YAML or JSON; without it the gateway does not start
    link_keys_file: Path | None = None  # one signing key a line, the newest first
    twilio_tokens_file: Path | None = None  # a token a line, or a shared key's id and secret
    public_url: str = "http://127.0.0.1:8080"  # as others see it; providers sign such addresses
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65_535)
    instance: str = Field(default_factory=socket.gethostname)  # part of the ids made here

    answer_wait_s: float = Field(default=1.0, ge=0, le=30)  # for the fact that answers a command
    explanation_kept_s: float = Field(default=1.0, ge=0, le=60)  # answers who asks the same again
    heartbeat_period_s: float = Field(default=1.0, gt=0, le=10)  # one agents_seen per pool
    evidence_period_s: float = Field(default=5.0, gt=0, le=300)  # one contacts_seen
    body_limit_bytes: int = Field(default=1 << 20, gt=0)
    requests_per_s: float = Field(default=500.0, gt=0)  # per key, unless its entry says otherwise
    requests_burst: int = Field(default=1_000, gt=0)
    idempotency_kept_s: float = Field(default=86_400.0, gt=0)
    idempotency_kept: int = Field(default=100_000, gt=0)
    ended_kept: int = Field(default=200_000, gt=0)  # ended interactions that can still be read
    # Ended: of staff and customers, who was told and who was not, so many each.
    notifications_kept: int = Field(default=20_000, gt=0)
    redrive_period_s: float = Field(default=1.0, gt=0)  # between two hundreds of dead letters
    future_limit_s: int = Field(default=300, ge=0)  # how far ahead `occurred_at` may be

    language_min_confidence_permille: int = Field(default=600, ge=0, le=1000)
    language_min_characters: int = Field(default=15, ge=1)

    stream_heartbeat_s: float = Field(default=15.0, gt=0)
    stream_queue: int = Field(default=10_000, gt=0)  # events a slow reader may lag behind

    board_period_s: float = Field(default=1.0, gt=0)  # between two looks, for all boards together
    board_heartbeat_s: float = Field(default=5.0, gt=0)  # a quiet stream says that it lives
    board_at_risk_s: int = Field(default=900, gt=0)  # a clock due within this is at risk
    boards: int = Field(default=200, gt=0)  # open at once
    log_level: str = "INFO"
