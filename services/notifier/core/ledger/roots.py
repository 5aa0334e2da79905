"""The first message of what a reader sees as one thread, by the name that its provider gave it."""

from dataclasses import dataclass, field

RootKey = tuple[str, str, str]  # incident, or cycle of an escalation; person; contact method


@dataclass(slots=True)
class Root:
    """Derived from the rows that name it, and gone with the last of them."""

    provider_id: str
    rows: set[str] = field(default_factory=set)
