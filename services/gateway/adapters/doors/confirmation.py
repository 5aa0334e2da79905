"""The small page that opens from a page's link, in English and Hebrew."""

from html import escape
from typing import Literal

Screen = Literal["confirm", "done", "acknowledged", "resolved", "bad_link"]
_TEXTS: dict[str, dict[Screen, str]] = {
    "en": {
        "confirm": "You are asked to look after this escalation. Do you take it?",
        "done": "Thank you. It is noted that you look after it.",
        "acknowledged": "Somebody has acknowledged this already. Nothing more is needed.",
        "resolved": "This is over already. Nothing more is needed.",
        "bad_link": "This link is not valid, or no longer. Use the one in the newest message.",
    },
    "he": {
        "confirm": "אנו מבקשים שתטפל באירוע זה. האם לקחת אותו לטיפולך?",
        "done": "תודה. נרשם שהאירוע בטיפולך.",
        "acknowledged": "מישהו כבר אישר את האירוע. אין צורך בפעולה נוספת.",
        "resolved": "האירוע כבר הסתיים. אין צורך בפעולה נוספת.",
        "bad_link": "הקישור אינו תקף, או שאינו תקף עוד. יש להשתמש בקישור שבהודעה האחרונה.",
    },
}
_BUTTON = {"en": "Acknowledge", "he": "אישור"}
_DIRECTION = {"en": "ltr", "he": "rtl"}
_LAYOUT = """<!doctype html>
<html lang="{language}" dir="{direction}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Switchyard</title>
<style>body{{font:1.1rem system-ui;max-width:32rem;margin:3rem auto;padding:0 1rem}}
button{{font:inherit;padding:.7rem 1.4rem}}
code{{unicode-bidi:isolate;overflow-wrap:anywhere}}</style>
</head><body><p>{text}</p>{page}{form}</body></html>
"""


def screen(which: Screen, language: Literal["en", "he"], page_id: str) -> str:
    """The form has no action: it goes to the same address, which holds the token.

    `page_id` is empty where a link that is not valid names none.
    """
    form = (
        f'<form method="post"><button type="submit">{_BUTTON[language]}</button></form>'
        if which == "confirm"
        else ""
    )
    return _LAYOUT.format(
        language=language,
        direction=_DIRECTION[language],
        text=escape(_TEXTS[language][which]),
        page=f'<p><code dir="ltr">{escape(page_id)}</code></p>' if page_id else "",
        form=form,
    )
