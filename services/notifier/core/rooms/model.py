"""What a shard keeps of alerts: those that began here, and what each room hears of."""

from dataclasses import dataclass, field

from shared.contracts.rooms import Alert

Common = tuple[tuple[str, str], ...]  # labels and values that a group has in common, sorted


@dataclass(slots=True)
class KnownAlert:
    """An alert that a cause in this shard began. `told`: receiver, route, group of each room."""

    alert: Alert
    told: tuple[tuple[str, str, Common], ...] = ()


@dataclass(slots=True)
class Source:
    """A firing alert that may keep others back in this room."""

    receiver: str
    alert: Alert

    @property
    def name(self) -> str:
        return f"{self.receiver}/{self.alert.alert_id}"


@dataclass(slots=True)
class Room:
    """Derived from groups and sources, and gone with the last of them."""

    groups: set[str] = field(default_factory=set)  # their names
    sources: dict[str, Alert] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.groups and not self.sources


def group_name(receiver: str, route: str, labels: Common) -> str:
    """Of its entity, and of its messages before their number."""
    common = ",".join(f"{name}={value}" for name, value in labels)
    return f"{receiver}:{route}:{common}"
