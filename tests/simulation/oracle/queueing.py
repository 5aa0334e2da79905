"""Bounds of queues are never passed, doors open when they should, and hours are the calendar's."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from shared.contracts.configuration import Calendar, PoolDocument
from shared.contracts.routing import QueueHoursChanged
from switchyard.report.verdict import Finding
from tests.simulation.oracle.standing import Pool

Week = tuple[str, tuple[tuple[tuple[int, int], ...], ...]]  # zone, open minutes by day
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class QueueingCheck:
    def __init__(self) -> None:
        self.bounds = Finding(
            "bounds", "no queue holds more than its bound, nobody stands before room"
        )
        self._weeks: dict[str, dict[str, Week]] = {}  # by configuration
        self.hours = Finding("hours", "queues and agents are open by the calendar on the wall")

    def changed(self, pool: Pool, fact: QueueHoursChanged) -> None:
        (pool.closed.discard if fact.open else pool.closed.add)(fact.queue)

    def decided(self, pool: Pool, document: PoolDocument) -> None:
        self._bounds(pool, document)
        self._hours(pool, document)

    def _bounds(self, pool: Pool, document: PoolDocument) -> None:
        most = {it.name: it.max_waiting for it in document.queues}
        for name, bound in most.items():
            if bound is None:
                continue
            self.bounds.exercised += bool(pool.inside[name])
            within = max(bound, pool.bounds.get(name, 0))
            pool.bounds[name] = min(within, pool.inside[name])
            if pool.inside[name] > within:
                self.bounds.broken(f"{pool.name}/{name}: {pool.inside[name]}, bound {within}")
        for stay in pool.outside.values():
            bound = most.get(stay.queue)
            if stay.parked_why == "queue_full" and (
                bound is None or pool.inside[stay.queue] < bound
            ):
                self.bounds.broken(f"{stay.id}: stands before {stay.queue}, which has room")
            if stay.parked_why == "closed" and stay.queue not in pool.closed:
                self.bounds.broken(f"{stay.id}: stands before {stay.queue}, which is open")

    def _hours(self, pool: Pool, document: PoolDocument) -> None:
        weeks = self._weeks.get(pool.hash)
        if weeks is None:
            weeks = self._weeks[pool.hash] = {it.name: _week(it) for it in document.calendars}
        minute = pool.now_ms // 60_000
        for queue in document.queues:
            if queue.calendar is not None:
                self.hours.exercised += 1
                if is_open(weeks[queue.calendar], minute) == (queue.name in pool.closed):
                    self.hours.broken(f"{pool.name}/{queue.name}: not by its hours, {pool.now_ms}")
        for agent in document.agents:
            if agent.calendar is not None and pool.reported_ready(agent.id):
                self.hours.exercised += 1
                withheld = (agent.id, "hours") in pool.withheld
                if is_open(weeks[agent.calendar], minute) == withheld:
                    self.hours.broken(f"{agent.id}: not by his hours, {pool.now_ms}")


def _week(calendar: Calendar) -> Week:
    spans = {
        str(day): tuple((it.opens_min, it.closes_min) for it in its)
        for day, its in calendar.week.items()
    }
    return calendar.timezone, tuple(spans.get(day, ()) for day in DAYS)


@lru_cache(maxsize=100_000)
def is_open(week: Week, minute: int) -> bool:
    """By what the wall clock shows; edges of hours are whole minutes, since 1970 as `minute`."""
    timezone, spans = week
    wall = datetime.fromtimestamp(minute * 60, UTC).astimezone(ZoneInfo(timezone))
    shown = wall.hour * 60 + wall.minute
    return any(opens <= shown < closes for opens, closes in spans[wall.weekday()])
