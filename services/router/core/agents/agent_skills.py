"""What an agent may serve, changed by hand; it holds until the configuration is applied again."""

from collections.abc import Iterator

from msgspec import UNSET

from services.router.core.agents.presence import revoke
from services.router.core.model import Agent, fingerprint
from services.router.core.queues.crowd import OUTSIDE
from services.router.core.refusals import unknown_agent
from services.router.core.turn import Turn, rejected
from shared.contracts.agents import AgentSkillsRequested, LanguageSkill
from shared.contracts.event import Event
from shared.contracts.presence import AgentSkillsChanged

LEVELS = range(1, 6)  # of a skill, as in the configuration
NOT_FOR_WANT_OF_AGENTS = (*OUTSIDE, "callback")


def requested(turn: Turn, event: AgentSkillsRequested) -> Iterator[Event]:
    """Offers that he may not serve any more are taken back; what he has accepted stays with him."""
    pool = turn.pool
    if event.agent_id not in pool.plan.agents:
        yield unknown_agent(turn, event, event.agent_id)
        return
    agent = pool.agent(event.agent_id)
    if fingerprint(event.event_id) in agent.known:
        return
    refusal = _refused(turn, event)
    if refusal is not None:
        yield refusal
        return
    yield _changed(turn, event, agent)
    turn.agents[agent.id] = "skills_changed"
    unfit = [it for it in sorted(pool.seat(agent.id).offered) if not _may_serve(turn, agent.id, it)]
    yield from revoke(turn, agent.id, unfit)
    turn.came_or_left.add(agent.id)  # for some he is there now, or is not any more
    _look_who_is_served(turn)


def _may_serve(turn: Turn, agent_id: str, interaction_id: str) -> bool:
    floor = turn.pool.floor
    return floor.may_serve(agent_id, floor.requirement(turn.pool.interactions[interaction_id]))


def _changed(turn: Turn, event: AgentSkillsRequested, agent: Agent) -> AgentSkillsChanged:
    """The fact says what holds from now on: what was not named keeps an earlier change."""
    skills, languages = event.skills, event.languages
    if skills is not None or languages is not None:
        if skills is None and agent.skills is not UNSET:
            skills = dict(agent.skills)
        if languages is None and agent.languages is not UNSET:
            languages = {
                tag: LanguageSkill(spoken=level.spoken, written=level.written)
                for tag, level in agent.languages.items()
            }
    return AgentSkillsChanged(
        **turn.head(f"{event.event_id}#agent_skills_changed"),
        agent_id=agent.id,
        skills=skills,
        languages=languages,
        actor=event.actor,
        reason=event.reason,
    )


def _look_who_is_served(turn: Turn) -> None:
    """Who is parked may have found his agent, and who waits may have lost the only one.

    This costs a look at each line and at all who are parked: supervisors do it by hand, rarely.
    """
    pool = turn.pool
    for id_ in pool.away:
        it = pool.interactions[id_]
        if it.status == "parked" and it.parked_why not in NOT_FOR_WANT_OF_AGENTS:
            turn.interactions.setdefault(id_, "skills_changed")
    for line in pool.floor.lines.values():
        if line.live and not pool.floor.exists(line):
            turn.interactions |= dict.fromkeys(line.live, "skills_changed")


def _refused(turn: Turn, event: AgentSkillsRequested) -> Event | None:
    plan = turn.pool.plan
    for skill, level in sorted((event.skills or {}).items()):
        if skill not in plan.skills:
            code = "unknown_skill"
            message = (
                f"Pool {turn.pool.name} has no skill {skill!r}; it has: "
                f"{', '.join(sorted(plan.skills)) or 'none'}. Name one of them, or add the skill "
                "to the configuration."
            )
        elif level not in LEVELS:
            code = "bad_skill_level"
            message = (
                f"Skill {skill!r} cannot have the level {level}: levels are 1 (beginner) to 5 "
                "(expert). Leave the skill out to take it from the agent."
            )
        else:
            continue
        return rejected(
            event, turn.now, plan.hash, code=code, field="skills", message=message, status=422
        )
    return None
