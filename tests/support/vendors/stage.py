"""What it takes to send to a local vendor: a clock, a carrier, a teller, and one attempt."""

from collections.abc import Callable, Sequence
from functools import partial
from ipaddress import ip_network
from typing import Any

from services.notifier.adapters.connectors import Connectors, read_connectors
from services.notifier.adapters.http.addresses import Gate
from services.notifier.adapters.http.carrier import HttpCarrier
from services.notifier.adapters.http.targets import Resolve, system_resolver
from services.notifier.adapters.methods import Method
from services.notifier.adapters.tls import trust
from services.notifier.adapters.words.tell import tell
from shared.contracts.notification import AttemptLeased, NotificationEnded
from shared.contracts.people import PeopleDocument, Person, RetrySchedule
from shared.contracts.words import CONTACT_METHODS
from tests.support.ledger import T0, LedgerShard, ends, leases, outcome_of, page
from tests.support.words import LINKS, code_of

LOOPBACK = "127.0.0.0/8"


class Calm:
    """The clock of a day long ago that stands still."""

    def now_ms(self) -> int:
        return T0

    def speed(self) -> float:
        return 1.0


def http_carrier(
    *, private: str = LOOPBACK, timeout_s: float = 5.0, resolve: Resolve = system_resolver
) -> HttpCarrier:
    """A carrier that may reach this machine, if `private` says so."""
    return HttpCarrier(
        gate=gate(private), timeout_s=timeout_s, trust=trust(None), clock=Calm(), resolve=resolve
    )


def gate(private: str = LOOPBACK) -> Gate:
    return Gate([ip_network(private)] if private else [])


def connectors(*lines: str) -> Connectors:
    return read_connectors("\n".join(lines), "the test's file")


def known(*addresses: str) -> Resolve:
    """A resolver that says these of every host."""

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return resolve


def always() -> bool:
    return True


def asked(times: int) -> Callable[[], bool]:
    """A permission that holds for so many questions."""
    left = iter([True] * times)
    return lambda: next(left, False)


teller = partial(tell, links=LINKS, clock=Calm(), code_of=code_of)


async def killed_after_its_accept(
    method: Method[Any], person: Person, *, name: str = ""
) -> tuple[AttemptLeased, AttemptLeased, NotificationEnded]:
    """A page is taken by the vendor, and this process dies before it can tell.

    Another one takes over, finds the lease run out, and tries again. Gives both leases, and the
    end of the page.
    """
    if not name:  # as the person can be reached
        name = next(it for it in CONTACT_METHODS if it != "email" and getattr(person, it, None))
    document = PeopleDocument(people=(person,), retries=RetrySchedule(waits_s=(5,), lease_s=30))
    shard = LedgerShard(document)
    asked_for = page(person.id, method=name)
    (first,) = leases(shard.hear(asked_for))
    taken = await method.attempt(first, asked_for, person, always)
    assert taken.outcome == "accepted"  # and nobody was told
    shard.reload()
    found: list[AttemptLeased] = []
    while not found:
        assert shard.now < T0 + 120_000
        found = leases(shard.wait(1_000))
    (second,) = found
    again = await method.attempt(second, asked_for, person, always)
    (end,) = ends(shard.hear(outcome_of(second, again.outcome)))
    return first, second, end
