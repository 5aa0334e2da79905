"""What the centre of a history promises, in which hours, and whom it pages."""

from random import Random
from typing import Literal

from shared.contracts.configuration import (
    Calendar,
    CustomerNotices,
    EscalationLevel,
    EscalationPolicy,
    SlaPolicy,
    SlaTarget,
    Span,
)
from shared.contracts.words import Channel, ContactMethod

ZONES = ("America/New_York", "Europe/Bucharest", "Asia/Jerusalem", "Europe/Lisbon")


def around_the_clock(chance: Random) -> Calendar:
    """Open at night too, so that clocks run while their zone's time jumps; closed for lunch.

    No edge lies in an hour that a zone skips or repeats: there, what is meant is a matter of taste.
    """
    spans = (Span(opens_min=0, closes_min=270), Span(opens_min=300, closes_min=1380))
    return Calendar(
        name="long",
        timezone=chance.choice(ZONES),
        week=dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), spans),
    )


def by_day(chance: Random) -> Calendar:
    spans = (Span(opens_min=330, closes_min=1290),)
    return Calendar(
        name="day",
        timezone=chance.choice(ZONES),
        week=dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), spans),
    )


def promises() -> tuple[SlaPolicy, ...]:
    return (
        SlaPolicy(
            name="usual",
            targets=(
                SlaTarget(
                    metric="first_reply", channels=("voice",), open_s=150, met_by="assignment",
                    escalation_policy="duty",
                ),
                SlaTarget(
                    metric="first_reply", open_s=420, calendar="long", met_by="reply",
                    escalation_policy="duty",
                ),
                SlaTarget(
                    metric="resolution", open_s=2700, calendar="long", met_by="close",
                    escalation_policy="calm",
                ),
            ),
        ),
        SlaPolicy(
            name="fast",
            targets=(
                SlaTarget(
                    metric="first_reply", open_s=180, met_by="assignment",
                    escalation_policy="duty",
                ),
                SlaTarget(metric="resolution", open_s=3600, calendar="day", met_by="close"),
            ),
        ),
        SlaPolicy(
            name="slow",
            targets=(
                SlaTarget(
                    metric="first_reply", open_s=900, calendar="long", met_by="reply",
                    escalation_policy="calm",
                ),
                SlaTarget(
                    metric="resolution", calendar_days=1, calendar="long", met_by="close",
                    escalation_policy="calm",
                ),
            ),
        ),
    )  # fmt: skip


def escalations(people: list[str], chance: Random) -> tuple[EscalationPolicy, ...]:
    first, second, third = chance.sample(people, 3)
    by: tuple[ContactMethod | Literal["rules"], ...] = ("rules", "rules", "rules", "email", "sms")
    return (
        EscalationPolicy(
            name="duty",
            levels=(
                EscalationLevel(people=(first,), method=chance.choice(by)),
                EscalationLevel(after_s=240, people=(second, third), method=chance.choice(by)),
            ),
            rounds=2,
            round_s=600,
        ),
        EscalationPolicy(
            name="calm",
            levels=(EscalationLevel(after_s=60, people=(third,), method=chance.choice(by)),),
        ),
    )


def told_customers(chance: Random) -> CustomerNotices:
    """Some pools confirm what comes by mail or sms, and say when it will take longer."""
    if chance.random() < 0.5:
        return CustomerNotices()
    receipt: tuple[Channel, ...] = chance.choice((("email",), ("sms",), ("email", "sms")))
    return CustomerNotices(receipt=receipt, longer_wait=chance.random() < 0.7)
