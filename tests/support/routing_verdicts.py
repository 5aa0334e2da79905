"""Why an agent may not have an interaction, from the contracts and what is stored, alone.

Nothing of the router's own code is used: this is what its explanations are measured against.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.configuration import Agent, PoolDocument

ORDER = (
    "channel", "ring", "language", "skill", "preference", "presence", "hours", "pace", "capacity",
    "channel_cap", "aside",
)  # fmt: skip
Json = Mapping[str, Any]


@dataclass
class Stored:
    """One pool as it is stored: entities as JSON, and the document that it runs under."""

    doc: PoolDocument
    now: int
    agents: dict[str, Json] = field(default_factory=dict)
    interactions: dict[str, Json] = field(default_factory=dict)
    stubs: dict[str, Json] = field(default_factory=dict)

    def held(self, agent_id: str) -> Iterator[str]:
        """Channels of all that takes his capacity: offered, assigned and not idle, in wrap-up."""
        for it in self.interactions.values():
            for offer in it["offers"]:
                if offer["agent_id"] == agent_id:
                    yield it["channel"]
            if it["agent_id"] == agent_id and not it["held"]:
                yield it["channel"]
        for stub in self.stubs.values():
            if stub["wrap_up_by"] == agent_id:
                yield stub["channel"]


def steps(it: Json) -> list[Json]:
    """What it requires, step by step."""
    found = it.get("steps")
    if found:
        return list(found)
    return [
        {
            "after_s": 0,
            "languages": [it["language"], *it["other_languages"]],
            "language_level": it["language_level"],
            "skills": it["skills"],
            "rings": [],
        }
    ]


def failing(stored: Stored, it: Json, agent: Agent) -> list[str]:
    """All constraints that fail, in the contract's order; empty: he is eligible."""
    if any(offer["agent_id"] == agent.id for offer in it["offers"]):
        return []
    return [name for name in ORDER if fails(name, stored, it, agent, steps(it)[it["step"]])]


def fails(name: str, stored: Stored, it: Json, agent: Agent, step: Json) -> bool:
    """One case per constraint."""
    doc, channel = stored.doc, it["channel"]
    channels = {str(key): settings for key, settings in doc.channels.items()}
    settings = channels.get(channel)
    own = stored.agents.get(agent.id, {"status": "offline", "withheld": {}})
    caps = {str(key): cap for key, cap in agent.channels.items()}
    held = list(stored.held(agent.id))
    match name:
        case "channel":
            listed = not caps or caps.get(channel, 0) > 0
            return settings is None or not listed or settings.units > agent.capacity_units
        case "ring":
            return bool(agent.rings) and not set(agent.rings) & set(step["rings"])
        case "language":
            if agent.interpreter and "@interpreter" in step["languages"]:
                return False
            assert settings is not None
            levels = _levels(own, agent, "spoken" if channel == "voice" else "written")
            least = max(1, step["language_level"], settings.min_language_level)
            return not any(_best(levels, tag) >= least for tag in step["languages"])
        case "skill":
            levels = own.get("skills", agent.skills)
            return any(levels.get(skill, 0) < level for skill, level in step["skills"])
        case "preference":
            preferred = it.get("preferred")
            return (
                preferred is not None
                and preferred["until_ms"] > stored.now
                and preferred["agent_id"] != agent.id
            )
        case "presence":
            return own["status"] != "ready" or own.get("next_status") is not None
        case "hours":
            return "hours" in own["withheld"]
        case "pace":
            paced = doc.pace is None or not doc.pace.channels or channel in doc.pace.channels
            return "pace" in own["withheld"] and paced
        case "capacity":
            assert settings is not None
            counted = [
                channels[other].units
                for other in held
                if settings.interruptible or not channels[other].interruptible
            ]
            return sum(counted) + settings.units > agent.capacity_units
        case "channel_cap":
            return bool(caps) and held.count(channel) >= caps.get(channel, 0)
        case "aside":
            aside = it["asides"].get(agent.id)
            return aside is not None and aside["until_ms"] > stored.now
        case _:
            raise AssertionError(name)


def ends_ms(name: str, stored: Stored, it: Json, agent: Agent) -> int | None:
    """When time alone ends a constraint that fails now."""
    if name in ("hours", "pace"):
        until: int | None = stored.agents[agent.id]["withheld"][name]
        return until
    if name == "aside":
        return int(it["asides"][agent.id]["until_ms"])
    if name == "preference":
        return int(it["preferred"]["until_ms"])
    if name in ("ring", "language", "skill"):
        for step in steps(it)[it["step"] + 1 :]:
            if not fails(name, stored, it, agent, step):
                return int(it["steps_since_ms"] + step["after_s"] * 1000)
    return None


def lasting_parts(doc: PoolDocument, it: Json, agent: Agent) -> dict[str, int]:
    """Parts of an agent's rank that do not depend on what he does just now."""
    step = steps(it)[it["step"]]
    channels = {str(key): settings for key, settings in doc.channels.items()}
    least = max(1, step["language_level"], channels[it["channel"]].min_language_level)
    levels = _levels({}, agent, "spoken" if it["channel"] == "voice" else "written")
    speaks = [
        agent.interpreter if tag == "@interpreter" else _best(levels, tag) >= least
        for tag in step["languages"]
    ]
    asked = [agent.skills[skill] for skill, _ in step["skills"]]
    return {
        "language": speaks.index(True),
        "proficiency": 5 - min(asked, default=5),
        "flexibility": len(agent.skills) + len(agent.languages),
    }


def _levels(own: Json, agent: Agent, mode: str) -> dict[str, int]:
    if "languages" in own:
        return {tag.lower(): level[mode] for tag, level in own["languages"].items()}
    return {tag.lower(): getattr(level, mode) for tag, level in agent.languages.items()}


def _best(levels: Mapping[str, int], tag: str) -> int:
    """RFC 4647 lookup: the customer's tag is made shorter, never the agent's."""
    parts = tag.lower().split("-")
    forms = ("-".join(parts[:length]) for length in range(1, len(parts) + 1))
    return max(levels.get(form, 0) for form in forms)
