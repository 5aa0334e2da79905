"""The match core alone: choose, take, release, place, and lines; no facts, no log, one core.

`surplus`: agents to spare, about 60 % of capacity busy; an interaction comes, the best agent is
chosen, and others end so that it stays so. `overload`: everybody is busy and 10,000 wait; an agent
gets free, gets what waits first for one like him, and another one comes. A naive scan runs the
same in the same process: what it chooses must be the same, its rate is what ours is compared with.
"""

import gc
import random
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.router.core.floor.choice import STRATEGIES
from services.router.core.floor.floor import Floor
from services.router.core.model import Agent, Interaction
from services.router.core.plan import Plan
from services.router.core.floor.seat import Seat
from shared.contracts.configuration import Agent as ConfiguredAgent
from shared.contracts.configuration import ChannelSettings, LanguageLevel, PoolDocument, Queue
from shared.contracts.words import Channel, Strategy

LANGUAGES = (
    "en", "de", "fr", "es", "pt", "it", "nl", "ro", "lv", "he", "pl", "ru", "ja", "ar", "tr",
)  # fmt: skip
SKILLS = tuple(f"skill-{number}" for number in range(20))
UNITS: dict[Channel, int] = {"voice": 100, "chat": 33, "email": 20, "sms": 33}
WHOLE: dict[Channel, int] = dict.fromkeys(UNITS, 100)  # one at a time, of whatever channel
BUSY = 0.6
WAITING = 10_000
PROFILES = 300


def zipf(count: int) -> list[float]:
    return [1 / (rank + 1) for rank in range(count)]


def pool_document(
    agents: int,
    profiles: int,
    *,
    units: dict[Channel, int] = UNITS,
    strategy: Strategy = "longest_ready",
    seed: int = 1,
) -> PoolDocument:
    """Agents with 2 to 8 skills at levels 1 to 5, and 1 to 3 languages at levels 1 to 3."""
    chance = random.Random(seed)
    made = [_profile(chance) for _ in range(profiles)]
    return PoolDocument(
        pool="boston",
        default_language="en",
        default_queue="general",
        queues=(Queue(name="general"),),
        skills=SKILLS,
        strategy=strategy,
        channels={channel: ChannelSettings(units=its) for channel, its in units.items()},
        agents=tuple(
            ConfiguredAgent.model_construct(  # 100,000 of them need no validation
                id=f"a{number}",
                skills=made[number % profiles][0],
                languages=made[number % profiles][1],
            )
            for number in range(agents)
        ),
    )


def _profile(chance: random.Random) -> tuple[dict[str, int], dict[str, LanguageLevel]]:
    skills = chance.choices(SKILLS, zipf(len(SKILLS)), k=chance.randint(2, 8))
    spoken = chance.choices(LANGUAGES, zipf(len(LANGUAGES)), k=chance.randint(1, 3))
    return (
        {skill: chance.randint(1, 5) for skill in skills},
        {
            tag: LanguageLevel(spoken=level, written=level)
            for tag in spoken
            for level in (chance.randint(1, 3),)
        },
    )


def interactions(distinct: int, seed: int = 2) -> Iterator[Interaction]:
    """Without end, of so many requirements, some far more often than others."""
    chance = random.Random(seed)
    asked = [_asked(chance) for _ in range(distinct)]
    weights = [(rank + 1) ** -0.5 for rank in range(distinct)]
    number = 0
    while True:
        for channel, language, level, skills in chance.choices(asked, weights, k=10_000):
            number += 1
            yield Interaction(
                id=f"boston:{number}", channel=channel, body_hash="", queue="general",
                language=language, language_source="given", priority="normal", waiting_since_ms=0,
                order_ms=number - chance.randint(0, 9) * 1_000, skills=skills,
                language_level=level,
            )  # fmt: skip


