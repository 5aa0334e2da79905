"""Promises nobody could keep are found before a document is published."""

import pytest

from services.escalation.core import problems
from shared.contracts.configuration import (
    Calendar,
    EscalationLevel,
    EscalationPolicy,
    SlaTarget,
    Span,
)
from tests.unit.escalation.stage import LEAD, NOON, OFFICE, RESOLUTION, document


def test_a_sound_document_has_no_problem() -> None:
    assert list(problems(document(), NOON)) == []


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        ({"timezone": "Europe/Rigga"}, "calendars[0].timezone", "Rigga"),
        ({"week": {}}, "calendars[0]", "never opens"),
        ({"holidays": ("24.12.2026",)}, "calendars[0]", "24.12.2026"),
        (
            {"dated": {"2026-05-01": (Span(opens_min=600, closes_min=600),)}},
            "calendars[0].dated.2026-05-01",
            "close before they open",
        ),
        (
            {
                "week": {
                    "mon": (Span(opens_min=9, closes_min=20), Span(opens_min=19, closes_min=30))
                }
            },
            "calendars[0].week.mon",
            "overlap",
        ),
    ],
)
def test_a_broken_calendar_is_named(change: dict[str, object], path: str, words: str) -> None:
    it: Calendar = OFFICE.model_copy(update=change)
    found = list(problems(document(calendars=(it,), targets=()), NOON))
    assert [(one.path, words in one.problem) for one in found] == [(path, True)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"open_s": 100_000_000}, "not due within"),
        ({"open_s": None, "business_days": 5000}, "not due within"),
        ({"open_s": None, "calendar_days": 5000}, "not due within"),
        ({"open_s": None}, "exactly one length"),
        ({"business_days": 2}, "exactly one length"),
        ({"open_s": None, "business_days": 2, "calendar": None}, "need a calendar"),
    ],
)
def test_a_target_that_is_never_due_is_named(change: dict[str, object], words: str) -> None:
    target: SlaTarget = RESOLUTION.model_copy(update=change)
    (found,) = problems(document(targets=(target,)), NOON)
    assert found.path == "sla_policies[0].targets[0]"
    assert words in found.problem


def test_a_round_that_ends_before_its_last_level_is_named() -> None:
    levels = (*LEAD.levels, EscalationLevel(after_s=3600, people=("dora",)))
    policy = EscalationPolicy(name="lead", levels=levels, rounds=2, round_s=1800)
    (found,) = problems(document(escalations=(policy,)), NOON)
    assert found.path == "escalation_policies[0].round_s"
    single = policy.model_copy(update={"rounds": 1})
    assert list(problems(document(escalations=(single,)), NOON)) == []
