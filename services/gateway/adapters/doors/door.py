"""A door: one method on one path; what is behind all of them; and one call at one of them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, TypeVar

import msgspec
from pydantic import BaseModel
from starlette.datastructures import Headers
from starlette.responses import Response

from services.gateway.adapters.answers import RememberedAnswers
from services.gateway.adapters.doors.metrics import Metrics
from services.gateway.adapters.evidence import Evidence
from services.gateway.adapters.feed import Feed
from services.gateway.adapters.guesses import Guesses
from services.gateway.adapters.heartbeats import Heartbeats
from services.gateway.adapters.keys import ApiKey, Keys, Role
from services.gateway.adapters.limits import RateLimits
from services.gateway.adapters.problems import Problem
from services.gateway.adapters.questions import Questions
from services.gateway.adapters.redrives import Redrives
from services.gateway.adapters.twilio_signatures import TwilioSecrets
from services.gateway.adapters.view.directory import PoolEntry
from services.gateway.adapters.view.outcomes import REPEATABLE
from services.gateway.adapters.view.view import View
from services.gateway.settings import GatewaySettings
from shared.clock import Clock
from shared.contracts.topics import POOL_LOG
from shared.language import Detector
from shared.links import AckLinks
from shared.log import Appender
from shared.receipts import ReceiptTokens

B = TypeVar("B", bound=BaseModel)
Check = Callable[[], str | None]
_LONGEST_IDEMPOTENCY_KEY = 255


@dataclass(slots=True, kw_only=True)
class Desk:
    """Everything behind the doors of one gateway process."""

    settings: GatewaySettings
    clock: Clock
    appender: Appender
    view: View
    heartbeats: Heartbeats
    evidence: Evidence
    feed: Feed
    keys: Keys
    rates: RateLimits
    answers: RememberedAnswers
    questions: Questions
    redrives: Redrives
    guesses: Guesses
    detector: Detector
    links: AckLinks
    receipts: ReceiptTokens
    twilio: TwilioSecrets
    metrics: Metrics
    stamp: str  # of this process; begins the ids that nothing else could give
    checks: Sequence[Check] = ()
    crashed: list[str] = field(default_factory=list)  # names of background tasks that ended
    _count: int = 0

    def number(self) -> int:
        self._count += 1
        return self._count

    def not_ready(self) -> list[str]:
        """Why this process must not be asked now; empty if it may."""
        reasons = [f"task {name} has ended" for name in self.crashed]
        reasons += [f"the view has not caught up with {topic}" for topic in self.view.behind()]
        reasons += [
            f"the configuration of pool {pool} has not been read"
            for pool in self.view.directory.awaited()
            if self.view.directory.entry(pool) is None
        ]
        return reasons + [reason for check in self.checks if (reason := check()) is not None]


@dataclass(slots=True, kw_only=True)
class Call:
    """One request, admitted: its key is good and its body is of the door's shape."""

    desk: Desk
    door: "Door"
    headers: Headers
    path: dict[str, str]
    query: BaseModel | None
    body: BaseModel | None
    presented: ApiKey | None
    content: bytes = b""  # the body as it came, at a door that takes it so
    target: str = ""  # path and query as they came; providers sign them

    @property
    def key(self) -> ApiKey:
        if self.presented is None:
            raise Problem(
                401,
                "key_needed",
                "This door needs an API key: send `Authorization: Bearer …` or `X-API-Key: …`.",
                headers={"WWW-Authenticate": self.door.challenge},
            )
        return self.presented

    def given(self, model: type[B]) -> B:
        """The body; an empty one if the door allows none and none came."""
        return self.body if isinstance(self.body, model) else model()

    def asked(self, model: type[B]) -> B:
        return self.query if isinstance(self.query, model) else model()

    def enter(self, pool: str, *, field: str = "pool") -> PoolEntry:
        """The pool, if it exists and this key may enter it.

        Raises:
            Problem: 404 there is no such pool, 403 it is not of this key.
        """
        entry = self.desk.view.directory.entry(pool)
        if entry is None:
            raise Problem(
                404,
                "unknown_pool",
                f"There is no pool `{pool[:64]}`. Mend `{field}`, or apply its "
                "configuration first.",
                field=field,
            )
        if not self.key.may_enter(pool):
            raise Problem(
                403,
                "pool_not_allowed",
                f"Key `{self.key.name}` is not for pool `{pool}`; it is for "
                f"{', '.join(self.key.pools)}.",
                field=field,
            )
        return entry

    @property
    def idempotency_key(self) -> str | None:
        found = self.headers.get("idempotency-key")
        if found is not None and not 1 <= len(found) <= _LONGEST_IDEMPOTENCY_KEY:
            raise Problem(
                422,
                "bad_idempotency_key",
                f"An Idempotency-Key has 1 to {_LONGEST_IDEMPOTENCY_KEY} characters.",
                field="Idempotency-Key",
            )
        return found

    def derived(self, pool: str) -> str | None:
        """What the Idempotency-Key makes of key and pool: the same again for the same request."""
        found = self.idempotency_key
        return None if found is None else digest(f"{self.key.name}\n{pool}\n{found}".encode())

    def repeats(self, pool: str) -> bool:
        """Whether a request with this Idempotency-Key was taken before."""
        derived = self.derived(pool)
        if derived is None:
            return False
        event_id = REPEATABLE + derived
        known = self.desk.view.outcomes[POOL_LOG].remembers(event_id)
        return known or self.desk.answers.knows(event_id)

    def event_id(self, pool: str) -> str:
        derived = self.derived(pool)
        return REPEATABLE + derived if derived else f"{self.desk.stamp}:{self.desk.number()}"


Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One entry of the door table, from which routes and OpenAPI are made.

    `roles` empty: no key is needed here (a signed link, health).
    """

    method: str
    path: str
    name: str
    summary: str
    handler: Handler
    roles: frozenset[Role] = frozenset()
    body: type[BaseModel] | None = None
    body_may_lack: bool = False
    raw: bool = False  # the body is read and left as it came: what a provider has signed
    takes_form: bool = False  # a browser's form is no body; elsewhere what comes is read as JSON
    query: type[BaseModel] | None = None
    needs_view: bool = True
    for_browsers: bool = False  # the key may come as the password of HTTP Basic; it only reads
    answers: tuple[tuple[int, str], ...] = ((200, "Done, or found."),)
    media_types: tuple[str, ...] = ("application/json",)

    @property
    def challenge(self) -> str:
        """What WWW-Authenticate says where the key is missing or wrong."""
        if self.for_browsers:
            return 'Basic realm="Switchyard board", charset="UTF-8"'
        return 'Bearer realm="switchyard"'


def digest(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()


def canonical_body(body: BaseModel | None) -> bytes:
    """What was sent, in one spelling: order of keys and absent fields make no difference."""
    if body is None:
        return b"{}"
    return msgspec.json.encode(body.model_dump(mode="json", exclude_none=True), order="sorted")


def told(status: int, data: dict[str, Any]) -> Response:
    return Response(msgspec.json.encode(data), status_code=status, media_type="application/json")
