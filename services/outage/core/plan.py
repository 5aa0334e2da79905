"""The document of outages, made ready for questions."""

from collections.abc import Collection, Iterable

from services.outage.core.model import Told, owed_key
from shared.contracts.configuration import OutageDocument, WatchedChannel
from shared.contracts.people import Recipient
from shared.contracts.words import Audience, Channel, Severity

SECOND_MS = 1_000


class Plan:
    """One version of the document; it never changes."""

    def __init__(self, document: OutageDocument) -> None:
        self.document = document
        self.notice_expires_ms = document.notice_expires_s * SECOND_MS
        self.listened: tuple[Channel, ...] = tuple(  # channels whose silence is a signal
            sorted(name for name, it in document.channels.items() if it.silent_after_s is not None)
        )

    def watched(self, channel: Channel) -> WatchedChannel | None:
        return self.document.channels.get(channel)

    def knows(self, channel: Channel) -> bool:
        return channel in self.document.channels or bool(self.pools_with(channel))

    def pools_with(self, channel: Channel) -> tuple[str, ...]:
        return tuple(
            sorted(name for name, pool in self.document.pools.items() if channel in pool.backups)
        )

    def promise_ms(self, severity: Severity) -> int:
        promises = self.document.promises
        match severity:
            case "critical":
                return promises.critical_s * SECOND_MS
            case "major":
                return promises.major_s * SECOND_MS
            case "minor":
                return promises.minor_s * SECOND_MS

    def audience(self, pools: Iterable[str]) -> dict[str, Told]:
        """Whom to tell of an incident in these pools, by `owed_key`, in a total order.

        Who belongs to several audiences is told once, as the most technical of them: that notice
        says the most.
        """
        found: dict[str, Told] = {}
        names = [name for name in sorted(pools) if name in self.document.pools]
        _add(found, self.document.it, "it")
        for name in names:
            _add(found, self.document.pools[name].managers, "managers")
        for name in names:
            _add(found, self.document.pools[name].staff, "staff")
        return found

    def backups(
        self, channel: Channel, pools: Iterable[str], down: Collection[tuple[str, Channel]]
    ) -> tuple[Channel, ...]:
        """Where contacts may go: every backup of a pool that is not down there itself, once each.

        Which of them an interaction takes depends on its customer, so all are named.

        Args:
            down: (pool, channel) pairs that are failed over.
        """
        found: dict[Channel, None] = {}
        for name in sorted(pools):
            pool = self.document.pools.get(name)
            chain = pool.backups.get(channel, ()) if pool else ()
            found |= dict.fromkeys(it for it in chain if (name, it) not in down)
        return tuple(found)


def _add(found: dict[str, Told], recipients: Iterable[Recipient], audience: Audience) -> None:
    for it in recipients:
        found.setdefault(owed_key(it.person, it.method), Told(it.person, it.method, audience))
