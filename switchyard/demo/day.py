"""The plan of the day: who contacts the centre when, how, in which language, how patiently."""

from dataclasses import dataclass, replace
from random import Random

from shared.contracts.words import Channel
from switchyard.demo.extract import DAY, TIMEZONE, Case, cases, texts
from switchyard.demo.outage import MOBILE_PERMILLE, PlannedOutage, plan_outage
from switchyard.demo.topics import POOL_OF_DEPARTMENT
from switchyard.report.build import local_day

COPIES = 18  # interactions per original at scale 1, itself included: 10,944 in all
JITTER_S = 1200  # copies arrive within 20 minutes of their original, so the load curve stays

# Ours, not Boston's: how customers' languages are spread, in permille.
LANGUAGES = {
    "en": 700, "es": 110, "pt": 50, "fr": 35, "ru": 30,
    "ro": 17, "de": 15, "nl": 14, "he": 15, "lv": 14,
}  # fmt: skip
# Originals keep the channel of their source. Of the copies of a phone call this permille come
# another way, for today fewer people call than in 2015. Ours, too.
CHANNEL_OF_SOURCE: dict[str, Channel] = {
    "Constituent Call": "voice",
    "Citizens Connect App": "chat",
    "Self Service": "web_form",
    "Twitter": "social",
}
MOVED_COPIES: dict[Channel, int] = {"chat": 140, "email": 120, "sms": 70, "social": 50}
# A customer who tells his language in writing; the language of all others is detected.
TOLD_PERMILLE = 300
# Mean patience before a customer leaves, exponential after a first while in which hardly anybody
# does; written contacts but chat wait for ever.
PATIENCE_S: dict[Channel, float] = {"voice": 420.0, "chat": 900.0}
LEAST_PATIENCE_S = 20.0
# How long somebody waits for a text or a call back who was told to expect one.
LEAST_CALLED_BACK_S, CALLED_BACK_S = 7_200.0, 14_400.0
# Mean and spread of the time that an agent spends on one, lognormal.
HANDLE_S: dict[Channel, float] = {
    "voice": 270.0, "chat": 420.0, "email": 360.0, "sms": 240.0, "social": 240.0, "web_form": 300.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contact:
    """One planned interaction. `patience_s` None: waits for ever."""

    local_id: str
    pool: str
    at_ms: int
    channel: Channel
    language: str
    tells_language: bool
    text: str | None
    topic: str
    customer: str
    case: Case
    original: bool
    patience_s: float | None
    handle_s: float
    reachable_by: tuple[Channel, ...] = ()

    @property
    def interaction_id(self) -> str:
        return f"{self.pool}:{self.local_id}"


@dataclass(frozen=True, slots=True)
class Plan:
    """All contacts of the day, by arrival."""

    contacts: tuple[Contact, ...]
    starts_ms: int
    ends_ms: int
    originals: int
    outage: PlannedOutage

    def notes(self) -> tuple[str, ...]:
        """What a reader must know of these numbers; the head of the report."""
        copies = len(self.contacts) - self.originals
        moved = sum(MOVED_COPIES.values()) // 10
        source = f"Boston 311 on {DAY} (public domain): {self.originals} requests of customers"
        ours = "Ours: languages, patience, handling times, staff, SLA"
        return (
            f"{source}, and {copies} seeded copies.",
            f"{ours}; {moved} % of copied calls come in writing.",
            f"{self.outage.told(TIMEZONE)}; {MOBILE_PERMILLE // 10} % of callers can get texts.",
            "Texts are attached, not original: Leipzig corpora by lingua-py, BANKING77, CC BY 4.0.",
        )


def plan_day(*, seed: int, scale: float = 1.0) -> Plan:
    """The same seed and scale give the same plan.

    Args:
        scale: 1.0 is about 11,000 interactions; below 1/18 a part of the originals is left.
    """
    random = Random(seed)
    day = local_day(DAY, TIMEZONE)
    originals, attached = cases(), texts()
    total = max(1, round(len(originals) * COPIES * scale))
    contacts = []
    for number in range(total):
        copy, index = divmod(number, len(originals))
        if total < len(originals):
            index = number * len(originals) // total  # fewer, but of the whole day
        case = originals[index]
        shift_s = random.uniform(-JITTER_S, JITTER_S) if copy else 0.0
        at_ms = _within(case.open_ms + int(shift_s * 1000), day.starts_ms, day.ends_ms)
        contacts.append(_contact(random, case, copy, at_ms, attached))
    contacts.sort(key=lambda contact: (contact.at_ms, contact.local_id))
    outage = plan_outage([contact.at_ms for contact in contacts])
    return Plan(
        tuple(_in_outage(contact, outage, seed) for contact in contacts),
        day.starts_ms,
        day.ends_ms,
        min(total, len(originals)),
        outage,
    )


def _in_outage(contact: Contact, outage: PlannedOutage, seed: int) -> Contact:
    """By which other channel a caller is reached, and how long he waits when his own is down."""
    if contact.channel != outage.channel:
        return contact
    dice = Random(f"outage {seed} {contact.local_id}")
    mobile = dice.randrange(1000) < MOBILE_PERMILLE
    patience_s, extra_s = contact.patience_s, dice.expovariate(1 / CALLED_BACK_S)
    if patience_s is not None and outage.touches(contact.at_ms, patience_s):
        # His telephone is free: he was told that he gets a text, or is called back.
        patience_s = LEAST_CALLED_BACK_S + extra_s
    return replace(contact, patience_s=patience_s, reachable_by=("sms",) if mobile else ())


def _contact(
    random: Random, case: Case, copy: int, at_ms: int, attached: dict[str, list[str]]
) -> Contact:
    language = random.choices(list(LANGUAGES), weights=list(LANGUAGES.values()))[0]
    channel = CHANNEL_OF_SOURCE[case.source]
    if copy and channel == "voice":
        channel = _moved(random)
    written = channel != "voice"
    patience = PATIENCE_S.get(channel)
    return Contact(
        local_id=f"{case.case}-{copy:02d}",
        pool=POOL_OF_DEPARTMENT[case.department],
        at_ms=at_ms,
        channel=channel,
        language=language,
        # Who calls chose the language on the keys of his phone.
        tells_language=not written or random.randrange(1000) < TOLD_PERMILLE,
        text=random.choice(attached[language]) if written else None,
        topic=case.type,
        customer=f"customer-{random.randrange(10**9):09d}",
        case=case,
        original=copy == 0,
        patience_s=None
        if patience is None
        else LEAST_PATIENCE_S + random.expovariate(1 / patience),
        # A lognormal of spread 0.5 has its mean at exp(mu + 0.125).
        handle_s=HANDLE_S[channel] * random.lognormvariate(-0.125, 0.5),
    )


def _moved(random: Random) -> Channel:
    lot = random.randrange(1000)
    for channel, permille in MOVED_COPIES.items():
        if lot < permille:
            return channel
        lot -= permille
    return "voice"


def _within(at_ms: int, starts_ms: int, ends_ms: int) -> int:
    """Fold back what the jitter moved over midnight."""
    if at_ms < starts_ms:
        return 2 * starts_ms - at_ms
    return at_ms if at_ms < ends_ms else 2 * ends_ms - at_ms - 1
