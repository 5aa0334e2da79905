"""The floor against plain sorting, whatever happened before: who gets it, and what he gets."""

import random
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from services.router.core.floor.floor import Floor
from services.router.core.floor.lineup import Lineup
from services.router.core.model import Agent, Interaction, Preferred, Step
from services.router.core.plan import INTERPRETER, Plan
from shared.contracts.configuration import Agent as ConfiguredAgent
from shared.contracts.configuration import ChannelSettings, LanguageLevel, Pace, PoolDocument
from shared.contracts.words import Channel, RankName, WithheldWhy
from tests.support.router_shard import document

CHANNELS: dict[Channel, ChannelSettings] = {
    "voice": ChannelSettings(min_language_level=2),
    "chat": ChannelSettings(units=40),
    "email": ChannelSettings(units=30, interruptible=True),
}
NAMES: tuple[RankName, ...] = (
    "language", "proficiency", "load", "ready_since", "last_offer", "flexibility",
)  # fmt: skip
STRATEGIES: dict[str, tuple[RankName, ...]] = {  # as the documents' fields say
    "longest_ready": ("language", "ready_since", "flexibility", "last_offer"),
    "least_loaded": ("language", "load", "ready_since", "flexibility", "last_offer"),
    "round_robin": ("language", "last_offer", "ready_since"),
    "most_proficient": (
        "language", "proficiency", "load", "ready_since", "flexibility", "last_offer",
    ),
    "least_flexible": ("language", "flexibility", "load", "ready_since", "last_offer"),
}  # fmt: skip
LANGUAGES = (("en",), ("pt-BR",), ("pt", "en"), ("de", "pt-BR", "en"), ("de", INTERPRETER))
SKILLS: tuple[tuple[tuple[str, int], ...], ...] = (
    (), (), (("snow", 3),), (("snow", 2), ("ski", 1)), (("sled", 1),),
)  # fmt: skip
RINGS = ((), (), ("a",), ("a", "b"))
WEIGHTS = (3, 70)
WITHHELD: tuple[dict[WithheldWhy, int | None], ...] = ({}, {}, {"pace": 9}, {"hours": None})
HUNDRED_YEARS = 100 * 365 * 24 * 3600 * 1000  # the head start of an emergency


@st.composite
def documents(draw: st.DrawFn) -> PoolDocument:
    chance = random.Random(draw(st.integers(0, 2**32)))
    level = LanguageLevel
    agents = [
        ConfiguredAgent(
            id=f"a{number}",
            languages={
                tag: level(spoken=chance.randint(0, 3), written=chance.randint(0, 3))
                for tag in chance.sample(("en", "pt", "pt-BR", "De"), chance.randint(0, 3))
            },
            skills={
                skill: chance.randint(1, 5)
                for skill in chance.sample(("snow", "ski"), chance.randint(0, 2))
            },
            capacity_units=chance.choice((0, 30, 100, 100, 100, 150)),
            channels=chance.choice(({}, {}, {"chat": 2, "email": 1}, {"voice": 0, "chat": 1})),
            rings=chance.choice(((), (), ("a",), ("b", "c"))),
            interpreter=chance.random() < 0.2,
        )
        for number in range(draw(st.integers(1, 9)))
    ]
    settings: dict[str, Any] = {
        "channels": CHANNELS,
        "order": draw(st.sampled_from(("age", "cost_of_delay"))),
        "pace": Pace(offers=3, per_s=60, channels=draw(st.sampled_from(((), ("chat",))))),
    }
    if draw(st.booleans()):
        settings["strategy"] = draw(st.sampled_from(sorted(STRATEGIES)))
    else:
        count = draw(st.integers(1, len(NAMES)))
        settings["rank"] = draw(st.sampled_from(sorted(permutations(NAMES, count))))
    return document(*agents, **settings)


