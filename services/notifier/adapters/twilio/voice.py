"""From a lease to a call. Who answers may be a machine: only a key acknowledges."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.notifier.adapters.http.carrier import Request
from services.notifier.adapters.twilio.account import Accounts, number_of
from services.notifier.adapters.twilio.callbacks import Callbacks
from services.notifier.adapters.twilio.spoken import (
    LAST_RESORT,
    ONLY_IN_ENGLISH,
    PRESS_ONE,
    VOICES,
    Voice,
    voice_for,
)
from services.notifier.adapters.twilio.twiml import fitted
from services.notifier.adapters.words.phrases import language_of, phrases_of
from services.notifier.adapters.words.telling import Tell
from services.notifier.adapters.words.told import Told
from services.notifier.core import Content
from shared.contracts.escalation import PageRequested
from shared.contracts.notification import AttemptLeased
from shared.contracts.people import Person

_RING_S = 25  # less than most mailboxes wait before they answer


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceWriter:
    """Implements `Writer` for voice."""

    accounts: Accounts
    callbacks: Callbacks
    tell: Tell
    voices: Mapping[str, Voice]

    def __call__(self, lease: AttemptLeased, content: Content, person: Person) -> Request:
        account = self.accounts.for_calls()
        fields = [
            ("To", number_of(person)),
            ("From", account.sender),
            ("Twiml", self._script(lease, content, person)),
            ("Timeout", str(_RING_S)),
        ]
        if self.callbacks.reachable:
            fields += [
                ("StatusCallback", self.callbacks.status(lease, content)),
                ("StatusCallbackMethod", "POST"),
                ("StatusCallbackEvent", "completed"),
            ]
        return account.post("Calls", fields)

    def _script(self, lease: AttemptLeased, content: Content, person: Person) -> str:
        language, lead = language_of(person.locale), ""
        voice = voice_for(person.locale, language, self.voices)
        if voice is None:
            language, voice, lead = LAST_RESORT, VOICES[LAST_RESORT], f"{ONLY_IN_ENGLISH} "
            person = person.model_copy(update={"locale": LAST_RESORT})
        if lease.possible_repeat:
            lead += f"{phrases_of(language).possible_repeat} "
        text = lead + _text(self.tell(lease, content, person))
        if isinstance(content, PageRequested) and self.callbacks.reachable:
            action = self.callbacks.key_press(content, language, voice)
            return fitted(text, voice, hint=PRESS_ONE[language], action=action)
        return fitted(text, voice)


def _text(told: Told) -> str:
    """A code is said figure by figure."""
    return told.short.replace(told.code, ", ".join(told.code)) if told.code else told.short
