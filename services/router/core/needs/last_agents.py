"""Which agent had a customer last: found through the stubs of ended interactions, while they last.

Derived from the stubs alone, so it is the same after a restore, and has their bound.
"""

from collections.abc import Mapping

from services.router.core.floor.lineup import Lineup
from services.router.core.model import Stub
from services.router.core.plan import Plan


class LastAgents:
    """Per customer his ended interactions, the newest first; none where no queue asks for them."""

    __slots__ = ("_asked_for", "_by_customer", "_stubs")

    def __init__(self, stubs: Mapping[str, Stub], plan: Plan) -> None:
        """Read all stubs once; later `stubs` is looked up, too."""
        self._asked_for = any(it.prefer_last_agent for it in plan.document.queues)
        self._stubs = stubs
        self._by_customer: dict[str, Lineup] = {}
        for stub in stubs.values():
            self.add(stub)

    def add(self, stub: Stub) -> None:
        if self._asked_for and stub.customer and stub.last_agent:
            found = self._by_customer.get(stub.customer)
            if found is None:
                found = self._by_customer[stub.customer] = Lineup()
            found.add(stub.id, -stub.ended_at_ms)

    def discard(self, stub: Stub) -> None:
        found = self._by_customer.get(stub.customer) if stub.customer else None
        if found is not None and stub.customer:
            found.discard(stub.id)
            if not found.live:
                del self._by_customer[stub.customer]

    def of(self, customer: str) -> str | None:
        """His agent of the interaction that ended last; None: none is remembered."""
        found = self._by_customer.get(customer)
        newest = found.first() if found is not None else None
        return (self._stubs[newest[1]].last_agent or None) if newest is not None else None
