"""The entities of the ledger as the view has it: what a person is to be told, and by which ways.

A telling is one cause to one person; each of its rows is one contact method, as in the notifier.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from services.gateway.adapters.view.story import Story
from shared.contracts.customers import is_customer

Told = Literal["told", "waiting", "unsure", "not_told", "superseded"]
UNDELIVERED: tuple[Told, ...] = ("not_told", "unsure", "waiting")  # who was not told
About = Literal[
    "page", "notice", "customer_notice", "trouble", "verification", "group", "digest", "unknown"
]
_ARRIVED = frozenset({"accepted", "delivered"})
_BY_A_HOP = re.compile(r"hop (\d+) got through")  # as the notifier says why an earlier hop ended


@dataclass(slots=True, kw_only=True)
class Row:
    id: str
    method: str
    hop: int
    because: str
    opened_at_ms: int
    expires_at_ms: int
    why: str = "opened"  # while it is open: what it waits for
    until_ms: int | None = None
    outcome: str = ""  # of its last try, as far as one is known …
    detail: str = ""  # … with the provider's answer
    carrier: str = ""  # the digest that carries it …
    members: tuple[str, ...] = ()  # … or, of a digest, the rows that it carries
    attempts: int = 0
    tried_at_ms: int | None = None
    possible_repeats: int = 0
    in_doubt: bool = False  # a try may have arrived
    end: str = ""  # empty: it is open
    reason: str = ""
    ended_at_ms: int | None = None
    receipt: str = ""
    redrives: int = 0

    @property
    def undelivered(self) -> bool:
        return self.receipt == "undelivered"

    @property
    def arrived(self) -> bool:
        """As far as its provider tells."""
        return not self.undelivered and (self.end in _ARRIVED or bool(self.receipt))

    @property
    def unsure(self) -> bool:
        return not self.undelivered and (self.end == "unknown" or (not self.end and self.in_doubt))


@dataclass(slots=True, kw_only=True)
class Telling:
    """One cause, to one person. Its id is that of its first row."""

    id: str
    person: str
    number: int  # in the order in which the view met them, for paging
    about: About
    pools: tuple[str, ...]  # empty: it concerns the installation
    opened_at_ms: int
    changed_at_ms: int
    incident_id: str | None = None
    escalation_id: str | None = None
    interaction_id: str | None = None
    cycle: int | None = None
    purpose: str | None = None
    state: Told = "waiting"
    rows: dict[str, Row] = field(default_factory=dict)
    story: Story = field(default_factory=Story)

    @property
    def open(self) -> bool:
        """Whether something may still leave for it."""
        return any(not row.end for row in self.rows.values())

    @property
    def to_customer(self) -> bool:
        return is_customer(self.person)


def state_of(rows: Iterable[Row]) -> Told:
    """What became of one cause to one person, by all the ways that were tried.

    Told by any way is told. A row that ended because a later hop got through came to nothing if
    that hop turned out to be undelivered.
    """
    all_of = tuple(rows)
    if any(row.arrived for row in all_of):
        return "told"
    if any(not row.end and not row.unsure for row in all_of):
        return "waiting"
    if any(row.unsure for row in all_of):
        return "unsure"
    if any(not row.end for row in all_of):
        return "waiting"  # in doubt before its receipt said that it was not delivered
    lost = {row.hop for row in all_of if row.undelivered}
    if any(row.end == "superseded" and not _by_one_of(row, lost) for row in all_of):
        return "superseded"
    return "not_told"


def _by_one_of(row: Row, hops: set[int]) -> bool:
    found = _BY_A_HOP.search(row.reason)
    return found is not None and int(found[1]) in hops
