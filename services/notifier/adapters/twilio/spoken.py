"""What is said on the phone beside the message, and in which voice, by language.

Twilio speaks Dutch, English and Portuguese by its own voices; for other languages a voice of Amazon
or Google has to be named (Twilio, "Text-to-Speech"). A name that its maker takes away makes a call
silent, so operators can name others in the settings.
"""

from collections.abc import Mapping
from dataclasses import dataclass

LAST_RESORT = "en"


@dataclass(frozen=True, slots=True)
class Voice:
    tag: str  # BCP 47, as Twilio writes it
    name: str = ""  # empty: Twilio's own for the language


VOICES: Mapping[str, Voice] = {
    "en": Voice("en-US"),
    "he": Voice("he-IL", "Google.he-IL-Standard-A"),
    "lv": Voice("lv-LV", "Google.lv-LV-Standard-B"),
    "nl": Voice("nl-NL"),
    "pt": Voice("pt-PT"),
    "pt-BR": Voice("pt-BR"),
    "ro": Voice("ro-RO", "Polly.Carmen"),
}
PRESS_ONE: Mapping[str, str] = {
    "en": "Press 1 to acknowledge.",
    "he": "לאישור קבלה יש להקיש 1.",
    "lv": "Lai apstiprinātu, nospiediet 1.",
    "nl": "Druk op 1 om te bevestigen.",
    "pt": "Para confirmar, prima 1.",
    "ro": "Pentru confirmare, apăsați tasta 1.",
}
ONLY_IN_ENGLISH = "This call is in English, as there is no voice for your language."


def voices_with(named: str) -> Mapping[str, Voice]:
    """The voices above, and others in their place: `he=Google.he-IL-Wavenet-A, et=et-EE/…`.

    Args:
        named: after each language its voice, perhaps behind `<tag>/`; set apart by commas. A voice
            `none` takes the language away.

    Raises:
        ValueError: it is no such list.
    """
    voices = dict(VOICES)
    for part in filter(None, (part.strip() for part in named.split(","))):
        language, _, said = part.partition("=")
        tag, _, name = said.rpartition("/")
        if not language or not name:
            raise ValueError("a voice is written <language>=<voice>, such as nl=Polly.Lotte")
        if name == "none":
            voices.pop(language, None)
            continue
        known = voices.get(language)
        voices[language] = Voice(tag or (known.tag if known else language), name)
    return voices


def voice_for(locale: str, language: str, voices: Mapping[str, Voice]) -> Voice | None:
    """The voice that reads templates of this language to a person; None: nobody speaks it."""
    if language not in PRESS_ONE:
        return None
    regional = locale.replace("_", "-")
    of_region = voices.get(regional) if regional.split("-")[0].lower() == language else None
    return of_region or voices.get(language)
