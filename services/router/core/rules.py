"""Which queue, skills and priority an interaction gets: the first routing rule that matches."""

from collections.abc import Iterator

from services.router.core.languages import fallbacks
from services.router.core.plan import Plan
from shared.contracts.configuration import RoutingRule
from shared.contracts.interactions import InteractionReceived
from shared.contracts.routing import QueueDecision, TransferredIn

Arrival = InteractionReceived | TransferredIn
ATTRIBUTES = "attributes."


def choose_queue(
    plan: Plan, arrival: Arrival, asked: str | None
) -> tuple[str, RoutingRule | None, QueueDecision]:
    """The queue, the rule that chose it if one did, and why.

    A queue that the sender asked for is taken without the rules; the caller has checked that it
    exists. A rule into a queue that does not exist cannot match: `switchyard check` names it.
    """
    if asked is not None:
        return asked, None, QueueDecision(rule="asked", matched={"queue": asked})
    for rule in plan.document.rules:
        matched = _match(rule, arrival)
        if matched is not None and rule.queue in plan.queues:
            return rule.queue, rule, QueueDecision(rule=rule.name, matched=matched)
    return plan.document.default_queue, None, QueueDecision(rule="default")


def _match(rule: RoutingRule, arrival: Arrival) -> dict[str, str] | None:
    matched = {}
    for name, wanted in rule.when.items():
        value = next((it for it in _values(arrival, name) if it in wanted), None)
        if value is None:
            return None
        matched[name] = value
    return matched


def _values(arrival: Arrival, name: str) -> Iterator[str]:
    """What the interaction has under this name; a language also in its shorter forms."""
    if name.startswith(ATTRIBUTES):
        value = arrival.attributes.get(name.removeprefix(ATTRIBUTES))
    elif name == "language":
        yield arrival.language
        yield from fallbacks(arrival.language)
        return
    else:
        value = {
            "channel": arrival.channel,
            "topic": arrival.topic,
            "priority": arrival.priority,
            "customer": arrival.customer,
        }.get(name)
    if value is not None:
        yield value
