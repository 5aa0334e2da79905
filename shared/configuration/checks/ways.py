"""Where the contacts of a topic can come to."""

from collections.abc import Iterator

from shared.configuration.checks.words_of_rules import could_be
from shared.contracts.configuration import PoolDocument, Queue
from shared.contracts.interactions import SkillNeed


def ways_of(document: PoolDocument, topic: str) -> Iterator[tuple[Queue, tuple[SkillNeed, ...]]]:
    """The queues that a topic's contacts can come to by rules, with what those rules add."""
    queues = {queue.name: queue for queue in document.queues}
    for rule in document.rules:
        if could_be(rule.when.get("topic", ("*",)), topic) and rule.queue in queues:
            yield queues[rule.queue], rule.skills
            if set(rule.when) <= {"topic"}:
                return  # all of this topic go here
    yield queues[document.default_queue], ()
