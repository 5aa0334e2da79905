"""How a provider is just now, and how likely each of its answers is then."""

from collections.abc import Mapping
from enum import Enum


class Mood(Enum):
    GOOD = "good"
    LYING = "lying"
    DOWN = "down"
    THROTTLING = "throttling"
    SLOW = "slow"
    REVOKED = "revoked"  # our credentials do not work there until somebody mends them


ANSWERS: Mapping[Mood, Mapping[str, int]] = {  # weights; `provider.py` says what each is
    Mood.GOOD: {
        "accept": 88, "twice": 2, "transient": 3, "refuse": 1, "timeout": 2, "lie": 1,
        "bad": 1, "big": 1, "lost error": 1,
    },
    Mood.LYING: {"accept": 30, "lie": 35, "lost error": 10, "timeout": 15, "twice": 10},
    Mood.DOWN: {"transient": 60, "timeout": 40},
    Mood.THROTTLING: {"throttle": 80, "accept": 20},
    Mood.SLOW: {"late": 60, "accept": 30, "never": 10},
    Mood.REVOKED: {"config": 100},
}  # fmt: skip
