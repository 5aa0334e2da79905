"""Explanations that the router gave, by the question that they answer."""

from collections import OrderedDict

KEPT = 2_000


class Explained:
    """The latest ones as they were written; they change nothing, and stand in no story."""

    def __init__(self, *, kept: int = KEPT) -> None:
        self._by_question: OrderedDict[str, bytes] = OrderedDict()
        self._kept = kept

    def heard(self, question: str, value: bytes) -> None:
        self._by_question[question] = value
        if len(self._by_question) > self._kept:
            self._by_question.popitem(last=False)

    def answer(self, question: str) -> bytes | None:
        return self._by_question.get(question)
