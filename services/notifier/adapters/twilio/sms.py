"""From a lease to a short message."""

from dataclasses import dataclass

from services.notifier.adapters.http.carrier import Request
from services.notifier.adapters.twilio.account import Accounts, number_of
from services.notifier.adapters.twilio.callbacks import Callbacks, expires_at_ms
from services.notifier.adapters.words.cuts import shortened
from services.notifier.adapters.words.phrases import language_of, phrases_of
from services.notifier.adapters.words.segments import plainer
from services.notifier.adapters.words.telling import Tell
from services.notifier.adapters.words.told import Told
from services.notifier.core import Content
from shared.clock import Clock
from shared.contracts.escalation import PageRequested
from shared.contracts.notification import AttemptLeased
from shared.contracts.people import Person

LONGEST_BODY = 1_600  # Twilio's, characters
_SHORTER = 60  # of the text, where the whole was too long
_LONGEST_WAIT_S = 36_000  # Twilio's, and its default: a page ten hours late
_PAGE_WAIT_S = 300
_SHORTEST_WAIT_S = 5  # less of it, and Twilio may give up before it begins


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsWriter:
    """Implements `Writer` for sms: the line for phones, then the link."""

    accounts: Accounts
    callbacks: Callbacks
    tell: Tell
    clock: Clock

    def __call__(self, lease: AttemptLeased, content: Content, person: Person) -> Request:
        account = self.accounts.for_messages()
        number = number_of(person)
        fields = [
            ("To", number),
            account.from_whom,
            ("Body", self._body(lease, content, person)),
            ("ValidityPeriod", str(self._wait_s(content))),
        ]
        if self.callbacks.reachable:
            fields.append(("StatusCallback", self.callbacks.status(lease, content)))
        return account.post("Messages", fields)

    def _body(self, lease: AttemptLeased, content: Content, person: Person) -> str:
        """It says so where an earlier copy may have come: no key here would tell a phone."""
        phrases = phrases_of(language_of(person.locale))
        mark = phrases.possible_repeat if lease.possible_repeat else ""
        return body_of(self.tell(lease, content, person), shorter=lease.shorter, mark=mark)

    def _wait_s(self, content: Content) -> int:
        """How long Twilio may keep it before it is handed to the network."""
        longest = _PAGE_WAIT_S if isinstance(content, PageRequested) else _LONGEST_WAIT_S
        left_s = (expires_at_ms(content) - self.clock.now_ms()) // 1000
        return max(_SHORTEST_WAIT_S, min(longest, left_s))


def body_of(told: Told, *, shorter: bool = False, mark: str = "") -> str:
    """The text, a code if it has one, the link whole. What has to be cut is the text."""
    text = shortened(told.short, _SHORTER) if shorter else f"{told.short} {mark}".rstrip()
    if told.code and told.code not in text:
        text = f"{text} {told.code}"
    if told.button is None:
        return plainer(shortened(text, LONGEST_BODY))
    room = LONGEST_BODY - len(told.button.url) - 1
    return plainer(f"{shortened(text, room)}\n{told.button.url}")
