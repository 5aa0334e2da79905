"""The ledger's entities as the state topic keeps them: one JSON object each, by name.

Names: `taken`, `notification/<id>`, `recall/<escalation id>/c<cycle>/<person>`.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from services.notifier.core.model import Notification, NotifierState, Recall, Taken
from shared.contracts.event import Record

TAKEN = "taken"
NOTIFICATION = "notification/"
RECALL = "recall/"


def take_changed(state: NotifierState) -> list[tuple[str, bytes | None]]:
    """Changed entities, encoded, in the order of their names; None for those that are gone."""
    names, state.changed = sorted(state.changed), set()
    return [(name, _encoded(_entity(state, name))) for name in names]


def restore(state: NotifierState, entities: Mapping[str, bytes]) -> None:
    """Fill an empty state with entities; indexes are not built here.

    Raises:
        msgspec.DecodeError: a value is not what its name says.
        ValueError: a name of another kind.
    """
    for name, value in entities.items():
        if name == TAKEN:
            state.taken = _TAKEN.decode(value)
        elif name.startswith(NOTIFICATION):
            row = _ROW.decode(value)
            state.notifications[row.id] = row
        elif name.startswith(RECALL):
            recall = _RECALLED.decode(value)
            state.recalls[recall.key] = recall
        else:
            raise ValueError(f"the notifier keeps no entity called {name!r}")


def _entity(state: NotifierState, name: str) -> Taken | Notification | Recall | None:
    if name == TAKEN:
        return state.taken
    if name.startswith(NOTIFICATION):
        return state.notifications.get(name.removeprefix(NOTIFICATION))
    return state.recalls.get(name.removeprefix(RECALL))


def _encoded(entity: Taken | Notification | Recall | None) -> bytes | None:
    return None if entity is None else _ENCODER.encode(entity)


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return value.model_dump(mode="json")
    raise NotImplementedError(f"{type(value).__name__} is in no entity")


def _rich(wanted: type, value: Any) -> Any:
    if issubclass(wanted, Record):
        return wanted.model_validate(value)
    raise NotImplementedError(f"{wanted.__name__} is in no entity")


_ENCODER = msgspec.json.Encoder(enc_hook=_plain)
_TAKEN = msgspec.json.Decoder(Taken, dec_hook=_rich)
_ROW = msgspec.json.Decoder(Notification, dec_hook=_rich)
_RECALLED = msgspec.json.Decoder(Recall, dec_hook=_rich)
