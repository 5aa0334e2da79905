"""Keywords show the topic of a text: whole words of its language, the topic with most of them."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.configuration import TopicRule
from shared.topics import Found, TopicFinder


def finder(**topics: tuple[str, ...]) -> TopicFinder:
    """Topics with English keywords."""
    return TopicFinder(
        [TopicRule(topic=name, keywords={"en": words}) for name, words in topics.items()]
    )


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("invoice", "Where is my INVOICE?"),
        ("invoice*", "two invoices, please"),
        ("invoice*", "the invoice"),
        ("credit card", "my Credit-Card is lost"),
        ("cancel* order*", "I am cancelling orders today"),
        ("e-mail", "no E mail came"),
        ("facture réglée", "FACTURE REGLEE hier"),
        ("Straße", "in meiner STRASSE"),
        ("şifre", "sifre unuttum"),
        ("złoty", "sto zloty"),
        ("חשבונית", "חֶשְׁבּוֹנִית שגויה"),
        ("فاتورة", "أين فَاتُورَة الشهر"),
        ("счёт", "мой счет"),
        ("退款", "我要退款谢谢"),
        ("बिल", "मेरा बिल गलत है"),
        ("ธนาคาร", "บัญชีธนาคารของฉัน"),
        ("tax", "*tax*"),
    ],
)
def test_a_keyword_is_found_however_it_is_written(keyword: str, text: str) -> None:
    assert finder(topic=(keyword,)).find("en", text) == Found("topic", keyword)


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("invoice", "invoices"),
        ("tax", "syntax error in a taxi"),
        ("credit card", "card credit; credit for a card"),
        ("credit card", "only credit"),
        ("*", "anything"),
        ("!!!", "help!!!"),
        ("गर", "गरीब"),
        ("tax", ""),
    ],
)
def test_a_part_of_a_word_or_another_order_is_no_hit(keyword: str, text: str) -> None:
    assert finder(topic=(keyword,)).find("en", text) is None


def test_the_topic_with_the_most_different_keywords_wins_and_of_two_the_first() -> None:
    topics = finder(first=("snow", "ice"), second=("plough", "street", "snow"), third=("ice",))

    assert topics.find("en", "snow snow snow ice, street not plough") == Found("second", "plough")
    assert topics.find("en", "ice and snow: plough the street") == Found("second", "plough")
    assert topics.find("en", "ice and snow") == Found("first", "snow")
    assert topics.find("en", "ice") == Found("first", "ice")


def test_subject_and_text_count_together_but_no_keyword_reaches_across() -> None:
    topics = finder(billing=("invoice", "wrong"), other=("late", "card stolen"))

    assert topics.find("en", "Invoice", "it is wrong, and late") == Found("billing", "invoice")
    assert topics.find("en", "lost card", "stolen bag") is None
    assert topics.find("en", None, None) is None


def test_a_language_has_the_keywords_of_what_it_falls_back_to_and_of_nothing_else() -> None:
    topics = TopicFinder(
        [
            TopicRule(
                topic="bill", keywords={"pt": ("fatura",), "pt-BR": ("boleto",), "es": ("cuenta",)}
            )
        ]
    )

    assert topics.find("pt-BR", "a fatura") == Found("bill", "fatura")
    assert topics.find("pt-BR", "a fatura, o boleto") == Found("bill", "boleto")
    assert topics.find("pt-PT", "o boleto") is None
    assert topics.find("pt", "la cuenta") is None
    assert topics.find("he", "fatura") is None


LETTERS = st.text(alphabet="ab", min_size=1, max_size=3)
WORDS = st.builds(lambda word, star: word + star, LETTERS, st.sampled_from(["", "*"]))
PHRASES = st.lists(WORDS, min_size=1, max_size=2).map(" ".join)


def there(keyword: str, words: list[str]) -> bool:
    """The plain rule: some place of the text at which every word of the keyword fits."""
    asked = keyword.split()
    return any(
        all(
            word.startswith(part[:-1]) if part.endswith("*") else word == part
            for part, word in zip(asked, words[at:], strict=False)
        )
        for at in range(len(words) - len(asked) + 1)
    )


@given(
    st.lists(st.lists(PHRASES, max_size=4, unique=True), max_size=4),
    st.lists(LETTERS, max_size=12),
)
def test_the_index_finds_what_a_plain_search_finds(
    rules: list[list[str]], words: list[str]
) -> None:
    topics = TopicFinder(
        [
            TopicRule(topic=str(number), keywords={"en": tuple(keywords)})
            for number, keywords in enumerate(rules)
        ]
    )
    hits = [[keyword for keyword in keywords if there(keyword, words)] for keywords in rules]
    most = max(map(len, hits), default=0)
    first = next((number for number, found in enumerate(hits) if len(found) == most), 0)

    expected = Found(str(first), hits[first][0]) if most else None
    assert topics.find("en", " ".join(words)) == expected


def test_two_hundred_topics_of_fifty_words_cost_a_text_no_more_than_a_millisecond() -> None:
    topics = finder(
        **{f"t{n}": tuple(f"w{n}x{k}{'*' * (k % 5 == 0)}" for k in range(50)) for n in range(200)}
    )
    text = "please look at w77x5 and w77x6, the bill of w12x1 came twice and nobody answers " * 5
    found = topics.find("en", text)
    started = process_time()
    for _ in range(100):
        topics.find("en", text)

    assert found == Found("t77", "w77x5*")
    assert (process_time() - started) / 100 <= 0.001


def test_a_huge_text_is_bounded() -> None:
    topics = finder(one=("needle", "hay*"))
    started = process_time()
    found = topics.find("en", "hay " * 2_000 + "needle " * 200_000)

    assert found == Found("one", "hay*")
    assert process_time() - started <= 0.1
