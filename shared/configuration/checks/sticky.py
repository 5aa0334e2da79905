"""Preferred agents. Language and skills hold for them, too: else they are waited for in vain."""

from shared.configuration.checks.ladder import last
from shared.configuration.checks.places import Places, quoted
from shared.configuration.checks.staff import Staff
from shared.configuration.checks.words_of_rules import could_be_language
from shared.contracts.configuration import PoolDocument, Queue, RoutingRule

ATTRIBUTE = "attributes."


def check_sticky(document: PoolDocument, staff: Staff, places: Places) -> None:
    queues = {queue.name: queue for queue in document.queues}
    for index, queue in enumerate(document.queues):
        if queue.prefer_last_agent and queue.prefer_s == 0:
            problem = f"queue `{queue.name}` prefers the last agent, and waits no time for him"
            places.warning(("queues", index, "prefer_last_agent"), problem, "add `prefer: 30s`")
        if queue.expires_after_s is not None and queue.prefer_s >= queue.expires_after_s:
            problem = f"queue `{queue.name}` waits for a preferred agent until the contact expires"
            remedy = "make `prefer` shorter than `expires_after`"
            places.warning(("queues", index, "prefer"), problem, remedy)
    for index, rule in enumerate(document.rules):
        if rule.prefer_agent is not None and rule.queue in queues:
            _check_rule(staff, places, index, rule, queues[rule.queue])


def _check_rule(staff: Staff, places: Places, index: int, rule: RoutingRule, queue: Queue) -> None:
    steps = ("rules", index, "prefer_agent")
    agent = rule.prefer_agent or ""
    if queue.prefer_s == 0:
        problem = f"rule `{rule.name}` prefers an agent, and queue `{queue.name}` waits no time"
        places.warning(steps, problem, f"add `prefer: 30s` to queue `{queue.name}`")
    if agent.startswith(ATTRIBUTE):
        return  # whose id it is shows in each contact
    bit = next((1 << i for i, it in enumerate(staff.document.agents) if it.id == agent), 0)
    ask = last(queue, rule.skills)
    words = rule.when.get("language", ())
    tags = [tag for tag in staff.tags if could_be_language(words, tag)]
    barred = [tag for tag in tags if not _serves(staff, bit, tag)]
    if len(barred) == len(tags) > 0 or not bit & staff.skilled(ask.skills) & staff.in_rings(
        ask.rings
    ):
        problem = f"`{agent}` can never serve what rule `{rule.name}` sends"
        remedy = "give him the language, skills and rings, or prefer another: neither is bypassed"
        places.error(steps, problem, remedy)
    elif barred and ("language" in rule.when or staff.document.default_language in barred):
        problem = f"rule `{rule.name}` prefers `{agent}`, who does not speak {quoted(barred)}"
        remedy = "let the rule look at `language`, or prefer another: language is never bypassed"
        places.warning(steps, problem, remedy)


def _serves(staff: Staff, bit: int, tag: str) -> bool:
    return any(
        bit & staff.speaking(channel, tag, max(1, settings.min_language_level))
        for channel, settings in staff.document.channels.items()
    )
