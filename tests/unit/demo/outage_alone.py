"""The planned outage by itself: calls become texts, and whoever takes texts does nothing else."""

import heapq
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from switchyard.demo.agents import BY_TEXT
from switchyard.demo.day import Contact, Plan
from switchyard.demo.shifts import stints
from switchyard.demo.staff import CHANNELS, Colleague
from switchyard.demo.topics import queue_of

# Later than planned: some looks until it is failed over. Its end comes no sooner than planned.
FOUND_OUT_MS = 6 * 60_000


@dataclass(slots=True)
class Alone:
    plan: Plan
    people: Sequence[Colleague]
    moved: int = 0
    parked: int = 0
    queue: list[Contact] = field(default_factory=list)
    busy: Counter[str] = field(default_factory=Counter)
    ends: list[tuple[int, str]] = field(default_factory=list)
    _able: dict[tuple[str, str, str], list[Colleague]] = field(default_factory=dict)

    @property
    def waiting(self) -> int:
        return len(self.queue)

    def come(self, contact: Contact) -> None:
        self._finish(contact.at_ms)
        if "sms" not in contact.reachable_by:
            self.parked += 1
            return
        self.moved += 1
        self.queue.append(contact)
        self._serve(contact.at_ms)

    def _finish(self, until_ms: int) -> None:
        while self.ends and self.ends[0][0] <= until_ms:
            at_ms, agent = heapq.heappop(self.ends)
            self.busy[agent] -= 1
            self._serve(at_ms)

    def _serve(self, at_ms: int) -> None:
        for contact in list(self.queue):
            agent = next((it for it in self._of(contact) if self._is_free(it, at_ms)), None)
            if agent is not None:
                self.busy[agent.id] += 1
                self.queue.remove(contact)
                ends_ms = at_ms + int(contact.handle_s * BY_TEXT * 1000)
                heapq.heappush(self.ends, (ends_ms, agent.id))

    def _of(self, contact: Contact) -> list[Colleague]:
        """Who may serve it by text, at any time."""
        queue = queue_of(contact.pool, contact.topic)
        kind = contact.pool, queue, contact.language
        if kind not in self._able:
            self._able[kind] = [
                agent
                for agent in self.people
                if agent.pool == contact.pool
                and "sms" in CHANNELS[agent.desk]
                and agent.skills.get(queue, 0) >= 2
                and agent.languages.get(contact.language, (0, 0))[1] >= 2
            ]
        return self._able[kind]

    def _is_free(self, agent: Colleague, at_ms: int) -> bool:
        room = CHANNELS[agent.desk]["sms"] - self.busy[agent.id]
        return room > 0 and self._present(agent, at_ms)

    def _present(self, agent: Colleague, at_ms: int) -> bool:
        since = at_ms - self.plan.starts_ms
        return any(
            stint.starts_ms <= since < stint.ends_ms
            and not any(begins <= since < ends for begins, ends in stint.breaks)
            for stint in stints(agent.shift, agent.number)
        )


def played_alone(plan: Plan, people: Sequence[Colleague]) -> Alone:
    """How many calls were moved and parked by the planned end, and how many still wait then."""
    alone, outage = Alone(plan, people), plan.outage
    for contact in plan.contacts:
        found_out_ms = outage.starts_ms + FOUND_OUT_MS
        if contact.channel == "voice" and found_out_ms <= contact.at_ms < outage.ends_ms:
            alone.come(contact)
    return alone
