"""A contact method as the sender sees it: what writes its messages, and what carries them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import structlog

from services.notifier.adapters.delivery import Delivery, Permission, UnsendableError
from services.notifier.core import Content
from shared.contracts.notification import AttemptLeased
from shared.contracts.people import Person

M = TypeVar("M")
M_co = TypeVar("M_co", covariant=True)
M_contra = TypeVar("M_contra", contravariant=True)
_log = structlog.get_logger(__name__)


class Writer(Protocol[M_co]):
    """Makes the message of an attempt."""

    def __call__(self, lease: AttemptLeased, content: Content, person: Person) -> M_co:
        """Raises UnsendableError: the person cannot be written to by this method."""
        ...


class Carrier(Protocol[M_contra]):
    """Hands one message in and says what came of it; never raises for what the world does."""

    async def send(self, message: M_contra, may_send: Permission) -> Delivery: ...


@dataclass(frozen=True, slots=True)
class Method(Generic[M]):
    """`provider` says at whose door a message is handed in; None: the host, of HTTP, or nobody."""

    writer: Writer[M]
    carrier: Carrier[M]
    provider: Callable[[M], str] | None = None

    def write(self, lease: AttemptLeased, content: Content, person: Person) -> "Written[M]":
        """The message; or, where there can be none, what that means for the attempt."""
        try:
            return Written(self.writer(lease, content, person))
        except UnsendableError as error:
            return Written(failure=Delivery(error.outcome, str(error)))
        except Exception as error:  # noqa: BLE001 - a defect in one message must not stop others
            _log.exception("message_not_made", attempt_id=lease.attempt_id)
            detail = f"the message could not be made: {type(error).__name__}"
            return Written(failure=Delivery("not_sent", detail))

    async def attempt(
        self, lease: AttemptLeased, content: Content, person: Person, may_send: Permission
    ) -> Delivery:
        written = self.write(lease, content, person)
        if written.failure is not None:
            return written.failure
        return await self.carrier.send(written.it(), may_send)


@dataclass(frozen=True, slots=True)
class Written(Generic[M]):
    message: M | None = None
    failure: Delivery | None = None

    def it(self) -> M:
        assert self.message is not None
        return self.message
