"""The checks of routing where queues and agents use everything that the configuration has."""

from typing import Any

import pytest

from shared.contracts.configuration import LanguageLevel, canonical, hash_of
from shared.contracts.event import Event
from shared.contracts.interactions import SkillNeed
from shared.contracts.routing import Step
from shared.contracts.topics import CONFIG, POOL_LOG
from shared.log import LogRecord
from switchyard.report.as_json import as_json
from switchyard.report.build import Topics, build_report
from switchyard.report.conserved import sum_of
from switchyard.report.morning import Report, actions, render
from switchyard.report.work import growth_faults
from tests.unit.report.full_log import (
    DOCUMENT,
    FIRST,
    NEXT,
    NEXT_HASH,
    SECOND,
    assigned,
    by_hand,
    changed,
    checker_of,
    closed,
    config_taken,
    ended,
    idled,
    log_of,
    offered,
    parked,
    queued,
    ready,
    released,
    requeued,
    routing,
    verdict_of,
    widened,
    withheld,
    woken,
    wrote,
)
from tests.unit.report.small_log import POOL, T0

Turns = tuple[tuple[Event, ...], ...]
IN_CROWD: dict[str, Any] = {"queue": "crowd"}
TWO = (queued("x", **IN_CROWD), offered("x", **IN_CROWD), offered("x", "ivo", 2, **IN_CROWD))
WON = (assigned("x", "ivo", 2), ended("x"))


def state(name: str, *turns: tuple[Event, ...]) -> str:
    return verdict_of(name, *turns).state


def evidence(name: str, *turns: tuple[Event, ...]) -> str:
    found = verdict_of(name, *turns)
    assert (found.state, found.violations) == ("broken", 1), found
    return found.evidence[0].removeprefix(f"{POOL}:")


def test_r2_several_may_be_asked_at_once_where_the_queue_says_so_and_one_wins() -> None:
    assert state("R2", TWO, WON) == "held"
    assert state("R2", TWO, WON[::-1]) == "held", "whichever is told first"
    assert state("R1", TWO, WON) == "held"


def test_r2_of_several_that_were_asked_one_may_decline_and_another_take_it() -> None:
    declined = (ended("x", end="declined"),)
    assert [state(name, TWO, declined, (assigned("x", "ivo", 2),)) for name in ("R1", "R2")] == [
        "held",
        "held",
    ]


@pytest.mark.parametrize(
    ("turns", "told"),
    [
        ((TWO, (assigned("x", "ivo", 2),)), "x:1: still live after north:x:2 won"),
        (
            (TWO, (assigned("x", "ivo", 2),), (ended("x", end="withdrawn"),)),
            "x:1: still live after north:x:2 won",
        ),
        ((TWO, (ended("x"),)), "x:1: superseded, and no other won"),
        ((TWO, (requeued("x"),)), "x: waits again while north:x:1 is live"),
        ((TWO, (offered("x", attempt=3, **IN_CROWD),)), "x:3: ana is asked twice at once"),
        (
            ((queued("x"), offered("x"), offered("x", "ivo", 2)),),
            "x:2: made while north:x:1 was live",
        ),
        (((queued("x"), assigned("x")),), "x:1: assigned, but it was not the live offer"),
    ],
)
def test_r2_is_broken(turns: Turns, told: str) -> None:
    assert evidence("R2", *turns) == told


def test_r2_no_more_are_asked_than_the_queue_says() -> None:
    many = [offered("x", f"a{number}", number, **IN_CROWD) for number in range(1, 5)]
    assert evidence("R2", (queued("x"), *many)).startswith("x:4: made while ")


