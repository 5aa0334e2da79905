"""What rules look at: fields that a contact has, and words that can stand there."""

from shared.configuration.checks.words_of_rules import is_plain, problem_of
from shared.configuration.findings import suggest
from shared.configuration.languages import canonical_tag
from shared.configuration.pool_files import PoolFile, RuleEntry
from shared.configuration.shape import Report, Steps
from shared.contracts.words import CHANNELS

_FIELDS = (
    "channel", "topic", "topic_source", "topic_keyword", "language", "other_languages",
    "language_source", "language_confidence_permille", "priority", "customer", "skills",
    "reachable_by", "preferred_agent", "queue",
)  # fmt: skip
_SOURCES = ("given", "detected", "default")
_TOPIC_SOURCES = ("given", "keywords")


def check_when(report: Report, steps: Steps, rule: RuleEntry, pool: PoolFile) -> None:
    for name, words in rule.when.items():
        if name not in _FIELDS and not name.startswith("attributes."):
            remedy = suggest(name, [*_FIELDS, "attributes.<name>"])
            problem = f"a rule cannot look at `{name}`"
            report.error((*steps, name), problem, remedy, on_key=True)
        for number, word in enumerate(words):
            at = (*steps, name, number)
            if problem_ := problem_of(word):
                report.error(at, problem_, "write a word, word*, !word, >=5, *, or !*")
            elif is_plain(plain := word.removeprefix("!")):
                _check_word(report, at, name, plain, pool)


def _check_word(report: Report, at: Steps, name: str, word: str, pool: PoolFile) -> None:
    match name:
        case "channel" | "reachable_by":
            _check_channel(report, at, word, pool)
        case "priority":
            report.known(at, "priority", word, [it.name for it in pool.priorities])
        case "queue":
            report.known(at, "queue", word, [it.name for it in pool.queues])
        case "skills":
            report.known(at, "skill", word, pool.skills)
        case "language_source":
            report.known(at, "source", word, _SOURCES)
        case "topic_source":
            report.known(at, "source", word, _TOPIC_SOURCES)
        case "language" | "other_languages" if canonical_tag(word) != word:
            tag = canonical_tag(word)
            remedy = f"write `{tag}`" if tag else "write a BCP 47 tag such as en or pt-BR"
            report.error(at, f"`{word}` is not a language tag", remedy)
        case _:
            pass  # topics, customers, agents and attributes are the sender's words


def _check_channel(report: Report, at: Steps, word: str, pool: PoolFile) -> None:
    report.known(at, "channel", word, CHANNELS)
    if word in CHANNELS and word not in pool.channels:
        problem = f"the pool has no channel `{word}`"
        report.error(at, problem, suggest(word, pool.channels))
