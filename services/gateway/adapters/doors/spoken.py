"""What the phone says when a key was pressed, in the language of the call."""

from collections.abc import Mapping
from html import escape
from typing import Literal

Answer = Literal["noted", "over", "again", "trouble"]
_ASKS = frozenset({"again", "trouble"})  # waits for a key once more
SENTENCES: Mapping[str, Mapping[Answer, str]] = {
    "en": {
        "noted": "Thank you. It is noted that you look after it.",
        "over": "Somebody has taken it already, or it is over. Nothing more is needed.",
        "again": "Press 1 to acknowledge.",
        "trouble": "It could not be noted. Press 1 to try again.",
    },
    "he": {
        "noted": "תודה. נרשם שהאירוע בטיפולך.",
        "over": "האירוע כבר בטיפול, או שהסתיים. אין צורך בפעולה נוספת.",
        "again": "לאישור קבלה יש להקיש 1.",
        "trouble": "לא ניתן היה לרשום זאת. לניסיון נוסף יש להקיש 1.",
    },
    "lv": {
        "noted": "Paldies. Ir reģistrēts, ka jūs to uzņematies.",
        "over": "Kāds to jau ir uzņēmies, vai arī tas ir beidzies. Nekas vairāk nav jādara.",
        "again": "Lai apstiprinātu, nospiediet 1.",
        "trouble": "To neizdevās reģistrēt. Lai mēģinātu vēlreiz, nospiediet 1.",
    },
    "nl": {
        "noted": "Bedankt. Er is genoteerd dat u het oppakt.",
        "over": "Iemand heeft het al opgepakt, of het is voorbij. U hoeft niets meer te doen.",
        "again": "Druk op 1 om te bevestigen.",
        "trouble": "Het kon niet worden genoteerd. Druk op 1 om het opnieuw te proberen.",
    },
    "pt": {
        "noted": "Obrigado. Ficou registado que assume o caso.",
        "over": "Alguém já assumiu o caso, ou já terminou. Nada mais é preciso.",
        "again": "Para confirmar, prima 1.",
        "trouble": "Não foi possível registar. Para tentar de novo, prima 1.",
    },
    "ro": {
        "noted": "Mulțumim. S-a înregistrat că preluați cazul.",
        "over": "Cineva a preluat deja cazul sau acesta s-a încheiat. Nu mai este nevoie de nimic.",
        "again": "Pentru confirmare, apăsați tasta 1.",
        "trouble": "Nu s-a putut înregistra. Pentru a încerca din nou, apăsați tasta 1.",
    },
}


def spoken(answer: Answer, language: str, *, tag: str, voice: str) -> str:
    """TwiML. What asks for a key has no address of its own: it goes to where this one came from."""
    told = escape(SENTENCES.get(language, SENTENCES["en"])[answer])
    named = f' voice="{escape(voice)}"' if voice else ""
    say = f'<Say language="{escape(tag)}"{named}>{told}</Say>'
    if answer in _ASKS:
        say = f'<Gather numDigits="1" timeout="10" method="POST">{say}</Gather>'
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{say}</Response>'