@dataclass
class Plain:
    """The same, from the document and entities alone, by looking at everybody."""

    doc: PoolDocument
    agents: dict[str, Agent]
    held: dict[str, list[Channel]]
    waiting: dict[str, Interaction] = field(default_factory=dict)

    def steps(self, it: Interaction) -> tuple[tuple[str, ...], Any, int, tuple[str, ...]]:
        if it.steps is UNSET:
            return (it.language, *it.other_languages), it.skills, it.language_level, ()
        step = it.steps[it.step]
        return step.languages, step.skills, step.language_level, step.rings

    def does(self, who: ConfiguredAgent, channel: Channel) -> bool:
        if who.channels and not who.channels.get(channel):
            return False
        return self.doc.channels[channel].units <= who.capacity_units

    def position(self, who: ConfiguredAgent, it: Interaction) -> int | None:
        """Of the customer's language that he serves it in; None: he may not serve it at all."""
        agent = self.agents[who.id]
        languages, skills, level, rings = self.steps(it)
        if not self.does(who, it.channel) or (who.rings and not set(who.rings) & set(rings)):
            return None
        own = self.skills(who)
        if any(own.get(skill, 0) < least for skill, least in skills):
            return None
        listed = who.languages if agent.languages is UNSET else agent.languages
        least = max(1, level, self.doc.channels[it.channel].min_language_level)
        able = {
            tag.lower()
            for tag, its in listed.items()
            if (its.spoken if it.channel == "voice" else its.written) >= least
        }
        for at, tag in enumerate(languages):
            if tag == INTERPRETER and who.interpreter:
                return at
            if {tag.lower(), tag.lower().split("-")[0]} & able:
                return at
        return None

    def skills(self, who: ConfiguredAgent) -> dict[str, int]:
        own = self.agents[who.id].skills
        return who.skills if own is UNSET else own

    def units(self, who: ConfiguredAgent, *, firm: bool) -> int:
        settings = (self.doc.channels[it] for it in self.held[who.id])
        return sum(it.units for it in settings if not (firm and it.interruptible))

    def has_room(self, who: ConfiguredAgent, channel: Channel) -> bool:
        agent, its = self.agents[who.id], self.doc.channels[channel]
        if agent.status != "ready" or agent.next_status is not None or "hours" in agent.withheld:
            return False
        paced = self.doc.pace.channels if self.doc.pace else ()
        if "pace" in agent.withheld and (not paced or channel in paced):
            return False
        if self.units(who, firm=not its.interruptible) + its.units > who.capacity_units:
            return False
        cap = who.channels.get(channel, 0) if who.channels else 99
        return self.held[who.id].count(channel) < cap

    def rank(self, who: ConfiguredAgent, it: Interaction) -> tuple[int, ...]:
        agent, own = self.agents[who.id], self.skills(who)
        languages = who.languages if agent.languages is UNSET else agent.languages
        values = {
            "language": self.position(who, it) or 0,
            "proficiency": 5 - min((own[skill] for skill, _ in self.steps(it)[1]), default=5),
            "load": self.units(who, firm=False) * 10 // max(1, who.capacity_units),
            "ready_since": agent.ready_since_ms,
            "last_offer": agent.last_offer,
            "flexibility": len(own) + len(languages),
        }
        return tuple(values[name] for name in self.doc.rank or STRATEGIES[self.doc.strategy])

    def ranked(self, it: Interaction) -> list[tuple[tuple[int, ...], str]]:
        wanted = it.preferred.agent_id if it.preferred else None
        return sorted(
            (self.rank(who, it), who.id)
            for who in self.doc.agents
            if wanted in (None, who.id)
            and self.position(who, it) is not None
            and self.has_room(who, it.channel)
        )

    def is_there(self, agent: Agent) -> bool:
        return (
            agent.status == "ready" and agent.next_status is None and "hours" not in agent.withheld
        )

    def able(self, it: Interaction, *, signed_in: bool) -> bool:
        wanted = it.preferred.agent_id if it.preferred else None
        return any(
            wanted in (None, who.id)
            and self.position(who, it) is not None
            and (not signed_in or self.is_there(self.agents[who.id]))
            for who in self.doc.agents
        )

    def order(self, it: Interaction, now: int) -> tuple[bool, int, int, str]:
        """An emergency before all, and among its like by age, as all are where only age counts."""
        waited, emergency = now - it.order_ms, now - it.order_ms >= HUNDRED_YEARS
        by_cost = self.doc.order == "cost_of_delay" and not emergency
        return (not emergency, -waited * it.delay_weight if by_cost else 0, it.order_ms, it.id)

    def first_waiting(self, who: ConfiguredAgent, skipped: set[str], now: int) -> str | None:
        found = [
            it
            for it in self.waiting.values()
            if it.id not in skipped
            and (not it.preferred or it.preferred.agent_id == who.id)
            and self.position(who, it) is not None
            and self.has_room(who, it.channel)
        ]
        return min(found, key=lambda it: self.order(it, now)).id if found else None


