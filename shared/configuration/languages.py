"""Language tags in configuration: the same form that the gateway gives to what customers send."""

from functools import lru_cache

from shared import language


def canonical_tag(text: str) -> str | None:
    """The tag as `shared.language` writes it (`pt-BR`, `he` for `iw`), or None if it is none."""
    try:
        return language.canonical_tag(text)
    except language.LanguageTagError:
        return None


@lru_cache(maxsize=4096)
def fallbacks(tag: str) -> tuple[str, ...]:
    """The tag and what it falls back to: `pt-BR` gives `pt-BR`, `pt` (RFC 4647, 3.4)."""
    parts = tag.split("-")
    found = []
    while parts:
        found.append("-".join(parts))
        parts.pop()
        if parts and len(parts[-1]) == 1:  # a lone letter introduces what was cut off: it goes too
            parts.pop()
    return tuple(found)