def test_who_was_given_it_by_hand_needs_no_offer_and_it_is_reported() -> None:
    given = assigned("x", by_hand="supervisor:lead", overdrawn=True)
    assert state("R1", (queued("x"),), (given,)) == "held"
    turns: Turns = (
        (queued("x"), offered("x")),
        (ended("x", end="withdrawn"), requeued("x"), given),
    )
    assert verdict_of("R2", *turns).reported == (("assigned by hand", 1),)
    assert verdict_of("R3", *turns).reported == (("given by hand beyond capacity", 1),)
    assert {state(name, *turns) for name in ("R1", "R2", "R3")} == {"held"}


def chats(count: int) -> tuple[Event, ...]:
    """So many chats that ana has; each takes 40 of her 100 units."""
    return tuple(
        fact
        for number in range(count)
        for fact in (queued(f"c{number}"), offered(f"c{number}"), assigned(f"c{number}"))
    )


def one_more(name: str = "z", channel: str = "chat") -> tuple[Event, ...]:
    return (queued(name, channel=channel), offered(name, channel=channel))


def test_r3_what_is_idle_takes_no_units_until_it_wakes() -> None:
    assert state("R3", chats(2)) == "held"
    assert evidence("R3", chats(2), one_more()) == "z:1: ana holds 120 of 100 units"
    assert state("R3", chats(2), (idled("c0"),), one_more()) == "held"
    awake = (wrote("c0"), woken("c0"))
    assert state("R3", chats(2), (idled("c0"),), awake, one_more()) == "broken"


def test_r3_what_wakes_may_be_beyond_capacity_within_the_overdraft_and_is_reported() -> None:
    full: Turns = (chats(2), (idled("c0"),), one_more())
    found = verdict_of("R3", *full, (wrote("c0"), woken("c0", overdrawn=True)))
    assert (found.state, found.reported) == ("held", (("woken beyond capacity", 1),))
    assert "not told as overdrawn" in evidence("R3", *full, (wrote("c0"), woken("c0")))


def test_r3_nothing_wakes_by_its_customer_beyond_the_overdraft() -> None:
    full: Turns = (chats(2), (idled("c0"), idled("c1")), one_more(), one_more("y"))
    first = (wrote("c0"), woken("c0", overdrawn=True))
    second = woken("c1", overdrawn=True)
    assert "40 of overdraft" in evidence("R3", *full, first, (wrote("c1"), second))
    # but an agent who writes by himself has it again in any case
    assert state("R3", *full, first, (wrote("c1", "out"), second)) == "held"


def test_r3_urgent_work_may_come_on_top_of_what_may_be_interrupted_and_not_the_reverse() -> None:
    mails = (*one_more("m1", "email"), *one_more("m2", "email"))
    assert state("R3", mails, one_more("v", "voice")) == "held"
    assert evidence("R3", mails, one_more("m3", "email")) == "m3:1: ana holds 150 of 100 units"
    assert evidence("R3", one_more("v", "voice"), one_more("m1", "email")) == (
        "m1:1: ana holds 150 of 100 units"
    )


def test_r3_work_after_an_interaction_takes_its_units_until_it_is_released() -> None:
    done = (closed("c0", wrap_up=True),)
    assert state("R3", chats(2), done, one_more()) == "broken"
    assert state("R3", chats(2), done, (released("c0"),), one_more()) == "held"
    assert state("R3", chats(2), (closed("c0", wrap_up=False),), one_more()) == "held"


STEPS: dict[str, Any] = {"steps": [FIRST, SECOND]}
FOR_ALL = (queued("x", **STEPS),)
LATER = T0 + 60_000


def test_r4_each_step_opens_it_to_those_whom_it_names_and_to_nobody_before() -> None:
    assert state("R4", FOR_ALL, (offered("x"),)) == "held"
    assert "has snow at 0" in evidence("R4", FOR_ALL, (offered("x", "ben"),))
    second = (widened("x", 1, LATER),)
    for agent, tag in (("ben", "en"), ("ivo", "@interpreter")):
        offer = offered("x", agent, at_ms=LATER, language_tag=tag)
        assert state("R4", FOR_ALL, second, (offer,)) == "held"
        assert state("R4", FOR_ALL, (offer,)) == "broken"