class Both:
    """The floor and the plain reading of the same, changed together."""

    def __init__(self, doc: PoolDocument) -> None:
        self.plan = Plan(doc, "hash")
        self.floor = Floor(self.plan, places=2)
        agents = {it.id: Agent(it.id) for it in doc.agents}
        self.plain = Plain(doc, agents, {it.id: [] for it in doc.agents})
        for agent in agents.values():
            self.floor.seat(agent)
        self.now = self.offers = self.received = 0
        self.asked: list[Interaction] = []

    def agent(self, chance: random.Random) -> None:
        """Something happens to one agent."""
        who = chance.choice(self.plain.doc.agents)
        agent, held = self.plain.agents[who.id], self.plain.held[who.id]
        seat = self.floor.seats[who.id]
        match chance.randrange(9):
            case 0:
                agent.status = chance.choice(("ready", "ready", "ready", "away", "offline"))
            case 1 | 2:
                channel = chance.choice(sorted(seat.room or CHANNELS))
                held.append(channel)
                self.floor.take(seat, channel, 1)
                self.offers += 1
                agent.last_offer, agent.ready_since_ms = self.offers, self.now
            case 3 | 4 if held:
                channel = held.pop(chance.randrange(len(held)))
                self.floor.take(seat, channel, -1)
                agent.ready_since_ms = self.now
            case 5:
                agent.ready_since_ms = chance.randint(0, self.now)  # an offer was withdrawn
            case 6:
                agent.withheld = chance.choice(WITHHELD).copy()
                agent.next_status = chance.choice((None, None, "away"))
            case 7:
                agent.skills = chance.choice((UNSET, {}, {"snow": 4}, {"ski": 2, "sled": 1}))
                agent.languages = chance.choice(
                    (UNSET, {"fr": LanguageLevel()}, {"EN": LanguageLevel()})
                )
                self.floor.reskill(agent)
            case _:
                agent.status = "ready"
        self.floor.place(seat)

    def interaction(self, chance: random.Random) -> Interaction:
        self.received += 1
        channel: Channel = chance.choice(sorted(CHANNELS))
        languages, skills = chance.choice(LANGUAGES), chance.choice(SKILLS)
        level, rings = chance.choice((0, 0, 2, 3)), chance.choice(RINGS)
        it = Interaction(
            id=f"boston:{self.received}", channel=channel, body_hash="", queue="general",
            language=languages[0], other_languages=languages[1:], skills=skills,
            language_source="given", priority="normal", waiting_since_ms=0,
            order_ms=self.now - chance.choice((0, 0, 5, HUNDRED_YEARS)), language_level=level,
            delay_weight=chance.choice(WEIGHTS),
        )  # fmt: skip
        if rings or chance.random() < 0.3:
            it.steps = (Step(0, ("xx",)), Step(5, languages, level, skills, rings))
            it.step = 1
        if chance.random() < 0.2:
            it.preferred = Preferred(chance.choice(self.plain.doc.agents).id, 99)
        return it

    def compare_agents(self, it: Interaction) -> None:
        line = self.floor.line(it)
        wanted = self.plain.ranked(it)
        first = next(self.floor.agents_for(line), None)
        assert (first and (first.rank, first.agent_id)) == (wanted[0] if wanted else None)
        assert [(its.rank, its.agent_id) for its in self.floor.agents_for(line)] == wanted
        assert self.floor.count_eligible(line, 50) == len(wanted)
        assert self.floor.count_eligible(line, 1) == min(1, len(wanted))
        assert self.floor.exists(line) == self.plain.able(it, signed_in=False)
        assert self.floor.present(line) == self.plain.able(it, signed_in=True)
        for who in self.plain.doc.agents:
            position = self.plain.position(who, it)
            preferred = not it.preferred or it.preferred.agent_id == who.id
            may = self.floor.may_serve(who.id, self.floor.requirement(it))
            assert may == (position is not None and preferred)
            assert self.floor.could_take(line, who.id) == (who.id in [id_ for _, id_ in wanted])
            if position is not None:
                assert self.floor.position(line, who.id) == position

    def compare_waiting(self, chance: random.Random) -> None:
        ids = sorted(self.plain.waiting)
        skipped = set(chance.sample(ids, chance.randint(0, min(2, len(ids)))))
        for who in self.plain.doc.agents:
            seat = self.floor.seats[who.id]
            found = self.floor.first_waiting(seat, skipped.__contains__, self.now)
            assert found == self.plain.first_waiting(who, skipped, self.now)

    def compare_beside(self, it: Interaction) -> None:
        lines = {id(line) for line in self.floor.beside(self.floor.line(it))}
        for other in self.plain.waiting.values():
            both = any(
                self.plain.position(who, it) is not None
                and self.plain.position(who, other) is not None
                for who in self.plain.doc.agents
            )
            line = self.floor.line(other)
            assert (id(line) in lines) == (both or line is self.floor.line(it))


@settings(max_examples=250, deadline=None)
@given(documents(), st.integers(0, 2**32), st.integers(1, 60))
def test_the_floor_is_plain_sorting_whatever_happened_before(
    doc: PoolDocument, seed: int, steps: int
) -> None:
    chance = random.Random(seed)
    both = Both(doc)
    for _ in range(steps):
        both.now += chance.choice((0, 0, 1, 7))
        both.agent(chance)
        doing = chance.random()
        if doing < 0.3:
            it = both.interaction(chance)
            both.plain.waiting[it.id] = it
            both.floor.enqueue(it)
        elif doing < 0.5 and both.plain.waiting:
            it = both.plain.waiting.pop(chance.choice(sorted(both.plain.waiting)))
            both.floor.dequeue(it)
        elif doing < 0.7:
            if not both.asked or chance.random() < 0.3:
                both.asked.append(both.interaction(chance))
            both.compare_agents(chance.choice(both.asked))
        elif doing < 0.85:
            both.compare_waiting(chance)
        elif both.asked:
            both.compare_beside(chance.choice(both.asked))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.one_of(st.none(), st.integers(-9, 9))), max_size=90)
)
def test_a_lineup_is_a_sorted_dict(steps: list[tuple[int, int | None]]) -> None:
    lineup, plain = Lineup(), dict[str, int]()
    for number, place in steps:
        if place is None:
            lineup.discard(str(number))
            plain.pop(str(number), None)
        else:
            lineup.add(str(number), place)
            plain[str(number)] = place
        wanted = sorted((place, id_) for id_, place in plain.items())
        assert list(lineup) == wanted
        assert lineup.first() == (wanted[0] if wanted else None)