def _asked(chance: random.Random) -> tuple[Channel, str, int, tuple[tuple[str, int], ...]]:
    skills = chance.choices(SKILLS, zipf(len(SKILLS)), k=2 if chance.random() < 0.3 else 1)
    return (
        chance.choice(tuple(UNITS)),
        chance.choices(LANGUAGES, zipf(len(LANGUAGES)))[0],
        chance.randint(1, 2),
        tuple(sorted({skill: chance.randint(1, 3) for skill in skills}.items())),
    )


class Ours:
    def __init__(self, document: PoolDocument) -> None:
        self.floor = Floor(Plan(document, "hash"))
        self.seats = [self.floor.seats[it.id] for it in document.agents]
        for number, seat in enumerate(self.seats):
            seat.agent.status, seat.agent.ready_since_ms = "ready", number
            self.floor.place(seat)

    def choose(self, it: Interaction) -> Seat | None:
        """As matching does: it waits, and is offered to the best, or goes on waiting."""
        floor = self.floor
        floor.enqueue(it)
        best = next(floor.agents_for(floor.line(it)), None)
        return None if best is None else floor.seats[best.agent_id]

    def give(self, it: Interaction, seat: Seat, now: int) -> None:
        self.floor.dequeue(it)
        seat.agent.last_offer = seat.agent.ready_since_ms = now
        self.floor.take(seat, it.channel, 1)
        self.floor.place(seat)

    def release(self, seat: Seat, channel: Channel, now: int) -> None:
        seat.agent.ready_since_ms = now
        self.floor.take(seat, channel, -1)
        self.floor.place(seat)

    def next_for(self, seat: Seat, now: int) -> str | None:
        return self.floor.first_waiting(seat, _nobody, now)

    def wait(self, it: Interaction) -> None:
        self.floor.enqueue(it)

    def leave(self, it: Interaction) -> None:
        self.floor.dequeue(it)


def _nobody(_: str) -> bool:
    return False


class Naive:
    """Looks at every agent, and at everybody who waits. It knows longest_ready alone."""

    def __init__(self, document: PoolDocument) -> None:
        self.seats = [NaiveSeat(it) for it in document.agents]
        self.units = {channel: its.units for channel, its in document.channels.items()}
        for number, seat in enumerate(self.seats):
            seat.agent.ready_since_ms = number
        self.waiting: dict[str, Interaction] = {}

    def choose(self, it: Interaction) -> "NaiveSeat | None":
        self.waiting[it.id] = it
        best, rank = None, None
        for seat in self.seats:
            if seat.free >= self.units[it.channel] and (
                rank is None or seat.agent.ready_since_ms <= rank[0]
            ):
                if seat.serves(it):
                    mine = (seat.agent.ready_since_ms, seat.flexibility, seat.agent.last_offer)
                    if best is None or rank is None or (*mine, seat.id) < (*rank, best.id):
                        best, rank = seat, mine
        return best

    def give(self, it: Interaction, seat: "NaiveSeat", now: int) -> None:
        del self.waiting[it.id]
        seat.agent.last_offer = seat.agent.ready_since_ms = now
        seat.free -= self.units[it.channel]

    def release(self, seat: "NaiveSeat", channel: Channel, now: int) -> None:
        seat.agent.ready_since_ms = now
        seat.free += self.units[channel]

    def next_for(self, seat: "NaiveSeat", now: int) -> str | None:  # noqa: ARG002 # as ours
        best: Interaction | None = None
        for it in self.waiting.values():
            if best is None or (it.order_ms, it.id) < (best.order_ms, best.id):
                if seat.free >= self.units[it.channel] and seat.serves(it):
                    best = it
        return None if best is None else best.id

    def wait(self, it: Interaction) -> None:
        self.waiting[it.id] = it

    def leave(self, it: Interaction) -> None:
        del self.waiting[it.id]


