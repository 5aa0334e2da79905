"""Rules that can never match: what they look for, earlier rules take."""

from shared.configuration.checks.words_of_rules import covers, wanted
from shared.configuration.pool_files import RuleEntry
from shared.configuration.shape import Report

When = dict[str, tuple[str, ...]]


def check_shadowed(report: Report, rules: tuple[RuleEntry, ...]) -> None:
    """First match wins, so a rule whose every match earlier ones take is dead."""
    for index, rule in enumerate(rules):
        wider = [it for it in rules[:index] if it.when.keys() <= rule.when.keys()]
        taken = _taken_by(rule.when, wider)
        if taken:
            names = " and ".join(f"`{name}`" for name in taken)
            verb = "matches" if len(taken) == 1 else "match"
            problem = f"rule `{rule.name}` is never reached: {names} {verb} first"
            report.error(("rules", index), problem, "move it up, or remove it")


def _taken_by(when: When, wider: list[RuleEntry]) -> list[str]:
    """Names of earlier rules that together leave nothing: one for all, or one for each word."""
    whole = next((it.name for it in wider if _covered(when, it.when)), None)
    if whole is not None:
        return [whole]
    for field, words in when.items():
        rest = tuple(word for word in words if word not in wanted(words))
        takers = [_taker(when | {field: (word, *rest)}, wider) for word in wanted(words)]
        if len(takers) > 1 and all(takers):
            return list(dict.fromkeys(name for name in takers if name))
    return []


def _taker(when: When, wider: list[RuleEntry]) -> str | None:
    return next((it.name for it in wider if _covered(when, it.when)), None)


def _covered(when: When, by: When) -> bool:
    return all(covers(field, words, when[field]) for field, words in by.items())
