"""R4: nobody is offered what he may not serve at that instant."""

from shared.contracts.configuration import Agent, PoolDocument
from shared.contracts.routing import (
    AgentChanged,
    InteractionAssigned,
    InteractionQueued,
    OfferEnded,
    OfferMade,
)
from switchyard.report.reading import Entry
from switchyard.report.verdict import Finding, Verdict
from switchyard.report.work import Need, Needs


class EligibleCheck:
    """Judges each offer by the configuration it names and by what is known of the agent."""

    def __init__(self, documents: dict[str, PoolDocument]) -> None:
        self._finding = Finding("R4", "nobody is offered what he may not serve")
        self._documents = documents
        self._agents: dict[str, dict[str, Agent]] = {}
        self._needs = Needs(documents)
        self._presence: dict[tuple[str, str], AgentChanged] = {}
        self._aside_until: dict[str, dict[str, int]] = {}  # by interaction, then agent

    def see(self, entry: Entry) -> None:
        self._needs.see(entry)
        match entry.event:
            case AgentChanged() as changed:
                self._presence[changed.pool, changed.agent_id] = changed
            case OfferEnded(aside_until_ms=int(until)) as ended:
                self._aside_until.setdefault(ended.interaction_id, {})[ended.agent_id] = until
            case InteractionAssigned() | InteractionQueued() as begun:
                # Somebody had it, or it begins a new stay: everybody may be asked again.
                self._aside_until.pop(begun.interaction_id, None)
            case OfferMade() as made:
                self._finding.exercised += 1
                fault = self._fault(made)
                if fault is not None:
                    self._finding.broken(f"{made.offer_id}: {fault}")
            case _:
                pass  # does not bear on who may be offered what

    def _fault(self, made: OfferMade) -> str | None:
        """The first constraint that failed, or None."""
        document = self._documents.get(made.config)
        if document is None:
            return f"configuration {made.config or '(none)'} is not known"
        agent = self._agent(made)
        need = self._needs.by_interaction.get(made.interaction_id)
        if agent is None:
            return f"{made.agent_id} is not an agent of {made.pool}"
        if need is None:
            return "it was never queued"
        return (
            self._presence_fault(made)
            or _channel_fault(need, made)
            or _skill_fault(agent, need)
            or _language_fault(agent, need, made, document)
        )

    def _presence_fault(self, made: OfferMade) -> str | None:
        presence = self._presence.get((made.pool, made.agent_id))
        if presence is None or presence.status != "ready":
            return f"{made.agent_id} was {presence.status if presence else 'never seen'}"
        if presence.epoch != made.agent_epoch:
            return f"epoch {made.agent_epoch}, but {made.agent_id} is at {presence.epoch}"
        if self._aside_until.get(made.interaction_id, {}).get(made.agent_id, 0) > made.at_ms:
            return f"{made.agent_id} was set aside for it"
        return None

    def _agent(self, made: OfferMade) -> Agent | None:
        if made.config not in self._agents:
            document = self._documents[made.config]
            self._agents[made.config] = {it.id: it for it in document.agents}
        return self._agents[made.config].get(made.agent_id)

    def verdict(self) -> Verdict:
        return self._finding.verdict()


def _channel_fault(need: Need, made: OfferMade) -> str | None:
    if made.channel != need.channel:
        return f"offered by {made.channel}, but it waits by {need.channel}"
    return None


def _skill_fault(agent: Agent, need: Need) -> str | None:
    for wanted in need.skills:
        level = agent.skills.get(wanted.skill, 0)
        if level < wanted.level:
            return f"{agent.id} has {wanted.skill} at {level}, {wanted.level} is needed"
    # Who lists no channel does all of them.
    if agent.channels and agent.channels.get(need.channel, 0) < 1:
        return f"{agent.id} does not take {need.channel}"
    return None


def _language_fault(
    agent: Agent, need: Need, made: OfferMade, document: PoolDocument
) -> str | None:
    """The language that served must be one of the customer's, and be spoken well enough.

    `pt-BR` is served by `pt`: a tag falls back to what stands before its subtags.
    """
    settings = document.channels.get(made.channel)
    least = 1 if settings is None else settings.min_language_level
    mode = "spoken" if made.channel == "voice" else "written"
    best = max(
        (
            getattr(agent.languages[tag], mode)
            for language in need.languages
            for tag in _fallbacks(language)
            if tag in agent.languages
        ),
        default=0,
    )
    if best < least:
        return f"{agent.id} has {'/'.join(need.languages)} at {best}, {least} is needed"
    if made.why.language_tag not in {t for it in need.languages for t in _fallbacks(it)}:
        return f"language {made.why.language_tag} is none of the customer's"
    return None


def _fallbacks(tag: str) -> list[str]:
    parts = tag.split("-")
    return ["-".join(parts[:n]) for n in range(len(parts), 0, -1)]
