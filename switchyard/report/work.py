"""What an interaction asks of an agent, as the router had decided it, at each instant."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from shared.contracts.configuration import PoolDocument, Queue
from shared.contracts.interactions import SkillNeed
from shared.contracts.routing import (
    InteractionChanged,
    InteractionMoved,
    InteractionQueued,
    InteractionRequeued,
    InteractionWidened,
    Preference,
    Routing,
    Step,
)
from shared.contracts.words import Channel
from switchyard.report.reading import Entry


@dataclass(slots=True)
class Need:
    """`steps` has one at least; `step` is the number of the one that holds."""

    channel: Channel  # by which it waits: another than it came by while that one is down
    steps: tuple[Step, ...]
    since_ms: int
    step: int = 0
    preference: Preference | None = None

    @property
    def now(self) -> Step:
        return self.steps[self.step]

    def preferred(self, at_ms: int) -> str | None:
        """The only agent who may be asked at that time."""
        wanted = self.preference
        return wanted.agent_id if wanted is not None and at_ms < wanted.until_ms else None


@dataclass(slots=True)
class Needs:
    """Needs by interaction."""

    documents: dict[str, PoolDocument]
    by_interaction: dict[str, Need] = field(default_factory=dict)

    def see(self, entry: Entry) -> None:
        match entry.event:
            case InteractionQueued() as queued:
                self.by_interaction[queued.interaction_id] = Need(
                    queued.channel,
                    _steps(queued),
                    queued.steps_since_ms or queued.waiting_since_ms,
                    preference=queued.preference,
                )
            case InteractionRequeued() as requeued:
                self._requeued(requeued)
            case InteractionChanged(interaction_id=key, routing=routing):
                if (need := self.by_interaction.get(key)) is not None:
                    same = (need.steps, need.since_ms) == (_steps(routing), routing.steps_since_ms)
                    _route(need, routing, step=need.step if same else 0)
            case InteractionWidened() as widened:
                if (need := self.by_interaction.get(widened.interaction_id)) is not None:
                    need.step = min(widened.step, len(need.steps) - 1)
                    if widened.let_go is not None:
                        need.preference = None
            case InteractionMoved() as moved:
                if (need := self.by_interaction.get(moved.interaction_id)) is not None:
                    need.channel = moved.to_channel
            case _:
                pass  # needs nothing

    def _requeued(self, fact: InteractionRequeued) -> None:
        need = self.by_interaction.get(fact.interaction_id)
        if need is None:
            return
        need.preference = fact.preference
        if fact.routing is not None:
            _route(need, fact.routing, step=0)
        elif fact.reason == "transferred":  # as it was told before facts said what is needed
            queue = self._queue(fact.config, fact.queue)
            if queue is not None:
                need.steps = (need.now.model_copy(update={"skills": queue.skills}),)
                need.step = 0

    def _queue(self, config: str, name: str) -> Queue | None:
        document = self.documents.get(config)
        if document is None:
            return None
        return next((it for it in document.queues if it.name == name), None)


def growth_faults(steps: tuple[Step, ...]) -> Iterator[str]:
    """Where a later step asks for more than the one before: nobody may lose by waiting."""
    for number, (before, after) in enumerate(pairwise(steps), start=1):
        had = {need.skill: need.level for need in before.skills}
        if after.after_s < before.after_s:
            yield f"step {number} begins before the one before it"
        if not set(before.languages) <= set(after.languages):
            yield f"step {number} drops a language"
        if after.language_level > before.language_level:
            yield f"step {number} asks for a better language"
        if any(need.level > had.get(need.skill, 0) for need in after.skills):
            yield f"step {number} asks for more skill"
        if not set(before.rings) <= set(after.rings):
            yield f"step {number} closes a ring"


def _route(need: Need, routing: Routing, *, step: int) -> None:
    need.steps, need.since_ms, need.step = _steps(routing), routing.steps_since_ms, step


def _steps(told: InteractionQueued | Routing) -> tuple[Step, ...]:
    """Where nothing ever changes with time, the one step that it is."""
    only = Step(
        after_s=0,
        languages=(told.language, *told.other_languages),
        language_level=told.language_level,
        skills=tuple(SkillNeed(skill=it.skill, level=it.level) for it in told.skills),
    )
    return told.steps or (only,)