class NaiveSeat:
    def __init__(self, configured: ConfiguredAgent) -> None:
        self.id = configured.id
        self.agent = Agent(id=configured.id, status="ready")
        self.free = configured.capacity_units
        self.skills = configured.skills
        self.levels = {tag: it.spoken for tag, it in configured.languages.items()}
        self.flexibility = len(self.skills) + len(self.levels)

    def serves(self, it: Interaction) -> bool:
        if self.levels.get(it.language, 0) < it.language_level:
            return False
        return all(self.skills.get(skill, 0) >= level for skill, level in it.skills)


@dataclass(frozen=True, slots=True)
class Rate:
    per_s: float
    p50_us: float
    p99_us: float
    decisions: int
    without: float  # share of decisions without a match


def rate_of(took: list[float], refused: int) -> Rate:
    """`took`: seconds of each decision."""
    ordered = sorted(took)
    middle, high = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
    return Rate(
        len(took) / sum(took), middle * 1e6, high * 1e6, len(took), refused / max(1, len(took))
    )


def surplus(core: Ours | Naive, most: int, most_s: float, distinct: int) -> tuple[Rate, list[str]]:
    """A decision: one comes, is given to the best agent, and one or two others end."""
    coming, chance = interactions(distinct), random.Random(3)
    held: list[tuple[Seat, Channel]] = []
    capacity = len(core.seats) * 100
    used = now = refused = 0
    took: list[float] = []
    chosen: list[str] = []
    warm_until = time.perf_counter() + most_s
    ends, warm = 0.0, True
    while True:
        it = next(coming)
        now += 1
        at = now + len(core.seats)
        ending = []
        while used > BUSY * capacity and held:
            place = chance.randrange(len(held))
            held[place], held[-1] = held[-1], held[place]
            ending.append(held.pop())
            used -= UNITS[ending[-1][1]]
        if warm and (ending or time.perf_counter() > warm_until):
            warm, ends = False, time.perf_counter() + most_s
        begin = time.process_time()
        seat = core.choose(it)
        if seat is not None:
            core.give(it, seat, at)  # type: ignore[arg-type] # each core has its own seats
        else:
            core.leave(it)
        for other, channel in ending:
            core.release(other, channel, at)  # type: ignore[arg-type]
            core.next_for(other, at)  # type: ignore[arg-type]
        end = time.process_time()
        if seat is not None:
            held.append((seat, it.channel))  # type: ignore[arg-type]
            used += UNITS[it.channel]
        chosen.append(seat.agent.id if seat is not None else "")
        if not warm:
            took.append(end - begin)
            refused += seat is None
            if len(took) >= most or time.perf_counter() > ends:
                return rate_of(took, refused), chosen


def overload(core: Ours | Naive, most: int, most_s: float, distinct: int) -> tuple[Rate, list[str]]:
    """A decision: an agent gets free, gets what waits first for him, and another one comes.

    Each agent has one at a time. Who finds nothing that he may serve takes up something else.
    """
    coming, chance = interactions(distinct), random.Random(4)
    now, other = len(core.seats), next(coming)
    held: list[Channel] = [other.channel] * len(core.seats)
    for seat in core.seats:
        now += 1
        core.wait(other)
        core.give(other, seat, now)  # type: ignore[arg-type] # each core has its own seats
    waiting = {it.id: it for it, _ in zip(coming, range(WAITING), strict=False)}
    for it in waiting.values():
        core.wait(it)
    took: list[float] = []
    chosen: list[str] = []
    idle = 0
    ends = time.perf_counter() + most_s
    while len(took) < most and time.perf_counter() < ends:
        number, now = chance.randrange(len(core.seats)), now + 1
        seat, new = core.seats[number], next(coming)
        begin = time.process_time()
        core.release(seat, held[number], now)  # type: ignore[arg-type]
        id_ = core.next_for(seat, now)  # type: ignore[arg-type]
        it = other if id_ is None else waiting.pop(id_)
        if id_ is None:
            core.wait(it)
        core.give(it, seat, now)  # type: ignore[arg-type]
        if id_ is not None:
            core.wait(new)
            waiting[new.id] = new
        took.append(time.process_time() - begin)
        held[number] = it.channel
        idle += id_ is None
        chosen.append(id_ or "")
    return rate_of(took, idle), chosen


