"""Why one agent came before another, in the units that people use."""

from collections.abc import Callable, Sequence

from shared.contracts.routing import Candidate
from switchyard.cli.sentences.base import duration, spaced

_BEST_LEVEL = 5  # a proficiency is that less the level


def _longer(better: int, worse: int) -> str:
    return f"ready {duration(worse - better)} longer"


def _load(better: int, worse: int) -> str:
    """Loads are tenths of the capacity."""
    return f"load {better * 10} % against {worse * 10} %"


def _proficiency(better: int, worse: int) -> str:
    return f"lowest skill level {_BEST_LEVEL - better} against {_BEST_LEVEL - worse}"


def _language(better: int, worse: int) -> str:
    return f"language {better + 1} of the customer's against language {worse + 1}"


def _flexibility(better: int, worse: int) -> str:
    return f"{better} skills and languages against {worse}"


def _last_offer(_better: int, _worse: int) -> str:
    return "asked longer ago"


_TOLD: dict[str, Callable[[int, int], str]] = {
    "ready_since": _longer,
    "load": _load,
    "proficiency": _proficiency,
    "language": _language,
    "flexibility": _flexibility,
    "last_offer": _last_offer,
    "ready_since_ms": _longer,  # as older facts name them
    "language_position": _language,
}


def deciding(names: Sequence[str], winner: Candidate, other: Candidate) -> str:
    """The first part of the rank in which the two differ: it decided. In brackets, with a space."""
    for name, better, worse in zip(names, winner.rank, other.rank, strict=False):
        if better != worse:
            told = _TOLD.get(name)
            plain = f"{spaced(name)} {better} against {worse}"
            return f" ({told(better, worse) if told else plain})"
    return ""
