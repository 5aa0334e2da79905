"""What an interaction asks of an agent, as the router had decided it when it queued it."""

from dataclasses import dataclass, field

from shared.contracts.configuration import PoolDocument, Queue
from shared.contracts.interactions import SkillNeed
from shared.contracts.routing import InteractionMoved, InteractionQueued, InteractionRequeued
from shared.contracts.words import Channel
from switchyard.report.reading import Entry


@dataclass(slots=True)
class Need:
    channel: Channel  # by which it waits: another than it came by while that one is down
    languages: tuple[str, ...]
    skills: tuple[SkillNeed, ...]


@dataclass(slots=True)
class Needs:
    """Needs by interaction. A transfer inside the pool adds the skills of the new queue."""

    documents: dict[str, PoolDocument]
    by_interaction: dict[str, Need] = field(default_factory=dict)

    def see(self, entry: Entry) -> None:
        match entry.event:
            case InteractionQueued() as queued:
                self.by_interaction[queued.interaction_id] = Need(
                    queued.channel,
                    (queued.language, *queued.other_languages),
                    queued.skills,
                )
            case InteractionRequeued(reason="transferred") as requeued:
                need = self.by_interaction.get(requeued.interaction_id)
                queue = self._queue(requeued.config, requeued.queue)
                if need is not None and queue is not None:
                    need.skills = queue.skills
            case InteractionMoved() as moved:
                need = self.by_interaction.get(moved.interaction_id)
                if need is not None:
                    need.channel = moved.to_channel
            case _:
                pass  # needs nothing

    def _queue(self, config: str, name: str) -> Queue | None:
        document = self.documents.get(config)
        if document is None:
            return None
        return next((it for it in document.queues if it.name == name), None)