def test_r4_a_ring_that_is_not_open_and_a_language_that_is_not_good_enough_bar() -> None:
    assert "ring is not open" in evidence("R4", (queued("x"), offered("x", "ben")))
    assert "has en at 3, 4 is needed" in evidence(
        "R4", (queued("x", language_level=4), offered("x"))
    )
    assert "none of the customer's" in evidence(
        "R4", (queued("x"), offered("x", language_tag="@interpreter"))
    )


def test_r4_a_step_begins_not_before_its_time_and_never_goes_back() -> None:
    early = (widened("x", 1, LATER - 1),)
    assert evidence("R4", FOR_ALL, early).endswith("1 ms before its time")
    skipped = (widened("x", 1, T0, why="nobody_there"),)
    assert state("R4", FOR_ALL, skipped, (offered("x", "ben"),)) == "held"
    back = (widened("x", 0, LATER),)
    assert evidence("R4", FOR_ALL, skipped, back).endswith("from step 1 to step 0")


@pytest.mark.parametrize(
    ("later", "told"),
    [
        ({"languages": ("ro",)}, "drops a language"),
        ({"language_level": 5}, "asks for a better language"),
        ({"skills": (SkillNeed(skill="ice"),)}, "asks for more skill"),
        ({"after_s": 0}, "begins before"),
    ],
)
def test_r4_a_step_that_asks_for_more_than_the_one_before_is_found(
    later: dict[str, object], told: str
) -> None:
    first = FIRST.model_copy(update={"after_s": 30})
    steps = (first, first.model_copy(update={"after_s": 60, **later}))
    (fault,) = growth_faults(steps)
    assert told in fault
    assert "step 1 closes a ring" in list(growth_faults((SECOND, Step(after_s=90, languages=()))))
    assert state("R4", (queued("x", steps=steps),)) == "broken"


def test_r4_a_change_counts_at_once_and_keeps_the_step_where_the_steps_are_the_same() -> None:
    german = (changed("x", routing(language="de")),)
    assert state("R4", (queued("x"),), german, (offered("x", "ivo", language_tag="de"),)) == "held"
    assert state("R4", (queued("x"),), german, (offered("x"),)) == "broken"
    second, as_before = (widened("x", 1, LATER),), changed("x", routing(**STEPS), LATER)
    offer = (offered("x", "ben", at_ms=LATER),)
    assert state("R4", FOR_ALL, second, (as_before,), offer) == "held"
    anew = requeued("x", LATER, reason="transferred", routing=routing(LATER, **STEPS))
    assert state("R4", FOR_ALL, second, (anew,), offer) == "broken"


def test_r4_a_preferred_agent_is_the_only_one_asked_until_he_is_let_go_or_his_time_is_over() -> (
    None
):
    preference: dict[str, Any] = {"preference": {"agent_id": "ivo", "until_ms": T0 + 20_000}}
    waits = (queued("x", **preference),)
    assert "ivo is preferred" in evidence("R4", waits, (offered("x"),))
    assert state("R4", waits, (offered("x", at_ms=T0 + 20_000),)) == "held"
    let_go = (widened("x", 0, T0, why="nobody_there", let_go="ivo"),)
    assert state("R4", waits, let_go, (offered("x"),)) == "held"
    again = (requeued("x", **preference),)
    assert state("R4", (queued("x"),), again, (offered("x"),)) == "broken"


@pytest.mark.parametrize(
    ("fact", "at_ms", "expected"),
    [
        (withheld("ana", "pace", T0 + 5), T0 + 4, "broken"),
        (withheld("ana", "pace", T0 + 5), T0 + 5, "held"),
        (withheld("ana", "hours", None), T0 + 5, "broken"),
        (ready("ana", next_status="offline", number=2), T0, "broken"),
    ],
)
def test_r4_who_is_withheld_or_about_to_leave_is_not_asked(
    fact: Event, at_ms: int, expected: str
) -> None:
    assert state("R4", (fact,), (queued("x"), offered("x", at_ms=at_ms))) == expected


