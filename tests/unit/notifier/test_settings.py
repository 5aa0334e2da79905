"""What an operator may set, and what is refused before anything starts."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.notifier.settings import NotifierSettings
from shared.links import AckClaim

CLAIM = AckClaim(page_id="p", escalation_id="e", cycle=1, person="ana", expires_at_ms=10)


def test_settings_come_from_the_environment_and_hide_their_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SWITCHYARD_NOTIFIER_SMTP_HOST", "mail.example.org")
    monkeypatch.setenv("SWITCHYARD_NOTIFIER_SMTP_PASSWORD", "open sesame")
    monkeypatch.setenv("SWITCHYARD_NOTIFIER_LINK_KEY", "a key of 16 or more")
    settings = NotifierSettings()
    assert settings.smtp_host == "mail.example.org"
    assert settings.password() == "open sesame"
    assert "sesame" not in repr(settings)
    assert "a key of" not in repr(settings)


def test_files_win_over_the_environment_and_every_key_in_them_verifies(tmp_path: Path) -> None:
    password, keys = tmp_path / "password", tmp_path / "keys"
    password.write_text("from the file\n")
    keys.write_text("new key of 16 or more\n\nold key of 16 or more\n")
    old = NotifierSettings(link_key="old key of 16 or more").links().sign(CLAIM)

    settings = NotifierSettings(
        smtp_password="from here",
        smtp_password_file=password,
        link_key_file=keys,
    )

    assert settings.password() == "from the file"
    assert settings.links().verify(old, 0) == CLAIM
    assert settings.links().sign(CLAIM) != old


def test_without_a_key_for_links_nothing_starts() -> None:
    with pytest.raises(ValueError, match="SWITCHYARD_NOTIFIER_LINK_KEY"):
        NotifierSettings().links()


def test_a_password_is_never_sent_in_the_clear_over_a_network() -> None:
    with pytest.raises(ValidationError, match="starttls"):
        NotifierSettings(smtp_host="mail.example.org", smtp_user="switchyard")
    assert NotifierSettings(smtp_host="127.0.0.1", smtp_user="switchyard").smtp_tls == "none"
    assert NotifierSettings(
        smtp_host="mail.example.org", smtp_user="switchyard", smtp_tls="starttls"
    ).smtp_user


def test_secrets_of_webhooks_come_from_files_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert NotifierSettings().webhook_secrets() == ("", [])
    monkeypatch.setenv("SWITCHYARD_NOTIFIER_WEBHOOK_SECRET", "whsec_a whsec_b")
    assert NotifierSettings().webhook_secrets() == ("", ["whsec_a", "whsec_b"])
    assert "whsec" not in repr(NotifierSettings())

    own, default = tmp_path / "own", tmp_path / "default"
    own.write_text("ana whsec_c\n")
    default.write_text("whsec_d\n")
    settings = NotifierSettings(webhook_secrets_file=own, webhook_secret_file=default)
    assert settings.webhook_secrets() == ("ana whsec_c\n", ["whsec_d"])


def test_a_network_that_is_none_is_refused_before_anything_starts() -> None:
    with pytest.raises(ValidationError, match="inside"):
        NotifierSettings(webhook_private_networks="10.0.0.0/8, inside")
