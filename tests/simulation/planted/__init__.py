"""Bugs to be planted into the product: each changes one function of a core or of the runner.

A simulation that cannot find these would not find the ones that nobody planted. Each module has
`WHAT`, the bug in words, and `plant`, which replaces something for as long as it is planted.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pkgutil import iter_modules

from tests.simulation.planted.spade import Spade

PLANTED = tuple(sorted(it.name for it in iter_modules(__path__) if it.name != "spade"))


@contextmanager
def planted(bug: str | None) -> Iterator[None]:
    """With this bug in the product, or with none."""
    with ExitStack() as garden:
        if bug is not None:
            import_module(f"{__name__}.{bug}").plant(Spade(garden))
        yield


def what(bug: str) -> str:
    """The bug in words."""
    told: str = import_module(f"{__name__}.{bug}").WHAT
    return told