def test_r4_a_pace_holds_for_its_channels_alone_and_hours_for_all() -> None:
    call = (queued("x", channel="voice"), offered("x", channel="voice"))
    assert state("R4", (withheld("ana", "pace", None),), call) == "held"
    assert state("R4", (withheld("ana", "hours", None),), call) == "broken"
    over = withheld("ana", "hours", None).model_copy(update={"withheld": False})
    assert state("R4", (withheld("ana", "hours", None), over), call) == "held"


def test_r4_skills_by_hand_hold_until_a_configuration_is_applied() -> None:
    asks = queued("x", skills=[{"skill": "snow", "level": 3}])
    less = by_hand("ana", skills={"snow": 1}, languages={"en": LanguageLevel().model_dump()})
    assert "has snow at 1" in evidence("R4", (less,), (asks, offered("x")))
    offer = offered("x", config=NEXT_HASH)
    assert state("R4", (less,), (config_taken(),), (asks, offer)) == "held"
    more = by_hand("ivo", skills={"snow": 5}, languages={"en": LanguageLevel().model_dump()})
    assert state("R4", (more,), (asks, offered("x", "ivo"))) == "held"


def test_the_sum_closes_whatever_it_is_parked_for_and_says_what_for() -> None:
    reasons = ("closed", "queue_full", "callback", "no_agent_can_serve")
    turns = [(queued(reason), parked(reason, reason)) for reason in reasons]
    checker = checker_of(*turns, (requeued("closed", reason="unparked"),))
    stays = checker.ledger.stays.values()
    assert [it.park_reason for it in stays] == [
        None,
        "queue_full",
        "callback",
        "no_agent_can_serve",
    ]
    total = sum_of(list(stays))
    assert (total.parked, total.open, total.closes) == (3, 1, True)


def test_an_offer_that_was_withdrawn_for_a_change_leaves_it_waiting_in_its_new_queue() -> None:
    turn = (ended("x", end="withdrawn"), changed("x", routing(queue="crowd")))
    checker = checker_of((queued("x"), offered("x")), turn)
    (stay,) = checker.ledger.stays.values()
    assert (stay.state, stay.queue, checker.ledger.conflicts) == ("waiting", "crowd", [])


def report_of(*turns: tuple[Event, ...]) -> Report:
    """The report of the day of these turns."""
    topics = Topics(
        pool_log=[it for it in log_of(*turns).records if it.topic == POOL_LOG],
        config=[
            LogRecord(CONFIG, 0, number, "", "operator", 0, f"document/{hash_of(stored)}", stored)
            for number, stored in enumerate((canonical(DOCUMENT), canonical(NEXT)))
        ],
    )
    return build_report(topics, day="2015-02-04", timezone="America/New_York").report


def test_the_morning_names_those_whom_nobody_can_serve_and_not_those_who_wait_for_a_time() -> None:
    reasons = ("closed", "queue_full", "callback", "no_agent_can_serve")
    report = report_of(*((queued(reason), parked(reason, reason)) for reason in reasons))
    named = [it for it in actions(report) if "parked" in it]
    assert named == [
        "1 interactions parked, nobody can serve them: north:no_agent_can_serve",
        "1 interactions parked, for every queue was full: north:queue_full",
    ]
    assert as_json(report)["parked_for"] == dict.fromkeys(sorted(reasons), 1)


def test_the_morning_tells_what_was_done_beside_the_rules_and_it_is_no_fault() -> None:
    given = assigned("x", by_hand="supervisor:lead", overdrawn=True)
    report = report_of((queued("x"), given))
    line = "Beside the rules: 1 assigned by hand, 1 given by hand beyond capacity"
    assert line in render(report).splitlines()
    assert report.unbroken
    assert "Beside the rules" not in render(report_of((queued("x"),)))
