"""Topics: their words are in languages of the pool, and none of them is without effect."""

from shared.configuration.checks.places import Places
from shared.configuration.checks.staff import Staff
from shared.configuration.languages import fallbacks
from shared.contracts.configuration import PoolDocument, TopicRule


def check_topics(document: PoolDocument, staff: Staff, places: Places) -> None:
    first: dict[tuple[str, str], str] = {}  # language and word to the topic that has it first
    for index, topic in enumerate(document.topics):
        if not topic.keywords and not topic.skills:
            problem = f"topic `{topic.topic}` has neither keywords nor skills, and does nothing"
            places.warning(("topics", index), problem, "give it one of them, or remove it")
        if document.agents:
            _check_spoken(staff, places, index, topic)
        _check_words(first, places, index, topic)


def _check_spoken(staff: Staff, places: Places, index: int, topic: TopicRule) -> None:
    """A text is in a language that the pool speaks, so words of others are never looked for."""
    spoken = {form for _, tag in staff.spoken for form in fallbacks(tag)}
    spoken |= set(fallbacks(staff.document.default_language))
    for tag in topic.keywords:
        if spoken.isdisjoint(fallbacks(tag)):
            problem = f"topic `{topic.topic}` has keywords in `{tag}`, which no agent speaks"
            remedy = "add an agent who does, or remove them"
            places.warning(("topics", index, "keywords", tag), problem, remedy)


def _check_words(
    first: dict[tuple[str, str], str], places: Places, index: int, topic: TopicRule
) -> None:
    for tag, words in topic.keywords.items():
        for number, word in enumerate(words):
            known = first.setdefault((tag, word.casefold()), topic.topic)
            steps = ("topics", index, "keywords", tag, number)
            if not word.strip(" *"):
                places.error(steps, f"`{word}` is no word", "write a word, or word*")
            elif known != topic.topic:
                problem = f"`{word}` is a keyword of topic `{known}`, too, and tells neither apart"
                places.warning(steps, problem, "keep it in one of the two")
