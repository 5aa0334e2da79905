"""What a message depends on beside its content and its reader."""

from collections.abc import Callable
from dataclasses import dataclass

from services.notifier.adapters.delivery import UnconfiguredError
from services.notifier.adapters.page_links import PageLinks
from shared.contracts.contacts import VerificationRequested

CodeOf = Callable[[VerificationRequested], str]


def no_codes(_: VerificationRequested) -> str:
    """Where there is no key for codes.

    Raises:
        UnconfiguredError: always.
    """
    raise UnconfiguredError("no_code: there is no key to make codes with")


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One try: when it is written, with what links and codes, whether again or in fewer words."""

    now_ms: int
    links: PageLinks
    code_of: CodeOf
    possible_repeat: bool = False  # an earlier copy may have arrived; the message says so
    shorter: bool = False  # the provider found it too big
