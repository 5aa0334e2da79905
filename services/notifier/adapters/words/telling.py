"""What every writer needs beside its vendor's own rules."""

from collections.abc import Callable

from services.notifier.adapters.words.told import Told
from services.notifier.core import Content, Digest
from shared.contracts.notification import AttemptLeased
from shared.contracts.people import Person

Tell = Callable[[AttemptLeased, Content, Person], Told]  # `words` with clock, links and codes


def since_ms(content: Content) -> int:
    """When it came about: the same on every try. Of several in one, the newest."""
    if isinstance(content, Digest):
        return max((cause.at_ms for cause in content.causes), default=0)
    return content.at_ms
