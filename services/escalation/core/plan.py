"""A pool's document made ready for look-ups: targets by queue, calendars as open hours."""

from shared.contracts.configuration import EscalationPolicy, PoolDocument, SlaPolicy, SlaTarget
from shared.contracts.routing import InteractionQueued
from shared.contracts.words import Metric
from shared.hours.open_hours import OpenHours

METRICS: tuple[Metric, ...] = ("first_reply", "resolution")


class Plan:
    """Derived from one immutable document; the open hours in it fill as they are asked."""

    def __init__(self, document: PoolDocument) -> None:
        policies = {policy.name: policy for policy in document.sla_policies}
        self.dedupe_horizon_ms = document.dedupe_horizon_s * 1000
        self.hours = {calendar.name: OpenHours(calendar) for calendar in document.calendars}
        self.escalation_policies = {it.name: it for it in document.escalation_policies}
        self._default = policies.get(document.default_sla_policy or "")
        self._by_queue: dict[str, SlaPolicy | None] = {
            queue.name: policies.get(queue.sla_policy) if queue.sla_policy else self._default
            for queue in document.queues
        }

    def targets(self, event: InteractionQueued) -> list[tuple[str, SlaTarget]]:
        """(policy, target) per metric that has a promise: the first target that fits."""
        policy = self._by_queue.get(event.queue, self._default)
        if policy is None:
            return []
        found = []
        for metric in METRICS:
            for target in policy.targets:
                if target.metric == metric and _fits(target, event):
                    found.append((policy.name, target))
                    break
        return found

    def any_escalation_policy(self) -> EscalationPolicy | None:
        return next(iter(self.escalation_policies.values()), None)


def _fits(target: SlaTarget, event: InteractionQueued) -> bool:
    return (
        (not target.channels or event.channel in target.channels)
        and (not target.topics or event.topic in target.topics)
        and (not target.priorities or event.priority in target.priorities)
    )
