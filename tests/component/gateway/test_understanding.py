"""A new contact gets the language and the topic that its text shows, where nobody said them."""

from typing import Any

import pytest

from services.gateway.adapters.doors.bodies import NewInteraction
from services.gateway.adapters.doors.understanding import language_of
from services.gateway.adapters.view.directory import PoolEntry
from services.gateway.settings import GatewaySettings
from shared.contracts.configuration import TopicRule, UnsureLanguage
from tests.component.gateway.house import BOSTON, DETECTOR, configure, open_house, queues_everything

TOPICS = (
    TopicRule(topic="roads", keywords={"en": ("pothole*", "street"), "es": ("bache*",)}),
    TopicRule(topic="snow", keywords={"en": ("snow", "ice", "plough*"), "pt": ("neve",)}),
)
WITH_TOPICS = BOSTON.model_copy(update={"topics": TOPICS})
UNSURE = PoolEntry(BOSTON.model_copy(update={"unsure_language": UnsureLanguage(queue="general")}))
PLAIN = PoolEntry(BOSTON)
SETTINGS = GatewaySettings()


def body(text: str | None, **more: Any) -> NewInteraction:
    return NewInteraction.model_validate(
        {"pool": "boston", "channel": "chat", "personal": {"text": text}} | more
    )


@pytest.mark.parametrize(
    ("text", "topic", "keyword"),
    [
        ("There is snow on the street and more snow", "roads", "street"),
        ("Snow and ICE everywhere on our street", "snow", "snow"),
        ("Hay unos baches enormes delante de mi casa y nadie los repara", "roads", "bache*"),
        ("Os vizinhos nunca limpam a neve e eu não consigo sair de casa", "snow", "neve"),
        ("Nobody picks up the telephone at your office", None, None),
    ],
)
async def test_keywords_of_its_language_give_a_contact_its_topic(
    text: str, topic: str | None, keyword: str | None
) -> None:
    async with open_house(queues_everything, configured=False) as house:
        await configure(house.log, house.documents, WITH_TOPICS)
        await house.read()
        await house.post(
            "/v1/interactions", {"pool": "boston", "channel": "chat", "personal": {"text": text}}
        )
        event = house.commands("interaction_received")[0]

    assert (event.topic, event.topic_keyword) == (topic, keyword)
    assert event.topic_source == ("keywords" if topic else "given")


async def test_a_topic_that_the_sender_gave_stays_whatever_the_text_says() -> None:
    async with open_house(queues_everything, configured=False) as house:
        await configure(house.log, house.documents, WITH_TOPICS)
        await house.read()
        given = {"topic": "taxes", "personal": {"text": "snow and ice on my street today"}}
        await house.post("/v1/interactions", {"pool": "boston", "channel": "chat"} | given)
        event = house.commands("interaction_received")[0]

    assert (event.topic, event.topic_source, event.topic_keyword) == ("taxes", "given", None)


def test_a_pool_with_a_queue_for_unsure_languages_is_told_the_best_guess() -> None:
    tag, source, permille = language_of(body("Hola"), UNSURE, SETTINGS, DETECTOR)

    assert (tag in PLAIN.languages, source) == (True, "detected")
    assert permille < UnsureLanguage(queue="general").below_permille
    assert language_of(body("Hola"), PLAIN, SETTINGS, DETECTOR) == ("en", "default", 0)


@pytest.mark.parametrize("text", ["hi", "ok", "👍 ok"])
def test_a_guess_that_is_worth_nothing_asks_for_no_rare_language(text: str) -> None:
    assert DETECTOR.detect(text, UNSURE.languages)[1] == 0
    assert language_of(body(text), UNSURE, SETTINGS, DETECTOR) == ("en", "detected", 0)


@pytest.mark.parametrize("entry", [PLAIN, UNSURE])
@pytest.mark.parametrize("text", [None, "", "12345 67890 12345 !!!", "Где моя посылка, скажите?"])
def test_without_a_word_in_a_script_of_the_pool_its_default_holds(
    entry: PoolEntry, text: str | None
) -> None:
    assert language_of(body(text), entry, SETTINGS, DETECTOR) == ("en", "default", 0)


def test_a_text_in_a_language_that_the_pool_lacks_is_unsure() -> None:
    text = "Der Schnee vor meiner Einfahrt wurde seit Tagen nicht geräumt."

    assert language_of(body(text), PLAIN, SETTINGS, DETECTOR)[:2] == ("en", "default")
    assert language_of(body(text), UNSURE, SETTINGS, DETECTOR)[2] < 600


def test_a_language_that_was_given_is_not_doubted_and_und_is_detected() -> None:
    text = "Hay un bache enorme delante de mi casa y nadie viene a repararlo"

    given = language_of(body(text, language="he"), PLAIN, SETTINGS, DETECTOR)
    found = language_of(body(text, language="und"), PLAIN, SETTINGS, DETECTOR)

    assert given == ("he", "given", 1000)
    assert found[:2] == ("es", "detected")
