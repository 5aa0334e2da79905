"""What Twilio does when somebody answers: say it twice, and wait for a key."""

import unicodedata
from html import escape

from services.notifier.adapters.twilio.spoken import Voice
from services.notifier.adapters.words.cuts import shortened

LONGEST_TWIML = 4_000  # Twilio's, characters
_KEY_WAIT_S = 10


def script(text: str, voice: Voice, *, hint: str = "", action: str = "") -> str:
    """TwiML that says a text twice.

    Args:
        hint: said after it each time.
        action: where a key that is pressed goes; empty: no key is waited for.
    """
    said = _twice(text, voice, hint)
    if action:
        target = escape(action)
        gather = f'<Gather numDigits="1" timeout="{_KEY_WAIT_S}" method="POST" action="{target}">'
        said = f"{gather}{said}</Gather>"
    return f"<Response>{said}</Response>"


def fitted(text: str, voice: Voice, *, hint: str = "", action: str = "") -> str:
    """The same, with as much of the text as there is room for."""
    longest = len(text)
    while len(made := script(shortened(text, longest), voice, hint=hint, action=action)) > (
        LONGEST_TWIML
    ):
        # Escaped signs take up to six places, twice; so this ends after a few rounds.
        longest -= max(1, (len(made) - LONGEST_TWIML) // 12)
    return made


def _twice(text: str, voice: Voice, hint: str) -> str:
    name = f' voice="{escape(voice.name)}"' if voice.name else ""
    once = escape(_speakable(f"{text} {hint}".strip()))
    say = f'<Say language="{escape(voice.tag)}"{name}>{once}</Say>'
    return f'{say}<Pause length="1"/>{say}'


def _speakable(text: str) -> str:
    """Without what only eyes need, and what XML forbids."""
    shown = (" " if char in "\n\r\t" else char for char in text)
    return "".join(char for char in shown if unicodedata.category(char) not in ("Cc", "Cf", "Cs"))
