"""The notifier's decisions, pure: the notification ledger."""

from services.notifier.core.model import NotifierState, content, person_of
from services.notifier.core.notifier import NotifierCore
from shared.runner.core import Core

notifier_core: Core[NotifierState] = NotifierCore()

__all__ = ["NotifierCore", "NotifierState", "content", "notifier_core", "person_of"]
