"""How bad what a message tells is, and which of several comes first."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from services.notifier.adapters.words.told import Told

T = TypeVar("T")
_RANKS = ("critical", "error", "warning", "info")


def most_severe_first(messages: Iterable[T], of: Callable[[T], Told]) -> list[T]:
    """Of the same severity: in the order in which they came."""
    return sorted(messages, key=lambda message: _RANKS.index(of(message).severity))
