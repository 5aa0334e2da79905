"""The notifier's decisions, pure: the notification ledger."""

from services.notifier.core.model import Content, NotifierState, content, is_notice, person_of
from services.notifier.core.notifier import NotifierCore
from services.notifier.core.reach import recipient
from shared.runner.core import Core

notifier_core: Core[NotifierState] = NotifierCore()

__all__ = [
    "Content",
    "NotifierCore",
    "NotifierState",
    "content",
    "is_notice",
    "notifier_core",
    "person_of",
    "recipient",
]
