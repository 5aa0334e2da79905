"""Customers: that their contact arrived, and how long it is likely to wait, honestly."""

import pytest

from services.notifier.adapters.words.phrases import available, phrases_of
from shared.contracts.explanation import WaitEstimate
from shared.contracts.people import Person
from tests.support.ledger import ANA
from tests.support.words import WAIT, customer_notice, longer_wait, told

EVA = Person(id="customer:boston:42", email="eva@example.org")  # no locale is known of her


def wait(p50_s: int, p90_s: int) -> WaitEstimate:
    return WaitEstimate(p50_s=p50_s, p90_s=p90_s, rests_on=("staffing",))


def test_a_receipt_says_the_number_and_the_honest_wait() -> None:
    said = told(customer_notice(language="en"), EVA)
    assert said.subject == "We have received your request (boston:42)"
    assert said.sheet.text().split("\n\n") == [
        "Thank you for contacting us. We have received your request. Its number is boston:42.",
        "From now, the wait is about 5 min; 9 out of 10 people wait at most 12 min.",
        "You keep your place and do not need to contact us again.",
        "This message was sent automatically.\n",
    ]
    assert said.short == (
        "We have received your request boston:42. "
        "The wait is about 5 min; for 9 out of 10 people at most 12 min."
    )


def test_where_nobody_can_tell_the_wait_that_is_said() -> None:
    said = told(customer_notice(language="en", wait=None), EVA)
    assert "At the moment we cannot tell how long the wait will be." in said.sheet.text()
    assert "cannot tell" in said.short
    assert " min" not in said.sheet.text()


def test_a_longer_wait_is_regretted_and_says_both_waits() -> None:
    said = told(longer_wait(language="en"), EVA)
    text = said.sheet.text()
    assert text.startswith("We are sorry: our answer to your request boston:42")
    assert "Before, we had told you about 3 min." in text
    assert "From now, the wait is about 5 min; 9 out of 10 people wait at most 12 min." in text


def test_a_customer_reads_the_language_of_the_contact_whatever_the_row_says() -> None:
    assert told(customer_notice(), ANA).sheet.language == "nl"
    assert told(customer_notice(language="he-IL"), ANA).sheet.direction == "rtl"
    assert told(customer_notice(language="fi"), ANA).sheet.language == "en"


@pytest.mark.parametrize(
    ("p50_s", "about"),
    [
        (0, "1 min"),
        (59, "1 min"),
        (61, "2 min"),
        (3_541, "1 h"),
        (3_600, "1 h"),
        (5_500, "1 h 35 min"),
        (90_000, "1 d 1 h"),
    ],
)
def test_a_wait_is_never_told_shorter_or_finer_than_it_is(p50_s: int, about: str) -> None:
    said = told(customer_notice(language="en", wait=wait(p50_s, 100_000)), EVA)
    assert f"the wait is about {about};" in said.sheet.text()


@pytest.mark.parametrize("language", available())
@pytest.mark.parametrize("known", [WAIT, wait(5_500, 12_600), None])
def test_a_text_message_has_room_for_the_wait(language: str, known: WaitEstimate | None) -> None:
    words = phrases_of(language).customer
    for ask in (customer_notice, longer_wait):
        short = told(ask(language=language, wait=known), EVA).short
        template = words.wait_unknown if known is None else words.wait_short
        assert template.split("{")[0] in short
        assert short.endswith(template.rpartition("}")[2])


@pytest.mark.parametrize("language", available())
def test_nothing_of_the_house_or_of_the_contact_itself_is_told(language: str) -> None:
    for ask in (customer_notice, longer_wait):
        said = told(ask(language=language), EVA)
        for text in (said.subject, said.short, said.sheet.text(), said.sheet.html()):
            for word in ("Switchyard", "It is broken.", "eva@example.org", "Eva", "customer:"):
                assert word not in text
