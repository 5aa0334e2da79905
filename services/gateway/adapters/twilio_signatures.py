"""Whether a request is by Twilio (its "Validating Signatures from Twilio").

What is signed is the public URL, and behind it each field of the form, sorted by name, its name and
value without anything between. The tag is HMAC-SHA1 with a token of the account, or, where the
account has changed over, HMAC-SHA256 with a shared key that a header names. A body of JSON is not
signed itself: its SHA-256 stands in the URL. The URL is made from our settings, never from `Host`.
"""

import hmac
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

_SIGNATURE = "x-twilio-signature"
_SETTINGS = "x-twilio-webhooks-signature-settings"
_FORM = "application/x-www-form-urlencoded"
_BODY_HASH = "bodySHA256"
_PORTS = {"https": 443, "http": 80}
Form = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class TwilioSecrets:
    """Tokens of the account (two while they are changed), and shared keys by their id."""

    tokens: tuple[str, ...] = field(default=(), repr=False)
    shared: Mapping[str, str] = field(default_factory=dict, repr=False)


def read_secrets(text: str) -> TwilioSecrets:
    """A file: on each line a token, or the id of a shared key and its secret.

    Raises:
        ValueError: a line is neither. It is not repeated.
    """
    tokens, shared = [], {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) > 2:
            raise ValueError(f"line {number}: a token, or the id of a key and its secret")
        if len(words) == 1:
            tokens.append(words[0])
        else:
            shared[words[0]] = words[1]
    return TwilioSecrets(tuple(tokens), shared)


def form_of(content: bytes) -> Form:
    """The fields of a form, in their order; broken characters stay broken."""
    return parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True)


def signed_by_twilio(
    secrets: TwilioSecrets, headers: Mapping[str, str], url: str, content: bytes
) -> bool:
    """Whether one of the secrets has signed this request.

    Args:
        headers: names in lower case, or a mapping that does not care.
        url: as Twilio was told it, with the query it came with.
    """
    given = headers.get(_SIGNATURE, "")
    if headers.get("content-type", "").startswith(_FORM):
        form = form_of(content)
    else:
        if not _is_of(content, url):
            return False
        form = ()
    return any(
        hmac.compare_digest(_tag(secret, algorithm, text), given.encode())
        for algorithm, secret in _keys(secrets, headers.get(_SETTINGS, ""))
        for text in (signed_text(spelt, form) for spelt in _spellings(url))
    )


def signed_text(url: str, form: Form) -> str:
    fields = sorted(set(form))  # a name that comes several times: each of its values once
    return url + "".join(name + value for name, value in fields)


def _tag(secret: str, algorithm: str, text: str) -> bytes:
    digest = hmac.new(secret.encode(), text.encode("utf-8", "surrogatepass"), algorithm).digest()
    return b64encode(digest)


def _keys(secrets: TwilioSecrets, settings: str) -> Iterator[tuple[str, str]]:
    """Algorithm and secret. Who names a shared key is believed by that key alone."""
    if not settings:
        yield from (("sha1", token) for token in secrets.tokens)
        return
    said = dict(part.strip().partition("=")[::2] for part in settings.split(","))
    secret = secrets.shared.get(said.get("key", ""))
    if secret is not None and said.get("algorithm") == "HMAC_SHA256":
        yield "sha256", secret


def _spellings(url: str) -> Iterator[str]:
    """With and without the default port: Twilio signs one or the other."""
    yield url
    parts = urlsplit(url)
    default = _PORTS.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    if parts.port == default:
        yield parts._replace(netloc=f"{host}").geturl()
    elif parts.port is None:
        yield parts._replace(netloc=f"{host}:{default}").geturl()


def _is_of(content: bytes, url: str) -> bool:
    """Whether the URL has the hash of this body; where there is no body, none is needed."""
    said = dict(parse_qsl(urlsplit(url).query)).get(_BODY_HASH)
    if said is None:
        return not content
    return hmac.compare_digest(sha256(content).hexdigest().encode(), said.lower().encode())
