"""How often each fault happened and each invariant was put to the test, for the closing lines."""

from collections import Counter
from collections.abc import Iterable, Sequence

from tests.simulation.result import Result

_WIDTH = 98


def lines_of(results: Sequence[Result]) -> list[str]:
    """Counts over all histories; for each fault also in how many of them it happened."""
    faults: Counter[str] = Counter()
    histories: Counter[str] = Counter()
    invariants: Counter[str] = Counter()
    noticed: Counter[str] = Counter()
    behaviour: Counter[str] = Counter()
    for result in results:
        faults += result.faults
        histories.update(result.faults.keys())
        invariants += result.exercised
        noticed += result.noticed
        behaviour += result.behaviour
    total = sum(it.interactions for it in results)
    broken = sum(bool(it.broken) for it in results)
    headline = (
        f"{len(results)} histories, {total} interactions, {faults.total()} faults of "
        f"{len(faults)} kinds; {broken} broken"
    )
    return [
        headline,
        *_wrapped(
            "faults (times, in histories)",
            (f"{kind} {faults[kind]} in {histories[kind]}" for kind in sorted(faults)),
        ),
        *_wrapped("invariants (times)", (f"{it} {n}" for it, n in sorted(invariants.items()))),
        *_wrapped("behaviour (times)", (f"{it} {n}" for it, n in sorted(behaviour.items()))),
        *_wrapped("noticed (times)", (f"{it} {n}" for it, n in sorted(noticed.items()))),
    ]


def _wrapped(title: str, items: Iterable[str]) -> list[str]:
    lines, line = [], f"{title}:"
    for item in items:
        if len(line) + len(item) + 2 > _WIDTH:
            lines.append(line)
            line = "   "
        line += f" {item};"
    return [*lines, line.rstrip(";")]
