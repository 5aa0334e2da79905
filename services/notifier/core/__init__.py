"""The notifier's decisions, pure: the notification ledger."""

from services.notifier.core.ledger.reach import recipient
from services.notifier.core.model import Cause, Content, Digest
from services.notifier.core.notifier import NotifierCore
from services.notifier.core.state import NotifierState, content, is_notice, person_of
from shared.runner.core import Core

notifier_core: Core[NotifierState] = NotifierCore()

__all__ = [
    "Cause",
    "Content",
    "Digest",
    "NotifierCore",
    "NotifierState",
    "content",
    "is_notice",
    "notifier_core",
    "person_of",
    "recipient",
]
