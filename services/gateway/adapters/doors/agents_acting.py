"""For which agent a call acts: agents for themselves, others for whom they name."""

from services.gateway.adapters.doors.door import Call
from services.gateway.adapters.problems import Problem
from services.gateway.adapters.view.model import Interaction


def acting_agent(call: Call, pool: str, given: str | None, *, holds: str | None = None) -> str:
    """The agent of this call, who is in the pool. `holds`: who has the thing it is about.

    Raises:
        Problem: 403 not this key's agent, 404 no such agent in the pool, 422 nobody was named.
    """
    own = call.key.agents if call.key.role == "agent" else None
    agent_id = given
    if agent_id is None and (own is None or holds in own):
        agent_id = holds
    if agent_id is None and own is not None and len(own) == 1:
        agent_id = own[0]
    if agent_id is None:
        raise Problem(422, "agent_needed", "Say in `agent_id` for which agent.", field="agent_id")
    must_be_own(call, agent_id)
    must_know(call, pool, agent_id)
    return agent_id


def must_be_own(call: Call, agent_id: str) -> None:
    key = call.key
    if key.role == "agent" and agent_id not in key.agents:
        raise Problem(
            403,
            "agent_not_allowed",
            f"Key `{key.name}` acts for {', '.join(key.agents)}, not for this agent.",
            field="agent_id",
        )


def must_be_own_work(call: Call, pool: str, known: Interaction | None) -> None:
    """An agent moves what he has, and nothing else; a repeat is answered as the first was."""
    key = call.key
    if key.role != "agent" or call.repeats(pool):
        return
    if known is None or known.state != "assigned" or known.agent_id not in key.agents:
        raise Problem(
            409,
            "not_assigned",
            f"The interaction is not with {' or '.join(key.agents)} now. Read where it is; "
            "a supervisor can move what others have.",
            field="interaction_id",
        )


def must_know(call: Call, pool: str, agent_id: str, *, field: str = "agent_id") -> None:
    if agent_id not in call.enter(pool).agents:
        raise Problem(
            404,
            "unknown_agent",
            f"Pool `{pool}` has no agent `{agent_id[:64]}`. Mend the id, or add the agent to the "
            "pool's configuration.",
            field=field,
        )


def pool_of_agent(call: Call, agent_id: str, asked: str | None) -> str:
    """The pool of an agent; `asked` (?pool=) decides where several know him."""
    must_be_own(call, agent_id)
    if asked is not None:
        must_know(call, asked, agent_id)
        return asked
    pools = call.desk.view.directory.pools_of(agent_id)
    if not pools:
        raise Problem(
            404,
            "unknown_agent",
            f"No pool has an agent `{agent_id[:64]}`. Mend the id, or add the agent to a pool's "
            "configuration.",
            field="agent_id",
        )
    allowed = [pool for pool in pools if call.key.may_enter(pool)]
    if len(allowed) > 1:
        raise Problem(
            422,
            "pool_needed",
            f"Several pools have this agent ({', '.join(allowed)}): add ?pool=.",
            field="pool",
        )
    pool = allowed[0] if allowed else pools[0]
    call.enter(pool)
    return pool
