"""Which of a customer's languages an agent speaks: RFC 4647, section 3.4 (lookup).

The customer's tag is the range, the agent's tags are what is available. So an agent with `pt`
serves a customer with `pt-BR`; an agent who lists only `pt-BR` does not serve `pt`, because lookup
never makes a range longer: he has to list `pt` too. A language is never dropped: whoever speaks
none of the customer's listed languages is not asked.
"""

from collections.abc import Mapping
from functools import lru_cache

from shared.contracts.configuration import LanguageLevel
from shared.contracts.words import Channel


@lru_cache(maxsize=4096)  # a pure function of few tags, called for every interaction
def fallbacks(tag: str) -> tuple[str, ...]:
    """The tag in lower case and its shorter forms, longest first: pt-br, pt."""
    parts = tag.lower().split("-")
    found = []
    while parts:
        found.append("-".join(parts))
        parts.pop()
        if parts and len(parts[-1]) == 1:  # a lone letter introduces what was cut off: it goes too
            parts.pop()
    return tuple(found)


def usable(languages: Mapping[str, LanguageLevel], channel: Channel, least: int) -> frozenset[str]:
    """The agent's tags, in lower case, that he speaks (voice) or writes (all others) well enough.

    Args:
        least: the channel's least level; listed at level 0 means not at all, so it is 1 or more.
    """
    least = max(1, least)
    return frozenset(
        tag.lower()
        for tag, level in languages.items()
        if (level.spoken if channel == "voice" else level.written) >= least
    )


def position(tags: frozenset[str], wanted: tuple[str, ...]) -> int | None:
    """Index of the first language of the customer that the agent can use; None: none of them."""
    for index, tag in enumerate(wanted):
        for form in fallbacks(tag):
            if form in tags:
                return index
    return None
