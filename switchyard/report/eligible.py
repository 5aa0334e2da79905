"""R4: nobody is offered what he may not serve at that instant; eligibility only grows."""

from shared.contracts.configuration import Agent, PoolDocument
from shared.contracts.routing import (
    InteractionAssigned,
    InteractionChanged,
    InteractionQueued,
    InteractionRequeued,
    InteractionWidened,
    OfferEnded,
    OfferMade,
    Step,
)
from switchyard.report.reading import Entry
from switchyard.report.staff import Levels, Staff
from switchyard.report.verdict import Finding, Verdict
from switchyard.report.work import Need, Needs, growth_faults

INTERPRETER = "@interpreter"


class EligibleCheck:
    """Judges each offer by the configuration it names, and by what is known of the agent then."""

    def __init__(self, documents: dict[str, PoolDocument]) -> None:
        self._finding = Finding("R4", "nobody is offered what he may not serve")
        self._documents = documents
        self._needs = Needs(documents)
        self._staff = Staff(documents)
        self._aside_until: dict[str, dict[str, int]] = {}  # by interaction, then agent

    def see(self, entry: Entry) -> None:
        if isinstance(entry.event, InteractionWidened):
            self._widened(entry.event)
        self._needs.see(entry)
        self._staff.see(entry)
        match entry.event:
            case OfferEnded(aside_until_ms=int(until)) as ended:
                self._aside_until.setdefault(ended.interaction_id, {})[ended.agent_id] = until
            case InteractionAssigned() | InteractionQueued() as begun:
                # Somebody had it, or it begins a new stay: everybody may be asked again.
                self._aside_until.pop(begun.interaction_id, None)
            case InteractionRequeued(preference=preference) as again if preference is not None:
                self._aside_until.get(again.interaction_id, {}).pop(preference.agent_id, None)
            case OfferMade() as made:
                self._finding.exercised += 1
                fault = self._fault(made)
                if fault is not None:
                    self._finding.broken(f"{made.offer_id}: {fault}")
            case _:
                pass  # does not bear on who may be offered what
        if isinstance(entry.event, InteractionQueued | InteractionRequeued | InteractionChanged):
            self._check_steps(entry.event.interaction_id)

    def _check_steps(self, key: str) -> None:
        need = self._needs.by_interaction.get(key)
        for fault in growth_faults(need.steps) if need is not None else ():
            self._finding.broken(f"{key}: {fault}")

    def _widened(self, fact: InteractionWidened) -> None:
        """Steps go forward, and those that came by waiting not before their time."""
        need = self._needs.by_interaction.get(fact.interaction_id)
        if need is None:
            return
        if fact.step < need.step or fact.step >= len(need.steps):
            self._finding.broken(f"{fact.event_id}: from step {need.step} to step {fact.step}")
        elif fact.why == "waited" and fact.let_go is None:
            due_ms = need.since_ms + need.steps[fact.step].after_s * 1000
            if fact.at_ms < due_ms:
                self._finding.broken(f"{fact.event_id}: {due_ms - fact.at_ms} ms before its time")

    def _fault(self, made: OfferMade) -> str | None:
        """The first constraint that failed, or None."""
        document = self._documents.get(made.config)
        if document is None:
            return f"configuration {made.config or '(none)'} is not known"
        agent = self._staff.configured(made)
        need = self._needs.by_interaction.get(made.interaction_id)
        if agent is None:
            return f"{made.agent_id} is not an agent of {made.pool}"
        if need is None:
            return "it was never queued"
        return (
            self._staff.absence(made, document)
            or self._pair_fault(need, made)
            or _channel_fault(agent, need, made)
            or self._skill_fault(agent, need, made)
            or _ring_fault(agent, need.now)
            or self._language_fault(agent, need, made, document)
        )

    def _pair_fault(self, need: Need, made: OfferMade) -> str | None:
        if self._aside_until.get(made.interaction_id, {}).get(made.agent_id, 0) > made.at_ms:
            return f"{made.agent_id} was set aside for it"
        preferred = need.preferred(made.at_ms)
        if preferred not in (None, made.agent_id):
            return f"{preferred} is preferred until then, and not let go"
        return None

    def _skill_fault(self, agent: Agent, need: Need, made: OfferMade) -> str | None:
        skills = self._staff.skills(made.pool, agent)
        for wanted in need.now.skills:
            level = skills.get(wanted.skill, 0)
            if level < wanted.level:
                return f"{agent.id} has {wanted.skill} at {level}, {wanted.level} is needed"
        return None

    def _language_fault(
        self, agent: Agent, need: Need, made: OfferMade, document: PoolDocument
    ) -> str | None:
        """The language that served must be one of the customer's, and be spoken well enough.

        `pt-BR` is served by `pt`: a tag falls back to what stands before its subtags. With an
        interpreter any language is.
        """
        wanted = need.now.languages
        if made.why.language_tag not in {t for it in wanted for t in _fallbacks(it)}:
            return f"language {made.why.language_tag} is none of the customer's"
        if INTERPRETER in wanted and agent.interpreter:
            return None
        settings = document.channels.get(made.channel)
        least = 1 if settings is None else settings.min_language_level
        least = max(least, need.now.language_level)
        best = _best(
            self._staff.languages(made.pool, agent), wanted, spoken=made.channel == "voice"
        )
        if best < least:
            return f"{agent.id} has {'/'.join(wanted)} at {best}, {least} is needed"
        return None

    def verdict(self) -> Verdict:
        return self._finding.verdict()


def _channel_fault(agent: Agent, need: Need, made: OfferMade) -> str | None:
    if made.channel != need.channel:
        return f"offered by {made.channel}, but it waits by {need.channel}"
    # Who lists no channel does all of them.
    if agent.channels and agent.channels.get(need.channel, 0) < 1:
        return f"{agent.id} does not take {need.channel}"
    return None


def _ring_fault(agent: Agent, step: Step) -> str | None:
    """Agents without a ring always take part."""
    if agent.rings and not set(agent.rings) & set(step.rings):
        return f"{agent.id} is in {'/'.join(agent.rings)}, and that ring is not open"
    return None


def _best(levels: Levels, wanted: tuple[str, ...], *, spoken: bool) -> int:
    found = (levels[tag] for language in wanted for tag in _fallbacks(language) if tag in levels)
    return max((it.spoken if spoken else it.written for it in found), default=0)


def _fallbacks(tag: str) -> list[str]:
    parts = tag.split("-")
    return ["-".join(parts[:n]) for n in range(len(parts), 0, -1)]
