"""What is known of each agent at each instant: presence, who is withheld, skills by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.contracts.agents import LanguageSkill
from shared.contracts.configuration import Agent, LanguageLevel, PoolDocument
from shared.contracts.presence import AgentChanged, AgentSkillsChanged, AgentWithheld
from shared.contracts.routing import OfferMade
from shared.contracts.system import ConfigTaken
from switchyard.report.reading import Entry

Levels = Mapping[str, LanguageLevel | LanguageSkill]


@dataclass(slots=True)
class Staff:
    """Agents by pool and id; abilities are those configured, unless they were changed by hand."""

    documents: dict[str, PoolDocument]
    _configured: dict[str, dict[str, Agent]] = field(default_factory=dict)
    _presence: dict[tuple[str, str], AgentChanged] = field(default_factory=dict)
    _withheld: dict[tuple[str, str, str], int | None] = field(default_factory=dict)
    _by_hand: dict[str, dict[str, AgentSkillsChanged]] = field(default_factory=dict)

    def see(self, entry: Entry) -> None:
        match entry.event:
            case AgentChanged() as changed:
                self._presence[changed.pool, changed.agent_id] = changed
            case AgentWithheld(pool=pool, agent_id=agent, why=why) as fact:
                if fact.withheld:
                    self._withheld[pool, agent, why] = fact.until_ms
                else:
                    self._withheld.pop((pool, agent, why), None)
            case AgentSkillsChanged() as by_hand:
                self._by_hand.setdefault(by_hand.pool, {})[by_hand.agent_id] = by_hand
            case ConfigTaken(service="router", pool=pool):
                self._by_hand.pop(pool, None)  # it ends when a configuration is applied
            case _:
                pass  # says nothing of agents

    def configured(self, made: OfferMade) -> Agent | None:
        if made.config not in self._configured:
            document = self.documents[made.config]
            self._configured[made.config] = {it.id: it for it in document.agents}
        return self._configured[made.config].get(made.agent_id)

    def skills(self, pool: str, agent: Agent) -> Mapping[str, int]:
        by_hand = self._by_hand.get(pool, {}).get(agent.id)
        return agent.skills if by_hand is None or by_hand.skills is None else by_hand.skills

    def languages(self, pool: str, agent: Agent) -> Levels:
        by_hand = self._by_hand.get(pool, {}).get(agent.id)
        if by_hand is None or by_hand.languages is None:
            return agent.languages
        return by_hand.languages

    def absence(self, made: OfferMade, document: PoolDocument) -> str | None:
        """Why he should not have been asked, whatever it was."""
        who = made.agent_id
        presence = self._presence.get((made.pool, who))
        if presence is None or presence.status != "ready":
            return f"{who} was {presence.status if presence else 'never seen'}"
        if presence.epoch != made.agent_epoch:
            return f"epoch {made.agent_epoch}, but {who} is at {presence.epoch}"
        if presence.next_status is not None:
            return f"{who} is to be {presence.next_status} when the work is done"
        paced = document.pace.channels if document.pace is not None else ()
        if self._is_withheld(made, "hours"):
            return f"{who} was outside the hours"
        if (not paced or made.channel in paced) and self._is_withheld(made, "pace"):
            return f"{who} had as many offers as the pace allows"
        return None

    def _is_withheld(self, made: OfferMade, why: str) -> bool:
        key = (made.pool, made.agent_id, why)
        if key not in self._withheld:
            return False
        until_ms = self._withheld[key]
        return until_ms is None or made.at_ms < until_ms
