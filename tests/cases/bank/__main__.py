"""The figures of docs/bank_month.md: python -m tests.cases.bank, with SWITCHYARD_DATA set."""

import os
from pathlib import Path

from tests.cases.bank.month import FOLDER, Month, read
from tests.cases.bank.order import ask, moments
from tests.cases.bank.replay import Replay

CREDITS_S = (0, 60, 90, 120)
SERVICES = ("PS", "NE", "NW", "IN")


def main() -> None:
    month = read(Path(os.environ["SWITCHYARD_DATA"]) / FOLDER)
    _order(month)
    _replay(month)


def _order(month: Month) -> None:
    credits_ = " | ".join(f"credit {it} s" for it in CREDITS_S)
    print(f"service | moments | {credits_}\n--- | --- | --- | --- | --- | ---")
    for service in SERVICES:
        found = list(moments(month, service))
        scores = [f"{ask(found, service, it).percent:.2f} %" for it in CREDITS_S]
        print(f"{service} | {len(found):,} | {' | '.join(scores)}", flush=True)


def _replay(month: Month) -> None:
    print("\nmonth | abandoned | speed of answer | priority 1 | priority 2")
    print("--- | --- | --- | --- | ---")
    english: set[str | None] = set()
    for credit_s in (90, 0):
        run = Replay(month, credit_s).run()
        every, ordinary, priority = run.waits(), run.waits(1), run.waits(2)
        _row(
            f"the router, credit {credit_s} s",
            every.abandoned_percent,
            (every.answer_s, ordinary.answer_s, priority.answer_s),
        )
        reference = month.truth["reference_replay"][f"credit_{credit_s}"]
        _row(
            f"the reference, credit {credit_s} s",
            100 * reference["abandon"],
            (reference["asa"], reference["asa_p1"], reference["asa_p2"]),
        )
        english |= {run.taken_by.get(it.number) for it in month.calls if it.english}
    real = month.truth["reference_replay"]["real"]
    _row("as it was", 100 * real["abandon"], (real["asa"], real["asa_p1"], real["asa_p2"]))

    names = ", ".join(sorted(it for it in english if it is not None))
    print(f"\nEnglish was spoken by {names}")


def _row(name: str, abandoned_percent: float, answer_s: tuple[float, ...]) -> None:
    times = " | ".join(f"{it:.1f} s" for it in answer_s)
    print(f"{name} | {abandoned_percent:.1f} % | {times}", flush=True)


main()
