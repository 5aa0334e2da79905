"""The language and the topic of a new contact, where its sender did not say them.

Nothing of the text leaves this place but a language, a number and words of the configuration.
"""

from services.gateway.adapters.doors.bodies import NewInteraction
from services.gateway.adapters.view.directory import PoolEntry
from services.gateway.settings import GatewaySettings
from shared.contracts.words import LanguageSource, TopicSource
from shared.language import Detector

_UNDETERMINED = "und"  # BCP 47 for "somebody else must find out"


def language_of(
    body: NewInteraction, entry: PoolEntry, settings: GatewaySettings, detector: Detector
) -> tuple[str, LanguageSource, int]:
    """(tag, source, confidence in permille). Too short or too unsure: the pool's default.

    A pool with a queue for unsure languages is told the best guess, and what it is worth: the
    router compares the confidence with the pool's own bound. A guess that is worth nothing ("ok")
    is not passed on: language never drops, so it would ask for whoever speaks some rare language.
    """
    if body.language is not None and body.language != _UNDETERMINED:
        return body.language, "given", 1000
    default = entry.document.default_language
    text = "\n".join(part for part in (body.personal.subject, body.personal.text) if part).strip()
    unsure_wanted = entry.document.unsure_language is not None
    if not text or (len(text) < settings.language_min_characters and not unsure_wanted):
        return default, "default", 0
    detected, confidence = detector.detect(text, entry.languages)
    if detected is None:
        return default, "default", 0
    if confidence < settings.language_min_confidence_permille and not unsure_wanted:
        return default, "default", confidence
    if confidence == 0:
        return default, "detected", 0  # as detected, so that the router looks at the confidence
    return detected, "detected", confidence


def topic_of(
    body: NewInteraction, entry: PoolEntry, language: str
) -> tuple[str | None, TopicSource, str | None]:
    """(topic, source, the configured keyword that showed it)."""
    if body.topic is not None:
        return body.topic, "given", None
    found = entry.topics.find(language, body.personal.subject, body.personal.text)
    return (None, "given", None) if found is None else (found.topic, "keywords", found.keyword)
