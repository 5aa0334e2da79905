"""Any content as a message, in the language, direction and time zone of its reader."""

from typing import assert_never

from services.notifier.adapters.page_links import PageLinks
from services.notifier.adapters.words.customers import tell_customer
from services.notifier.adapters.words.digests import tell_digest
from services.notifier.adapters.words.groups import tell_group
from services.notifier.adapters.words.notices import tell_notice
from services.notifier.adapters.words.occasions import CodeOf, Occasion
from services.notifier.adapters.words.pages import tell_page
from services.notifier.adapters.words.told import Told
from services.notifier.adapters.words.troubles import tell_trouble
from services.notifier.adapters.words.verifications import tell_code
from services.notifier.core import Content, Digest
from shared.clock import Clock
from shared.contracts.contacts import VerificationRequested
from shared.contracts.customers import CustomerNoticeRequested
from shared.contracts.escalation import PageRequested
from shared.contracts.notification import AttemptLeased
from shared.contracts.outage import NoticeRequested
from shared.contracts.people import Person
from shared.contracts.rooms import GroupFlushed
from shared.contracts.troubles import TroubleReported


def tell(
    lease: AttemptLeased,
    content: Content,
    person: Person,
    *,
    links: PageLinks,
    clock: Clock,
    code_of: CodeOf,
) -> Told:
    """Say it to one person.

    Args:
        lease: says whether it may be a repeat, and whether it must be shorter.
        person: the row of the recipient: his locale and time zone, and nobody else's.
        links: of acknowledgement.
        clock: for how late something is by now. All else is the same on every try.
        code_of: the code of a verification, which is in no log.

    Raises:
        UnsendableError: a digest of nothing.
    """
    occasion = Occasion(
        now_ms=clock.now_ms(),
        links=links,
        code_of=code_of,
        possible_repeat=lease.possible_repeat,
        shorter=lease.shorter,
    )
    return say(content, person, occasion)


def say(content: Content, person: Person, occasion: Occasion) -> Told:
    """The same, of an occasion that need not be a try."""
    match content:
        case PageRequested():
            return tell_page(content, person, occasion)
        case NoticeRequested():
            return tell_notice(content, person, occasion)
        case CustomerNoticeRequested():
            return tell_customer(content, person, occasion)
        case TroubleReported():
            return tell_trouble(content, person, occasion)
        case VerificationRequested():
            return tell_code(content, person, occasion)
        case GroupFlushed():
            return tell_group(content, person, occasion)
        case Digest():
            return tell_digest(content, person, occasion, say)
        case _:
            assert_never(content)
