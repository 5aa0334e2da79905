"""`python -m tests.simulation SEED` tells one history; `--count N --from S` runs a range."""

import argparse
import sys
import time
from collections import Counter

from tests.simulation.histories import play
from tests.simulation.oracle.judge import judge
from tests.simulation.planted import PLANTED, planted
from tests.simulation.result import Result, result_of
from tests.simulation.runs import run_many
from tests.simulation.summary import lines_of
from tests.simulation.telling import story


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("seed", type=int, nargs="?", default=0, help="the history to tell")
    parser.add_argument("--count", type=int, help="run so many histories, and tell no story")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first seed of them")
    parser.add_argument("--planted", choices=PLANTED, help="with this bug in the product")
    given = parser.parse_args()
    if given.count is not None:
        return _range(given.first, given.count, given.planted)
    return _one(given.seed, given.planted)


def _one(seed: int, bug: str | None) -> int:
    with planted(bug):
        history = play(seed)
        verdicts = judge(history)
    for line in story(history, verdicts):
        print(line)
    result = result_of(history, verdicts)
    print(f"\nHistory {seed}: {_verdict(result)}")
    return bool(result.broken)


def _range(first: int, count: int, bug: str | None) -> int:
    started = time.monotonic()
    results = []
    for result in run_many(range(first, first + count), bug=bug):
        results.append(result)
        if result.broken:
            print(f"seed {result.seed}: {_verdict(result)}")
        if len(results) % 50 == 0 and sys.stderr.isatty():
            print(f"{len(results)} of {count}, {time.monotonic() - started:.0f} s", file=sys.stderr)
    for line in lines_of(results):
        print(line)
    broken = Counter(name for result in results for name in result.broken)
    print(f"broken: {dict(broken) or 'nothing'}")
    return bool(broken)


def _verdict(result: Result) -> str:
    if not result.broken:
        return "every invariant held"
    return "; ".join(f"{name} broken: {told[0]}" for name, told in result.broken.items())


if __name__ == "__main__":
    sys.exit(main())
