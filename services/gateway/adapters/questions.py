"""Questions about interactions that were put to the router, so that pollers share the answers."""

from collections import OrderedDict
from dataclasses import dataclass

from services.gateway.adapters.view.outcomes import Outcome

MOST = 10_000
PENDING_S = 10.0  # an unanswered question is not asked again before


@dataclass(slots=True)
class Question:
    """One explanation_requested, and what came of it, if anything has."""

    event_id: str
    asked_s: float  # monotonic
    explained: bytes | None = None  # the fact, as it was written
    refused: Outcome | None = None

    @property
    def answered(self) -> bool:
        return self.explained is not None or self.refused is not None


class Questions:
    """The last question about each interaction; times are monotonic seconds, given by callers."""

    def __init__(self, *, fresh_s: float, most: int = MOST) -> None:
        self._of: OrderedDict[str, Question] = OrderedDict()
        self._fresh_s, self._most = fresh_s, most

    def recent(self, interaction_id: str, now_s: float) -> Question | None:
        """The question that who asks now need not ask again; None: it is time for a new one."""
        known = self._of.get(interaction_id)
        if known is None:
            return None
        good_s = self._fresh_s if known.answered else max(self._fresh_s, PENDING_S)
        return known if now_s - known.asked_s < good_s else None

    def put(self, interaction_id: str, question: Question) -> None:
        self._of[interaction_id] = question
        self._of.move_to_end(interaction_id)
        if len(self._of) > self._most:
            self._of.popitem(last=False)

    def drop(self, interaction_id: str) -> None:
        self._of.pop(interaction_id, None)
