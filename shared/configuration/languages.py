"""Language tags in configuration: the same form that the gateway gives to what customers send."""

from shared import language


def canonical_tag(text: str) -> str | None:
    """The tag as `shared.language` writes it (`pt-BR`, `he` for `iw`), or None if it is none."""
    try:
        return language.canonical_tag(text)
    except language.LanguageTagError:
        return None


def fallbacks(tag: str) -> tuple[str, ...]:
    """The tag and what it falls back to: `pt-BR` gives `pt-BR`, `pt` (RFC 4647, 3.4)."""
    parts = tag.split("-")
    return tuple("-".join(parts[:length]) for length in range(len(parts), 0, -1))
