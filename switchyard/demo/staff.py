"""The agents of the demo's centre: skills, languages, channels and shift, by number alone."""

from dataclasses import dataclass
from random import Random

from shared.contracts.words import Channel
from switchyard.demo.shifts import SHARE, SHIFTS, STAFF, Shift
from switchyard.demo.topics import DEFAULT_QUEUE, POOLS, QUEUES

# Second languages in the order in which the agents of a shift get them: first one of each, so
# that the smallest shift speaks them all, then the frequent ones again.
SECOND = (
    "es", "pt", "fr", "ru", "ro", "de", "nl", "he", "lv",
    "es", "pt", "es", "fr", "ru", "es", "he", "lv", "de", "nl", "ro", "es", "pt",
)  # fmt: skip
# Of ten agents: who takes calls only, who writes only, who does both (the night does both).
DESKS = ("phone", "write", "phone", "phone", "both", "phone", "write", "phone", "both", "phone")
CHANNELS: dict[str, dict[Channel, int]] = {
    "phone": {"voice": 1},
    # One text at a time: they are few, and while calls are moved to texts most must wait.
    "write": {"chat": 2, "email": 2, "sms": 1, "social": 3, "web_form": 2},
    "both": {"voice": 1, "chat": 2, "email": 1, "sms": 1, "social": 2, "web_form": 1},
}
SMALLEST_SHIFT = 7  # below this the night would not speak every language


@dataclass(frozen=True, slots=True)
class Colleague:
    id: str
    pool: str
    shift: Shift
    number: int  # within the shift
    skills: dict[str, int]
    languages: dict[str, tuple[int, int]]  # spoken and written level
    desk: str


def staff(*, seed: int, scale: float = 1.0) -> list[Colleague]:
    """At scale 1 some 380 agents in three pools."""
    random = Random(f"staff {seed}")
    return [
        _colleague(random, pool, shift, number)
        for pool in POOLS
        for shift in SHIFTS
        for number in range(
            max(SMALLEST_SHIFT, round(STAFF[pool] * scale * SHARE[shift.name] / 1000))
        )
    ]


def _colleague(random: Random, pool: str, shift: Shift, number: int) -> Colleague:
    queues = (DEFAULT_QUEUE[pool], *QUEUES[pool])
    own = queues[number % len(queues)]
    skills = {queue: 1 + (random.random() < 0.85) for queue in queues}
    skills[own] = random.choice((3, 4, 5))
    if shift.name == "night":
        skills = {queue: max(level, 2) for queue, level in skills.items()}
    return Colleague(
        id=f"{pool.removeprefix('boston-')}-{shift.name}-{number + 1:03d}",
        pool=pool,
        shift=shift,
        number=number,
        skills=skills,
        languages=_languages(random, shift, number),
        desk="both" if shift.name == "night" else DESKS[number % len(DESKS)],
    )


def _languages(random: Random, shift: Shift, number: int) -> dict[str, tuple[int, int]]:
    """English, and one or two more; few work at night, so they speak more."""
    night = shift.name == "night"
    extra = 3 if night else 1 + (number % 3 == 0)
    given_before = 3 * number if night else number + (number + 2) // 3
    found = {"en": (5, 5)}
    for step in range(extra):
        language = SECOND[(given_before + step) % len(SECOND)]
        found[language] = (random.choice((3, 4, 5)), random.choice((2, 3, 4, 5)))
    return found
