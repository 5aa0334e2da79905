"""The bank's call centre as a pool of the router, driven by its core alone."""

from typing import Any

from services.router.core import router_core
from shared.contracts.agents import PresenceReported
from shared.contracts.configuration import (
    Agent,
    ChannelSettings,
    LanguageLevel,
    PoolDocument,
    PriorityClass,
    Queue,
    canonical,
    hash_of,
)
from shared.contracts.event import Event
from shared.contracts.interactions import CustomerAbandoned, InteractionReceived, SkillNeed
from shared.contracts.system import ConfigChanged, Tick
from tests.cases.bank import month
from tests.cases.bank.month import Call

POOL = "bank"
LOCAL, ENGLISH = "he", "en"
SKILL_OF = {"PE": "PS"}  # regular service in English: the same skill, another language
FORGOTTEN_AFTER_S = 7_200  # longer than anybody waits
SERVICES = ("PS", "NW", "NE", "IN", "TT")


def agent(name: str, skills: tuple[str, ...], *, english: bool) -> Agent:
    """English is what PE asks for, so that is no skill."""
    return Agent(
        id=name,
        skills={it.lower(): 3 for it in skills if it in SERVICES},
        languages=dict.fromkeys((LOCAL, ENGLISH) if english else (LOCAL,), LanguageLevel()),
    )


def agents_of(found: month.Month) -> tuple[Agent, ...]:
    return tuple(agent(it.name, it.skills, english=it.english) for it in found.agents)


def document(agents: tuple[Agent, ...], *, credit_s: int, voice: ChannelSettings) -> PoolDocument:
    """A queue for each skill; customers with priority have a credit of waiting time.

    Who misses an offer is away.
    """
    return PoolDocument(
        pool=POOL,
        default_language=LOCAL,
        default_queue="ps",
        queues=tuple(
            Queue(
                name=it.lower(),
                skills=(SkillNeed(skill=it.lower()),),
                expires_after_s=FORGOTTEN_AFTER_S,
            )
            for it in SERVICES
        ),
        skills=tuple(it.lower() for it in SERVICES),
        priorities=(
            PriorityClass(name="ordinary"),
            PriorityClass(name="priority", head_start_s=credit_s),
        ),
        channels={"voice": voice},
        agents=agents,
        misses_until_away=1,
    )


class Centre:
    """Feeds events and gives back the facts; `now_ms` is set by whoever drives it."""

    def __init__(self, doc: PoolDocument) -> None:
        hash_ = hash_of(canonical(doc))
        self.now_ms = 0
        self._number = 0
        self._state = router_core.empty({hash_: doc})
        self.feed(ConfigChanged(**self._head(), actor="operator", hash=hash_, version=1))

    @property
    def deadline_ms(self) -> int | None:
        return router_core.deadline(self._state)

    def feed(self, event: Event) -> list[Event]:
        told = []
        for fact in router_core.decide(self._state, event, self.now_ms):
            router_core.evolve(self._state, fact)
            told.append(fact)
        self._state.changed.clear()  # nothing is stored
        return told

    def tick(self) -> list[Event]:
        return self.feed(Tick(**self._head()))

    def call(self, call: Call, name: str) -> list[Event]:
        """It comes now. `name`: the local part of its id."""
        return self.feed(
            InteractionReceived(
                **self._head(),
                actor="phone",
                interaction_id=f"{POOL}:{name}",
                channel="voice",
                body_hash=name,
                language=ENGLISH if call.english else LOCAL,
                language_source="given",
                queue=SKILL_OF.get(call.service, call.service).lower(),
                priority="priority" if call.priority == 2 else "ordinary",
            )
        )

    def presence(self, name: str, status: str, *, after_work: bool = False) -> list[Event]:
        return self.say(PresenceReported, agent_id=name, status=status, after_work=after_work)

    def hang_up(self, name: str) -> list[Event]:
        return self.say(CustomerAbandoned, interaction_id=f"{POOL}:{name}")

    def say(self, kind: type[Event], **given: Any) -> list[Event]:
        return self.feed(kind(**self._head(), actor="somebody", **given))

    def _head(self) -> dict[str, Any]:
        self._number += 1
        return {"event_id": f"e{self._number}", "pool": POOL, "at_ms": self.now_ms, "by": "phone"}
