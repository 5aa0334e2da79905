"""Who may serve what, and has room for it: the plain way, from the words of the contracts alone.

Nothing of the router's own code is used: this is what it is measured against. An interaction is a
mapping, as it is stored or was told.
"""

from collections.abc import Mapping
from typing import Any

from shared.contracts.configuration import Agent, ChannelSettings, PoolDocument

INTERPRETER = "@interpreter"


def required(it: Mapping[str, Any], last: bool = False) -> tuple[Any, Any, Any, Any]:
    """(languages, least level, skills, rings) in the present step, or in the last one."""
    steps = it.get("steps") or ()
    if not steps:
        languages = (it["language"], *it["other_languages"])
        return languages, it.get("language_level", 0), it["skills"], ()
    step = steps[-1 if last else it.get("step", 0)]
    return step["languages"], step["language_level"], step["skills"], step["rings"]


def may_serve(
    doc: PoolDocument, agent: Agent, it: Mapping[str, Any], *, last: bool = False
) -> bool:
    """Channel, ring, language and skills; a language never drops."""
    channel = it["channel"]
    if channel not in doc.channels or doc.channels[channel].units > agent.capacity_units:
        return False
    if agent.channels and not agent.channels.get(channel):
        return False
    languages, least, skills, rings = required(it, last)
    if agent.rings and not set(agent.rings) & set(rings):
        return False
    if any(agent.skills.get(skill, 0) < level for skill, level in skills):
        return False
    mode = "spoken" if channel == "voice" else "written"
    least = max(1, doc.channels[channel].min_language_level, least)
    listed = {tag.lower(): getattr(level, mode) for tag, level in agent.languages.items()}
    return any(
        (tag == INTERPRETER and agent.interpreter)
        or any(listed.get(form, 0) >= least for form in (tag.lower(), tag.lower().split("-")[0]))
        for tag in languages
    )


def should_wait_by(
    doc: PoolDocument, it: Mapping[str, Any], down: Mapping[str, bool]
) -> str | None:
    """Its own channel, or the first backup that is up, reaches him and has an agent; else none."""

    def served(channel: str) -> bool:
        its = {**it, "channel": channel}
        return any(may_serve(doc, agent, its, last=True) for agent in doc.agents)

    home = it["home"]
    if not down.get(home):
        return home if served(home) else None
    backups = doc.channels[home].backups if home in doc.channels else ()
    return next(
        (to for to in backups if not down.get(to) and to in it["reachable_by"] and served(to)),
        None,
    )


def fits(doc: PoolDocument, agent: Agent, held: list[str], channel: str) -> bool:
    """Whether one more of `channel`, beside what he holds (channels), is within units and its cap.

    Work that may be interrupted fits if all fits; other work looks at its like alone. After a
    change of the configuration he may hold more of another channel than its new cap, and some of
    a channel that the document lacks now: that takes the default units.
    """
    settings = {str(name): its for name, its in doc.channels.items()}
    default = ChannelSettings()
    counted = [settings.get(it, default) for it in held]
    own = settings.get(channel, default)
    used = sum(it.units for it in counted if own.interruptible or not it.interruptible)
    if used + own.units > agent.capacity_units:
        return False
    caps = {str(name): cap for name, cap in agent.channels.items()}
    return not caps or held.count(channel) < caps.get(channel, 0)
