"""Replaces an attribute of a module or class, and puts the old one back afterwards."""

from collections.abc import Callable, MutableMapping
from contextlib import ExitStack
from typing import Any

Old = Callable[..., Any]


class Spade:
    def __init__(self, garden: ExitStack) -> None:
        self._garden = garden

    def replace(self, owner: Any, name: str, make: Callable[[Old], Old]) -> None:
        """Put `make(old)` in the place of the old function.

        Raises:
            AttributeError: the product has no such thing any more.
        """
        old = getattr(owner, name)
        self._garden.callback(setattr, owner, name, old)
        setattr(owner, name, make(old))

    def replace_in(
        self, table: MutableMapping[Any, Any], key: object, make: Callable[[Old], Old]
    ) -> None:
        """The same in a table of functions. Raises: KeyError."""
        old = table[key]
        self._garden.callback(table.__setitem__, key, old)
        table[key] = make(old)
