"""Queues whose contacts may wait without a bound: only what can be proved from the document.

By age a contact is overtaken only by those of the head start's window, so its wait has a bound.
There is none beside an emergency class that takes too much, nor for contacts that expire before a
head start has passed. Where the cost of delay decides, what has no promise comes nearly last.
"""

from collections.abc import Iterator

from shared.configuration.checks.ladder import last
from shared.configuration.checks.places import Places
from shared.configuration.checks.staff import Staff
from shared.configuration.checks.words_of_rules import names_something
from shared.configuration.durations import told_s
from shared.contracts.configuration import PoolDocument, PriorityClass, Queue, RoutingRule

_NARROW = ("topic", "customer", "skills", "queue", "preferred_agent", "priority")


def check_starvation(document: PoolDocument, staff: Staff, places: Places) -> None:
    _check_emergency(document, places)
    if document.order == "cost_of_delay":
        _check_costs(document, places)
    _check_head_starts(document, staff, places)


def _check_emergency(document: PoolDocument, places: Places) -> None:
    classes = [it for it in document.priorities if it.emergency]
    for index, priority in enumerate(document.priorities):
        at = ("priorities", index)
        if not priority.emergency:
            continue
        if priority is not classes[0]:
            problem = f"`{priority.name}` is a second emergency class, beside `{classes[0].name}`"
            remedy = "keep one; give the other a `head_start`, which has a bound"
            places.error(at, problem, remedy)
        if index == 0:
            problem = f"the emergency class `{priority.name}` is the default: all others can starve"
            places.error(at, problem, "put another class first")
        if priority.head_start_s:
            problem = f"the head start of the emergency class `{priority.name}` has no effect"
            places.warning((*at, "head_start"), problem, "remove it: emergencies come before all")
    names = {it.name for it in classes}
    for index, rule in enumerate(document.rules):
        if rule.priority in names and _is_broad(rule):
            problem = f"rule `{rule.name}` makes emergencies of too much: all others can starve"
            remedy = "let it look at a topic, customer or attribute, or give a class with a bound"
            places.warning(("rules", index, "priority"), problem, remedy)


def _is_broad(rule: RoutingRule) -> bool:
    """True where it names neither what the contact is about nor whose it is."""
    return not any(
        names_something(words)
        for name, words in rule.when.items()
        if name in _NARROW or name.startswith("attributes.")
    )


def _check_costs(document: PoolDocument, places: Places) -> None:
    promised = {
        policy.name
        for policy in document.sla_policies
        if any(target.metric == "first_reply" for target in policy.targets)
    }
    for index, queue in enumerate(document.queues):
        if (queue.sla_policy or document.default_sla_policy) not in promised:
            problem = f"queue `{queue.name}` promises no first reply, so all others go before it"
            remedy = "give it an `sla_policy` with a first reply, or order the pool by age"
            places.warning(("queues", index), problem, remedy)


def _check_head_starts(document: PoolDocument, staff: Staff, places: Places) -> None:
    """All who serve the queue also serve another, whose contacts go first until these expire."""
    serving = {queue.name: staff.serving_any(last(queue)) for queue in document.queues}
    for index, queue in enumerate(document.queues):
        if queue.expires_after_s is None or not serving[queue.name]:
            continue
        for other, priority in _urgent_ways(document, queue):
            if serving[queue.name] & ~serving[other.name] == 0:
                problem = (
                    f"queue `{queue.name}` can starve: all its agents also serve `{other.name}`, "
                    f"whose `{priority.name}` go first for {told_s(priority.head_start_s)}"
                )
                remedy = "make `expires_after` longer than the head start, or the head start less"
                places.warning(("queues", index, "expires_after"), problem, remedy)
                break


def _urgent_ways(document: PoolDocument, queue: Queue) -> Iterator[tuple[Queue, PriorityClass]]:
    """Other queues that a rule fills with a class whose head start outlasts this one's contacts."""
    queues = {it.name: it for it in document.queues}
    classes = {it.name: it for it in document.priorities}
    least = document.priorities[0].head_start_s
    for rule in document.rules:
        priority = classes.get(rule.priority or "")
        if priority is None or rule.queue == queue.name or rule.queue not in queues:
            continue
        if priority.head_start_s - least >= (queue.expires_after_s or 0):
            yield queues[rule.queue], priority
