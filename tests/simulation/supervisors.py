"""Supervisors: they step in with an interaction, change what agents may serve, and ask why."""

from functools import partial
from random import Random
from typing import Any

from shared.contracts.agents import AgentSkillsRequested, LanguageSkill
from shared.contracts.event import Event
from shared.contracts.interactions import (
    AssignRequested,
    ChangeRequested,
    ExplanationRequested,
    RequeueRequested,
    SkillNeed,
)
from shared.contracts.topics import POOL_LOG
from tests.simulation.desk import Desk
from tests.simulation.features import QUEUES
from tests.simulation.gateway import Front
from tests.simulation.world import World

CHANGES: tuple[dict[str, Any], ...] = (
    {"priority": "urgent"},
    {"priority": "fire"},
    {"language": "es", "other_languages": ("en",)},
    {"skills": (SkillNeed(skill="technical", level=3, drops_after_s=90),)},
    {"reapply": True},
)
SKILLS: tuple[dict[str, Any], ...] = (
    {"skills": {"technical": 4, "billing": 2}},
    {"skills": {}},
    {"languages": {"en": LanguageSkill(), "es": LanguageSkill(spoken=2)}},
    {},
)


class Supervisors:
    def __init__(self, world: World, front: Front, desk: Desk, chance: Random) -> None:
        self._world, self._front, self._desk, self._chance = world, front, desk, chance
        self._said = 0

    def plan(self, over_ms: int) -> None:
        for act, least, most in (
            (self._step_in, 6, 12), (self._change_skills, 0, 2), (self._ask_why, 2, 5),
        ):  # fmt: skip
            for _ in range(self._chance.randint(least, most)):
                self._world.schedule.after(self._chance.randint(60_000, over_ms), act)

    def _step_in(self) -> None:
        """What waits is given to somebody, or changed; what somebody has is taken from him."""
        chance, found = self._chance, self._recent()
        if not found:
            return
        id_ = chance.choice(found)
        pool, held = self._desk.pool_of[id_], id_ in self._desk.holder
        dice = chance.random()
        if dice < 0.35:
            self._say(AssignRequested, pool, interaction_id=id_, agent_id=self._agent(pool))
        elif dice < (0.8 if held else 0.45):
            self._say(RequeueRequested, pool, interaction_id=id_)
        else:
            queue = {"queue": chance.choice((*QUEUES, "spill"))}
            self._say(ChangeRequested, pool, interaction_id=id_, **chance.choice((*CHANGES, queue)))

    def _change_skills(self) -> None:
        """For a while, or until the configuration is applied again."""
        pool = self._chance.choice(self._world.centre.names)
        number = self._chance.randint(1, len(self._world.centre.pools[pool].agents) - 1)
        agent_id, given = f"{pool}-{number}", self._chance.choice(SKILLS)
        self._say(AgentSkillsRequested, pool, agent_id=agent_id, **given)
        self._world.schedule.after(
            self._chance.randint(300, 1800) * 1000,
            partial(self._say, AgentSkillsRequested, pool, agent_id=agent_id),
        )

    def _ask_why(self) -> None:
        found = self._recent()
        if found:
            id_ = self._chance.choice(found)
            self._say(ExplanationRequested, self._desk.pool_of[id_], interaction_id=id_)

    def _recent(self) -> list[str]:
        """The last that came, as far as they are open."""
        return [it for it in list(self._desk.pool_of)[-60:] if it not in self._desk.ended]

    def _agent(self, pool: str) -> str:
        return self._chance.choice(self._world.centre.pools[pool].agents).id

    def _say(self, kind: type[Event], pool: str, **given: Any) -> None:
        self._said += 1
        self._front.submit(
            f"supervisor:{self._said}",
            lambda stamp: kind(**stamp, pool=pool, actor="supervisor:s0", **given),
            [(POOL_LOG, pool)],
        )
