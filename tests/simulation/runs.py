"""Many histories, on two processors."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from tests.simulation.planted import planted
from tests.simulation.result import Result, run

PROCESSES = 2
_CHUNK = 5


def run_one(bug: str | None, seed: int) -> Result:
    with planted(bug):
        return run(seed)


def run_many(seeds: Iterable[int], *, bug: str | None = None) -> Iterator[Result]:
    """Results in the order of the seeds. `bug`: planted in every one of them."""
    with _pool() as pool:
        yield from pool.map(partial(run_one, bug), seeds, chunksize=_CHUNK)


def first_found(bug: str, most: int) -> tuple[int, Result] | None:
    """How many seeds it takes until an oracle notices the bug, and the history that shows it."""
    for seed in range(most):
        result = run_one(bug, seed)
        if result.broken:
            return seed + 1, result
    return None


def find_all(bugs: Sequence[str], most: int) -> Iterator[tuple[str, tuple[int, Result] | None]]:
    """`first_found` for each, two at a time."""
    with _pool() as pool:
        yield from zip(bugs, pool.map(partial(first_found, most=most), bugs), strict=True)


def _pool() -> ProcessPoolExecutor:
    # A fresh interpreter each: a fork would take the threads and sockets of other tests along.
    return ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"))
