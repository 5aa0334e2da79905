"""Addresses on the network that stand in configuration. What is wrong is said without the value."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit


def problem_of_url(text: str) -> str | None:
    """None for an http or https URL with a host; no credentials, for they would be in YAML."""
    url = _split(text)
    if url is None or url.scheme not in ("http", "https") or not url.hostname:
        return "not an http or https URL"
    if url.username is not None or url.password is not None:
        return "the URL holds credentials"
    return None


def problem_of_webhook(text: str) -> str | None:
    """As a URL, and https: what we tell must not be read on its way. This machine is no way."""
    problem = problem_of_url(text)
    if problem:
        return problem
    url = urlsplit(text)
    if url.scheme != "https" and not _is_loopback(url.hostname or ""):
        return "the webhook is not https"
    return None


def problem_of_tcp(text: str) -> str | None:
    """None for `host:port`, the host also as an IPv6 address in brackets."""
    url = _split(f"//{text}")
    whole = url is not None and url.netloc == text and url.hostname and url.port
    return None if whole and "@" not in text else "not a host and port"


def _split(text: str) -> SplitResult | None:
    """None where it cannot be an address: spaces, half a bracket, a port that is none."""
    if any(character.isspace() for character in text):
        return None
    try:
        url = urlsplit(text)
        possible = url.port is None or url.port > 0
    except ValueError:
        return None
    return url if possible else None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
