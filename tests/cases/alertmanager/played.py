"""A timeline of alerts played to a shard of the notifier: when each room is told what."""

from dataclasses import dataclass
from typing import Any

from services.notifier.core import NotifierState, notifier_core
from services.notifier.core.rooms.tree import group_of, routed
from shared.contracts.event import Event
from shared.contracts.notification import AttemptLeased, NotificationOpened
from shared.contracts.people import PeopleDocument, Person, RetrySchedule, Route
from shared.contracts.rooms import Alert, AlertRouted
from tests.cases.alertmanager.given import inhibition
from tests.support.ledger import T0, LedgerShard, outcome_of

LONG_S = 10_000  # a schedule longer than any interval: a look at the group comes first


@dataclass(frozen=True)
class Message:
    at_s: float
    alerts: tuple[Alert, ...]


@dataclass(frozen=True)
class _Push:
    at_s: float
    labels: dict[str, str]
    resolved_s: float | None


class Played:
    """`told`: what got through to each receiver, in order."""

    def __init__(self, timeline: dict[str, Any], others: dict[str, dict[str, Any]]) -> None:
        like = timeline
        while isinstance(like["settings"], str):  # "as <another one>"
            like = others[like["settings"].removeprefix("as ")]
        settings, inhibit = like["settings"], timeline.get("inhibit", like.get("inhibit"))
        self._timeout_s: float | None = settings.get("resolve_timeout_s")
        self._fails_until_s = {
            name: float(said.rpartition(" ")[2]) if said.startswith("fails until") else 0.0
            for name, said in timeline.get("receivers", {}).items()
        }
        names = self._rooms(timeline)
        tree = Route(
            group_by=tuple(settings["group_by"]),
            group_wait_s=settings["group_wait_s"],
            group_interval_s=settings["group_interval_s"],
            repeat_interval_s=settings.get("repeat_interval_s"),
            routes=tuple(
                Route(receiver=name, go_on=True, tell_ended=name != "no_resolved") for name in names
            ),
        )
        self._tree = tree
        self._shard = LedgerShard(
            PeopleDocument(
                people=tuple(Person(id=it, email=f"{it}@example.org") for it in names),
                retries=RetrySchedule(waits_s=(LONG_S,)),
                rooms=tree,
                inhibitions=(inhibition(inhibit),) if inhibit else (),
            )
        )
        self.told: dict[str, list[Message]] = {name: [] for name in names}
        self._said: dict[str, tuple[Alert, ...]] = {}  # by notification
        self._live: dict[str, tuple[_Push, float]] = {}  # pushed alerts, and since when they fire

    def play(self, timeline: dict[str, Any], until_s: float) -> None:
        pushes = [_read(it) for it in timeline["push"]]
        while True:
            at_s = min(
                [it.at_s for it in pushes] + [self._ends_at(it) for it, _ in self._live.values()]
                + [until_s]
            )  # fmt: skip
            self._look_on(at_s)
            if at_s >= until_s:
                return
            for it, since in [it for it in self._live.values() if self._ends_at(it[0]) <= at_s]:
                self._route(it, since, self._ends_at(it))
                del self._live[_id(it)]
            for it in [it for it in pushes if it.at_s <= at_s]:
                pushes.remove(it)
                self._push(it)

    def _push(self, it: _Push) -> None:
        since = self._live[_id(it)][1] if _id(it) in self._live else it.at_s
        if it.resolved_s is not None:
            self._route(it, since, it.resolved_s)
            self._live.pop(_id(it), None)
            return
        if _id(it) not in self._live:
            self._route(it, since, None)
        self._live[_id(it)] = (it, since)

    def _ends_at(self, it: _Push) -> float:
        return float("inf") if self._timeout_s is None else it.at_s + self._timeout_s

    def _route(self, it: _Push, since_s: float, ended_s: float | None) -> None:
        alert = Alert(
            alert_id=_id(it),
            labels=it.labels,
            starts_at_ms=_ms(since_s),
            ends_at_ms=None if ended_s is None else _ms(ended_s),
        )
        for room in [*routed(self._tree, it.labels), None]:
            for name in self.told if room is None else (room.receiver,):
                path = room.path if room else ""  # what may keep others back goes to every room
                self._hear(
                    AlertRouted(
                        event_id=f"{_id(it)}/{name}/{path}/{ended_s}", pool="*", by="notifier",
                        at_ms=self._shard.now, person=name, route=path,
                        group=group_of(room, it.labels) if room else (), alert=alert,
                    )
                )  # fmt: skip

    def _look_on(self, until_s: float) -> None:
        """Let the time run; everything due by then happens at its time."""
        state: NotifierState = self._shard.state
        while (due := notifier_core.deadline(state)) is not None and due <= _ms(until_s):
            self._take(self._shard.wait(max(0, due - self._shard.now)))
        self._take(self._shard.wait(max(0, _ms(until_s) - self._shard.now)))

    def _hear(self, event: Event) -> None:
        self._take(self._shard.hear(event))

    def _take(self, facts: list[Event]) -> None:
        for fact in facts:
            if isinstance(fact, NotificationOpened) and fact.group is not None:
                self._said[fact.notification_id] = fact.group.alerts
            if isinstance(fact, AttemptLeased):
                at_s = (fact.at_ms - T0) / 1000
                fails = at_s < self._fails_until_s.get(fact.person, 0.0)
                if not fails:
                    alerts = self._said[fact.notification_id]
                    self.told[fact.person].append(Message(at_s, alerts))
                self._hear(outcome_of(fact, "transient" if fails else "accepted"))

    @staticmethod
    def _rooms(timeline: dict[str, Any]) -> tuple[str, ...]:
        if isinstance(timeline["expect"], dict):
            return tuple(timeline["expect"])
        return ("room",)


def _read(push: dict[str, Any]) -> _Push:
    said = push["alert"]
    labels = said if isinstance(said, dict) else {"alertname": "alert", "name": said}
    return _Push(push["t"], labels, push.get("resolved_at"))


def _id(it: _Push) -> str:
    return "/".join(f"{name}={value}" for name, value in sorted(it.labels.items()))


def _ms(seconds: float) -> int:
    return T0 + round(seconds * 1000)
