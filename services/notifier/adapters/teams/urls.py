"""Which URLs a Teams message may be sent to. A Workflows URL is opaque: its form has changed."""

import httpx

_RETIRED = "webhook.office.com"
_OLDER = frozenset({"outlook.office.com", "outlook.office365.com"})


def problem_of_teams_url(url: str) -> str | None:
    """What is wrong with it, and the remedy; None if it may be used. The URL is not repeated.

    Office 365 connectors were retired in May 2026. Some of their addresses still answer, so that
    what is sent there would seem to arrive.
    """
    try:
        read = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return "not a URL; copy the one that the flow shows in Teams"
    host = read.host.lower().rstrip(".")
    connector = host == _RETIRED or host.endswith(f".{_RETIRED}")
    if connector or (host in _OLDER and read.path.startswith("/webhook")):
        return (
            "an Office 365 connector, which Microsoft has retired; in Teams, make a workflow "
            '"Post to a channel when a webhook request is received", and use its URL'
        )
    return None
