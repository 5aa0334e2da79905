"""One person by one contact method: what is to go there, and how long it takes nothing."""

from dataclasses import dataclass, field

from services.notifier.core.holding.recent import Recent

TargetKey = tuple[str, str]  # person, contact method


@dataclass(slots=True)
class Target:
    """Derived from rows; gone once none is open or was tried lately, and no throttle lasts."""

    open: set[str] = field(default_factory=set)
    not_before_ms: int = 0  # its provider asked us to wait until then
    asked_of: str = ""  # the row whose try was answered so
    held: set[str] = field(default_factory=set)  # those of `open` that wait for a better time
    recent: Recent = field(default_factory=Recent)  # tries of rows, open or ended

    def throttle(self, until_ms: int, notification_id: str) -> bool:
        """Note a throttle; False: one that lasts as long is known."""
        if until_ms <= self.not_before_ms:
            return False
        self.not_before_ms, self.asked_of = until_ms, notification_id
        return True

    def release(self) -> None:
        self.not_before_ms, self.asked_of = 0, ""

    @property
    def is_idle(self) -> bool:
        return not (self.open or self.not_before_ms or self.recent.tries)
