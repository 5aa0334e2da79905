"""One service of Apprise as we let it work: no tries of its own, no redirects, one recipient.

Whatever the URL asks for: `retry`, `redirect`, `verify`, `optional` (it would call a failure a
success) and `overflow=split` (several messages) are set back here.
"""

import logging

from apprise import Apprise, AppriseAsset, NotifyFormat, OverflowMode
from apprise.plugins import NotifyBase

from services.notifier.adapters.delivery import UnconfiguredError

_CONNECT_S = 4.0
_LOCAL = frozenset({"blink1", "dbus", "glib", "gnome", "macosx", "syslog", "windows"})
_SHORT_BODY = 500  # characters; a service that takes fewer is told the brief text
_ASSET = AppriseAsset(
    async_mode=False,
    http_redirects=False,
    storage_mode="memory",
    pgp_autogen=False,
    pem_autogen=False,
    allow_templates=False,
    service_timeout=0,  # ours stands around it
)


def silence() -> None:
    """Apprise and what it is made from log hosts, payloads and, at times, URLs: keep that inside.

    Its own log of one call is what tells failures apart, so it must be whole.
    """
    apprise = logging.getLogger("apprise")
    apprise.propagate = False
    apprise.setLevel(logging.DEBUG)
    for name in ("requests", "urllib3", "requests_oauthlib", "oauthlib"):
        logging.getLogger(name).setLevel(logging.WARNING)


def service_of(url: str, timeout_s: float) -> NotifyBase:
    """Blocks: the first call loads all services.

    Raises:
        UnconfiguredError: Apprise cannot read the URL, or it is not one we let through. The text
            does not repeat it.
    """
    service = Apprise.instantiate(url, asset=_ASSET)
    if service is None:
        raise UnconfiguredError("url: Apprise does not know such a service")
    service.retry = 0
    service.redirects = False
    service.optional = False
    service.verify_certificate = True
    service.overflow_mode = OverflowMode.TRUNCATE
    service.socket_connect_timeout = min(_CONNECT_S, timeout_s)
    service.socket_read_timeout = timeout_s
    if type(service).__module__.split(".")[2] in _LOCAL:
        raise UnconfiguredError("url: this service tells nobody but the machine it runs on")
    if len(service) > 1:
        raise UnconfiguredError("url: several recipients, and nobody could tell who was reached")
    return service


def host_of(service: NotifyBase) -> tuple[str, bool]:
    """The host that the URL names, as a URL of HTTP, and whether it is certainly one.

    Empty where the service has a host of its own. A service that has both kinds of URL may take a
    topic for a host.
    """
    templates: tuple[str, ...] = service.templates
    named = ["{host}" in template for template in templates]
    if not any(named) or not service.host:
        return "", False
    host = f"[{service.host}]" if ":" in service.host else service.host
    port = f":{service.port}" if service.port else ""
    return f"{'https' if service.secure else 'http'}://{host}{port}/", all(named)


def call(service: NotifyBase, *, title: str, body: str, brief: str) -> tuple[bool, list[str]]:
    """Let it work once; whether it succeeded, and its log. Blocks.

    Args:
        brief: said by services that take a line only.
    """
    apprise = Apprise(asset=_ASSET)
    apprise.add(service)
    result = apprise.notify(
        body=brief if service.body_maxlen < _SHORT_BODY else body,
        title=title,
        body_format=NotifyFormat.TEXT,
        log_level=logging.DEBUG,
    )
    return bool(result), [line.message for one in result.results for line in one.logs()]
