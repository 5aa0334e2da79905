"""Python's garbage collector, told that a shard's state is large, old, and seldom in cycles."""

import gc

# Collections walk over all that is young, now and then over everything; a shard holds hundreds of
# thousands of objects that reference counting frees well. With these numbers the router's step
# takes 55 to 58 us an event instead of 73 to 83 (docs/benchmarks.md).
YOUNG, MIDDLE, OLD = 50_000, 50, 100


def tune_collector() -> None:
    gc.set_threshold(YOUNG, MIDDLE, OLD)


def keep_for_good() -> None:
    """What is here now is never walked over again; call it after a large restore."""
    gc.freeze()
