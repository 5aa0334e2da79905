"""The same message where its provider takes less: headline, link, and three facts."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.notifier.adapters.words.blocks import (
    Block,
    Items,
    Link,
    Part,
    Quote,
    Sentence,
    Steps,
    Table,
)

_MOST_FACTS = 3


def shorter(blocks: Sequence[Block], facts: int = _MOST_FACTS) -> Iterator[Block]:
    """What is left of it. Facts are rows, steps and items, in their order.

    Of what people wrote nothing is left, since a part may mean another thing than the whole. Of
    parts every one stays, without facts: each stands for a message that is not sent otherwise.
    """
    left = facts
    for block in blocks:
        match block:
            case Link():
                yield block
            case Sentence(kept=kept):
                if kept:
                    yield block
            case Steps(heading, templates) if left:
                yield Steps(heading, templates[:left])
                left -= len(templates[:left])
            case Table(rows) if left:
                yield Table(rows[:left])
                left -= len(rows[:left])
            case Items(heading, values) if left:
                yield Items(heading, values[:left])
                left -= len(values[:left])
            case Part(heading, sheet):
                yield Part(heading, replace(sheet, blocks=tuple(shorter(sheet.blocks, 0))))
            case Steps() | Table() | Items() | Quote():
                pass
