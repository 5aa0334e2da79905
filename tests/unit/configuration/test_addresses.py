"""Addresses that stand in configuration: what is taken, what is refused, and never a crash."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.configuration.checks.addresses import (
    problem_of_tcp,
    problem_of_url,
    problem_of_webhook,
)
from shared.configuration.forms import FormError, patience_s


@pytest.mark.parametrize(
    "text",
    ["https://a.example.com", "http://10.0.0.7:8080/health?deep=1", "https://[2001:db8::1]:443/x"],
)
def test_a_url_with_a_host_is_taken(text: str) -> None:
    assert problem_of_url(text) is None


@pytest.mark.parametrize(
    "text",
    ["", "a.example.com", "//a.example.com", "ftp://a.example.com", "https://", "https://a b",
     "https://a.example.com:0", "https://a.example.com:70000", "https://[::1", "mailto:a@b.c"],
)  # fmt: skip
def test_what_is_no_url_is_refused(text: str) -> None:
    assert problem_of_url(text) == "not an http or https URL"


def test_credentials_are_refused_without_being_repeated() -> None:
    assert problem_of_url("https://me:hunter2@a.example.com") == "the URL holds credentials"
    assert problem_of_url("https://me@a.example.com") == "the URL holds credentials"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1:80", "[::1]:9"])
def test_a_webhook_is_https_or_stays_on_this_machine(host: str) -> None:
    assert problem_of_webhook(f"http://{host}/hook") is None
    assert problem_of_webhook("https://a.example.com/hook") is None
    for other in ("http://a.example.com", "http://10.0.0.7", "http://127.0.0.1.example.com"):
        assert problem_of_webhook(other) == "the webhook is not https"


@pytest.mark.parametrize("text", ["a.example.com:443", "10.0.0.7:1", "[2001:db8::1]:65535"])
def test_a_host_with_its_port_is_taken(text: str) -> None:
    assert problem_of_tcp(text) is None


@pytest.mark.parametrize(
    "text",
    ["", "a", ":80", "a:", "a:0", "a:65536", "a:b", "2001:db8::1", "a:80/x", "a:80?x", "u@a:80",
     "tcp://a:80", "a :80", "a:+80"],
)  # fmt: skip
def test_what_is_no_host_with_a_port_is_refused(text: str) -> None:
    assert problem_of_tcp(text) == "not a host and port"


@given(st.text(alphabet="ab1.:/[]@?#% htps", max_size=30))
def test_no_text_makes_a_check_raise_and_what_is_taken_has_a_host(text: str) -> None:
    assert problem_of_webhook(text) is not None or problem_of_url(text) is None
    for check, prefix in ((problem_of_url, ""), (problem_of_tcp, "//")):
        if check(text) is None:
            assert urlsplit(prefix + text).hostname
            assert "@" not in urlsplit(prefix + text).netloc


def test_patience_may_be_milliseconds() -> None:
    assert (patience_s("500ms"), patience_s("2s"), patience_s("1min")) == (0.5, 2, 60)
    for wrong in ("0.5s", "ms", "5 ms 2s", "-1ms"):
        with pytest.raises(FormError):
            patience_s(wrong)