def check(agents: int, profiles: int, decisions: int = 1_500) -> int:
    """How many choices of the naive scan were the same as ours; all of them, or it raises."""
    same = 0
    for run, units in ((surplus, UNITS), (overload, WHOLE)):
        document = pool_document(agents, profiles, units=units)
        _, ours = run(Ours(document), decisions, 60, 500)
        _, naive = run(Naive(document), decisions, 60, 500)
        if ours != naive:
            both = enumerate(zip(ours, naive, strict=True))
            at = next(at for at, (mine, theirs) in both if mine != theirs)
            raise AssertionError(f"{run.__name__}, decision {at}: {ours[at]}, but {naive[at]}")
        same += len(ours)
    return same


def memory(agents: int, profiles: int) -> tuple[float, float]:
    """Bytes per agent, and per waiting interaction without the interaction itself."""
    document, coming = pool_document(agents, profiles), interactions(500)
    entities = [next(coming) for _ in range(WAITING)]
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    core = Ours(document)
    for it in entities[: WAITING // 100]:
        next(core.floor.agents_for(core.floor.line(it)), None)
    built, _ = tracemalloc.get_traced_memory()
    for it in entities:
        core.floor.enqueue(it)
    core.floor.first_waiting(core.seats[0], _nobody, 0)
    waits, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (built - before) / agents, (waits - built) / WAITING


def rows(agents: int, distinct: int, *, most: int, most_s: float) -> Iterator[str]:
    """One row for each run, bounded by decisions and by seconds, with profiles shared and not."""
    for profiles in sorted({min(agents, PROFILES), agents}):
        for run, units in ((surplus, UNITS), (overload, WHOLE)):
            document = pool_document(agents, profiles, units=units)
            gc.collect()
            ours, _ = run(Ours(document), most, most_s, distinct)
            naive, _ = run(Naive(document), most, min(1, most_s), distinct)
            yield (
                f"  {run.__name__:8} {agents:7} agents, {profiles:7} profiles: "
                f"{ours.per_s:7.0f}/s, p50 {ours.p50_us:5.1f} us, p99 {ours.p99_us:6.1f} us "
                f"({ours.without:.0%} without); naive {naive.per_s:6.0f}/s: "
                f"{ours.per_s / naive.per_s:7.1f} times"
            )


def measure(sizes: Sequence[int], *, most: int = 20_000, most_s: float = 8) -> Iterator[str]:
    """Lines of text. Rates are per second of CPU, for the machine may be shared."""
    same = check(300, 20) + check(300, 300)
    yield f"match core: {same} choices, all the same as those of the naive scan"
    for distinct in (500, 20_000):
        yield f" {distinct} distinct requirements, {WAITING} waiting in overload"
        for agents in sizes:
            if distinct == 500 or agents in (1_000, 100_000):
                yield from rows(agents, distinct, most=most, most_s=most_s)
    yield " 500 distinct requirements, by strategy, 1,000 agents who all differ"
    for strategy in STRATEGIES:
        document = pool_document(1_000, 1_000, strategy=strategy)
        rate, _ = surplus(Ours(document), most, most_s, 500)
        yield f"  surplus  {strategy:16} {rate.per_s:7.0f}/s, p99 {rate.p99_us:6.1f} us"
    for agents, profiles in ((10_000, PROFILES), (10_000, 10_000)):
        each, waiting = memory(agents, profiles)
        yield (
            f" memory, {agents} agents, {profiles} profiles: {each:.0f} bytes an agent, "
            f"{waiting:.0f} a waiting interaction (the entities not counted)"
        )
    yield (
        " goals: 60,000/s at 1,000 and 30,000/s at 100,000 agents; 30,000/s and 15,000/s where all "
        "profiles differ"
    )
