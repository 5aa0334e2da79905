"""What operators were told of lately, so that they are told once an hour."""

from services.notifier.core import storage
from services.notifier.core.model import ReportedTrouble
from services.notifier.core.state import NotifierState
from shared.contracts.troubles import TroubleReported

HOUR_MS = 3_600_000


def reported(state: NotifierState, fact: TroubleReported) -> None:
    key, hour = key_of(fact.trouble_with, fact.about), fact.at_ms // HOUR_MS
    for earlier in [it for it in state.trouble_hours if it < hour]:
        for one in state.trouble_hours.pop(earlier):
            del state.troubles[one]
            state.changed.add(storage.TROUBLE + one)
    state.troubles[key] = ReportedTrouble(key, hour)
    state.changed.add(storage.TROUBLE + key)
    enter(state, state.troubles[key])


def enter(state: NotifierState, told: ReportedTrouble) -> None:
    state.trouble_hours.setdefault(told.hour, set()).add(told.about)


def key_of(trouble_with: str, about: str) -> str:
    return f"{trouble_with}:{about}"
