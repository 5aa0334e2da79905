"""The section `Telling` of the report: as text, and as plain data."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from switchyard.report.numbers import Share, duration
from switchyard.report.receipts import Receipts
from switchyard.report.telling import SORTS, Telling


def telling_lines(telling: Telling) -> list[str]:
    """At most four lines; what did not happen is left out."""
    if not telling.ends:
        return ["Telling: nothing"]
    return [_head(telling), *_rooms(telling), *_customers(telling)]


def _head(telling: Telling) -> str:
    pages = f"{telling.told('pages')} of {telling.asked('pages')} pages told"
    second = f", {telling.second_way} by a second way too" if telling.second_way else ""
    notices = f"{telling.told('notices')} of {telling.asked('notices')} notices"
    return f"Telling: {pages}{second}; {notices}; {telling.undelivered} undelivered"


def _rooms(telling: Telling) -> Iterator[str]:
    found = []
    if telling.asked("rooms"):
        messages = _counted(telling.told("rooms"), "message")
        found.append(f"{messages} about {_counted(telling.alerts, 'alert')} to rooms")
    if telling.held.get("quiet_hours"):
        found.append(f"{telling.held['quiet_hours']} held in quiet hours")
    if telling.digests:
        found.append(f"{telling.in_digests} told in {_counted(telling.digests, 'digest')}")
    if found:
        yield f"  {'; '.join(found)}"


def _customers(telling: Telling) -> Iterator[str]:
    receipts = telling.receipts
    if not telling.asked("customers"):
        return
    told = f"{_counted(receipts.told, 'customer')}, {receipts.with_wait} with a wait"
    yield f"  receipts told to {told}; {receipts.longer} heard that it takes longer"
    if receipts.with_wait:
        yield f"  {_honest(receipts)}"


def _honest(receipts: Receipts) -> str:
    usual, most = duration(receipts.told_usual_ms), duration(receipts.told_most_ms)
    came = f"{duration(receipts.came_p50_ms)} p50, {duration(receipts.came_p90_ms)} p90"
    return (
        f"wait told {usual} usual, {most} most; came true {came}; "
        f"within usual {_percent(receipts.within_usual)}, most {_percent(receipts.within_most)}"
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _percent(share: Share) -> str:
    return "-" if share.percent is None else f"{share.percent:.0f}%"


def telling_data(telling: Telling) -> dict[str, Any]:
    """Each sort of message with `asked`, `told`, `undelivered` and how all of them ended."""
    return {
        **{
            sort: {
                "asked": telling.asked(sort),
                "told": telling.told(sort),
                "undelivered": telling.in_vain(sort),
                "ends": telling.ends.get(sort, {}),
            }
            for sort in SORTS
        },
        "undelivered": telling.undelivered,
        "pages_by_a_second_way": telling.second_way,
        "alerts_told_to_rooms": telling.alerts,
        "held": telling.held,
        "digests": telling.digests,
        "told_in_digests": telling.in_digests,
        "possible_repeats": telling.possible_repeats,
        "receipts": asdict(telling.receipts),
    }
