"""Messages by Apprise, each in a thread of ours, for it blocks.

Of what other carriers keep to, two things cannot be had: permission is asked before the call and
not before its write, and Apprise resolves a host anew after we have checked it.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

from apprise.plugins import NotifyBase

from services.notifier.adapters.apprise.answers import delivery_of
from services.notifier.adapters.apprise.services import call, host_of, service_of, silence
from services.notifier.adapters.apprise.writer import AppriseMessage
from services.notifier.adapters.delivery import Delivery, Permission, UnsendableError
from services.notifier.adapters.http.addresses import Gate
from services.notifier.adapters.http.asking import of_operator
from services.notifier.adapters.http.targets import (
    Resolve,
    checked_addresses,
    read_url,
    system_resolver,
)
from shared.clock import Clock

T = TypeVar("T")
_GRACE_S = 1.0  # beyond the sockets' own time, for its answer to be read


class AppriseCarrier:
    """Implements `Carrier` for Apprise."""

    def __init__(
        self,
        *,
        gate: Gate,
        timeout_s: float,
        clock: Clock,
        threads: int,
        resolve: Resolve = system_resolver,
    ) -> None:
        """A call that hangs keeps its thread, at most `timeout_s` for each read it makes."""
        self._gate, self._timeout_s, self._clock = gate, timeout_s, clock
        self._resolve = resolve
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="apprise")
        silence()

    async def send(self, message: AppriseMessage, may_send: Permission) -> Delivery:
        """Send once, and say what came of it; never raises for what the world does."""
        one = _Call(message, may_send, self._timeout_s, self._clock)
        try:
            async with asyncio.timeout(self._timeout_s + _GRACE_S):
                service = await self._in_thread(one.prepare)
                await self._checked(service)
                return await self._in_thread(one.make)
        except UnsendableError as error:
            return of_operator(Delivery(error.outcome, str(error)))
        except TimeoutError:
            return one.given_up()
        except (OSError, UnicodeError) as error:
            return Delivery("transient", f"resolve: {type(error).__name__}")
        except Exception as error:  # noqa: BLE001 - one of a hundred plugins by other hands
            return one.broke(error)

    async def _checked(self, service: NotifyBase) -> None:
        url, certain = host_of(service)
        if not url:
            return
        try:
            await checked_addresses(read_url(url), self._gate, self._resolve)
        except (OSError, UnicodeError):
            if certain:
                raise

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


class _Call:
    """One try; its thread may go on after nobody waits any more."""

    def __init__(
        self, message: AppriseMessage, may_send: Permission, timeout_s: float, clock: Clock
    ) -> None:
        self._message, self._may_send = message, may_send
        self._timeout_s, self._clock = timeout_s, clock
        self._service: NotifyBase | None = None
        self._begun = self._given_up = False
        self._turn = Lock()

    def prepare(self) -> NotifyBase:
        self._service = service_of(self._message.url, self._timeout_s)
        return self._service

    def make(self) -> Delivery:
        assert self._service is not None
        with self._turn:  # given up or begun, never both
            if self._given_up or not self._may_send():
                return Delivery("not_sent", "permission ended before the message")
            self._begun = True
        said = self._message
        succeeded, log = call(self._service, title=said.title, body=said.body, brief=said.brief)
        return delivery_of(log, now_ms=self._clock.now_ms(), succeeded=succeeded)

    def broke(self, error: Exception) -> Delivery:
        """A defect in the library; what it says may hold a secret, so only its kind is told."""
        detail = f"apprise: {type(error).__name__}"
        return Delivery("unknown" if self._begun else "not_sent", detail)

    def given_up(self) -> Delivery:
        with self._turn:
            self._given_up = True
            if self._begun:
                return Delivery("unknown", "apprise: no answer in time")
        return Delivery("not_sent", "apprise: no thread was free in time")
