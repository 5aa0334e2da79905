"""Who waits, who is asked, who has what in one pool, as the facts so far tell."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.agents import LanguageSkill
from shared.contracts.configuration import Agent, LanguageLevel, PoolDocument
from shared.contracts.presence import AgentSkillsChanged
from shared.contracts.routing import InteractionQueued, Preference, Routing
from tests.support.router_eligible import fits, may_serve

LONGEST_HEAD_START_MS = 10 * 365 * 86_400_000  # beyond it is an emergency
Standing = tuple[int, int, int, str]
Asked = tuple[Any, ...]


@dataclass(slots=True)
class Stay:
    """One interaction in one pool. `status`: limbo after its last offer, until the next fact."""

    id: str
    channel: str
    queue: str
    order_ms: int
    since_ms: int
    status: str = "waiting"
    steps: tuple[dict[str, Any], ...] = ()
    keys: tuple[tuple[Any, ...], ...] = ()  # the same, to be looked up
    steps_since_ms: int = 0
    step: int = 0
    preference: Preference | None = None
    delay_weight: int = 0
    callback: bool = False
    not_before_ms: int | None = None
    assigned_to: str | None = None
    idle: bool = False
    spoke_ms: int = 0
    parked_why: str = ""
    consulted_by: str | None = None
    offers: dict[str, tuple[str, int]] = field(default_factory=dict)  # id: agent, and its end

    def require(self, told: InteractionQueued | Routing, *, anew: bool = True) -> None:
        """What it needs, step by step; the one step that it is where nothing ever changes.

        Args:
            anew: it begins with the first; else what had widened stays so if nothing is new.
        """
        its: list[tuple[int, tuple[str, ...], int, tuple[tuple[str, int], ...], tuple[str, ...]]]
        its = [
            (
                it.after_s,
                it.languages,
                it.language_level,
                tuple((need.skill, need.level) for need in it.skills),
                it.rings,
            )
            for it in told.steps
        ] or [
            (
                0,
                (told.language, *told.other_languages),
                told.language_level,
                tuple((need.skill, need.level) for need in told.skills),
                (),
            )
        ]
        before = self.keys, self.steps_since_ms
        self.keys = tuple(its)
        self.steps = tuple(
            {"languages": it[1], "language_level": it[2], "skills": it[3], "rings": it[4]}
            for it in its
        )
        self.steps_since_ms = told.steps_since_ms or self.since_ms
        if anew or (self.keys, self.steps_since_ms) != before:
            self.step = 0
        self.queue, self.order_ms, self.delay_weight = told.queue, told.order_ms, told.delay_weight

    def step_by_time(self, now_ms: int) -> int:
        """The step that time alone has reached."""
        reached = 0
        for number, step in enumerate(self.keys):
            if self.steps_since_ms + step[0] * 1000 <= now_ms:
                reached = number
        return reached


@dataclass(slots=True)
class Pool:
    name: str
    document: PoolDocument | None = None
    hash: str = ""
    agents: dict[str, Agent] = field(default_factory=dict)
    ready: set[str] = field(default_factory=set)
    status: dict[str, str] = field(default_factory=dict)
    draining: dict[str, str] = field(default_factory=dict)  # and the status that they wait for
    withheld: set[tuple[str, str]] = field(default_factory=set)
    by_hand: dict[str, int] = field(default_factory=dict)  # number of the change of his skills
    hand_number: int = 0
    paced: dict[str, list[int]] = field(default_factory=dict)
    stays: dict[str, Stay] = field(default_factory=dict)
    waiting: dict[str, Stay] = field(default_factory=dict)
    outside: dict[str, Stay] = field(default_factory=dict)  # parked by a queue
    inside: Counter[str] = field(default_factory=Counter)  # waiting, by queue
    bounds: dict[str, int] = field(default_factory=dict)  # who was in when the bound was set
    closed: set[str] = field(default_factory=set)
    held: dict[str, dict[str, str]] = field(default_factory=dict)  # agent: interaction: channel
    wrap_ups: dict[str, str] = field(default_factory=dict)
    asides: dict[tuple[str, str], int] = field(default_factory=dict)
    now_ms: int = 0
    known: dict[tuple[str, str, int], dict[Asked, bool]] = field(default_factory=dict)

    def move(self, stay: Stay, status: str, queue: str | None = None) -> None:
        """It is somewhere else now; all that is counted by it follows."""
        if stay.status == "waiting":
            self.inside[stay.queue] -= 1
        stay.status, stay.queue = status, queue or stay.queue
        if status == "waiting":
            self.inside[stay.queue] += 1
            self.waiting[stay.id] = stay
        else:
            self.waiting.pop(stay.id, None)
        if status != "parked" or stay.parked_why not in ("closed", "queue_full"):
            self.outside.pop(stay.id, None)
        else:
            self.outside[stay.id] = stay

    def take(self, agent_id: str, stay: Stay) -> None:
        self.held.setdefault(agent_id, {})[stay.id] = stay.channel

    def free(self, agent_id: str, key: str) -> None:
        self.held.get(agent_id, {}).pop(key, None)

    def forget_asides(self, key: str) -> None:
        for pair in [it for it in self.asides if it[0] == key]:
            del self.asides[pair]

    def change_skills(self, fact: AgentSkillsChanged) -> None:
        assert self.document is not None
        agent = next((it for it in self.document.agents if it.id == fact.agent_id), None)
        if agent is None:
            return
        update: dict[str, Any] = {}
        if fact.skills is not None:
            update["skills"] = fact.skills
        if fact.languages is not None:
            update["languages"] = {tag: _level(it) for tag, it in fact.languages.items()}
        self.agents[agent.id] = agent.model_copy(update=update)
        self.by_hand[agent.id] = self.hand_number = self.hand_number + 1

    # Who could have what

    def asked(self, stay: Stay, step: int) -> Asked:
        """All that decides who may serve it; equal for those who ask the same."""
        return (stay.channel, *stay.keys[step][1:])

    def able(self, agent: Agent) -> dict[Asked, bool]:
        """What is known of what he may serve, as he is now."""
        return self.known.setdefault((self.hash, agent.id, self.by_hand.get(agent.id, 0)), {})

    def may_serve(self, agent: Agent, stay: Stay, step: int | None = None) -> bool:
        assert self.document is not None
        at = stay.step if step is None else step
        able, key = self.able(agent), self.asked(stay, at)
        if key not in able:
            asked = {"channel": stay.channel, "steps": stay.steps, "step": at}
            able[key] = may_serve(self.document, agent, asked)
        return able[key]

    def reported_ready(self, agent_id: str) -> bool:
        return agent_id in self.ready and agent_id not in self.draining

    def signed_in(self, agent_id: str) -> bool:
        """He will take something new some time: also within his hours."""
        return self.reported_ready(agent_id) and (agent_id, "hours") not in self.withheld

    def asked_now(self, agent_id: str, channel: str) -> bool:
        """Whether he is asked for something new by this channel at all, room aside."""
        pace = self.document.pace if self.document else None
        paced = pace is not None and (not pace.channels or channel in pace.channels)
        return self.signed_in(agent_id) and not (paced and (agent_id, "pace") in self.withheld)

    def could(self, agent: Agent, stay: Stay, held: list[str]) -> bool:
        """Whether he could be offered it now. `held`: channels of all that takes his units."""
        assert self.document is not None
        return (
            self.may_serve(agent, stay)
            and (stay.preference is None or stay.preference.agent_id == agent.id)
            and self.asked_now(agent.id, stay.channel)
            and self.asides.get((stay.id, agent.id), 0) <= self.now_ms
            and fits(self.document, agent, held, stay.channel)
        )

    def channels_of(self, agent_id: str) -> list[str]:
        return list(self.held.get(agent_id, {}).values())

    def standing(self, stay: Stay) -> Standing:
        """Smaller comes first: emergencies, then age, or what the wait costs by now."""
        if stay.order_ms < stay.since_ms - LONGEST_HEAD_START_MS:
            return 0, stay.order_ms, 0, stay.id
        if self.document is None or self.document.order == "age":
            return 1, stay.order_ms, 0, stay.id
        return 1, -(self.now_ms - stay.order_ms) * stay.delay_weight, stay.order_ms, stay.id


def _level(it: LanguageSkill) -> LanguageLevel:
    return LanguageLevel(spoken=it.spoken, written=it.written)
