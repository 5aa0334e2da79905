"""The ledger's entities as the state topic keeps them: one JSON object each, by name.

A name is a prefix and the entity's key in its dictionary of the state, such as
`notification/<id>` or `recall/<escalation id>/c<cycle>/<person>`; and there is `taken`.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from services.notifier.core.model import (
    Customer,
    Notification,
    Recall,
    ReportedTrouble,
    Taken,
    Verified,
)
from services.notifier.core.rooms.groups import Group
from services.notifier.core.rooms.model import KnownAlert, Source
from services.notifier.core.state import NotifierState
from shared.contracts.event import Record

TAKEN = "taken"
NOTIFICATION = "notification/"
RECALL = "recall/"
TROUBLE = "trouble/"
VERIFIED = "verified/"
CUSTOMER = "customer/"
ALERT = "alert/"
GROUP = "group/"
SOURCE = "source/"
_KEPT: Mapping[str, tuple[str, type]] = {  # by prefix: the dictionary of the state, and of what
    NOTIFICATION: ("notifications", Notification),
    RECALL: ("recalls", Recall),
    TROUBLE: ("troubles", ReportedTrouble),
    VERIFIED: ("verified", Verified),
    CUSTOMER: ("customers", Customer),
    ALERT: ("alerts", KnownAlert),
    GROUP: ("groups", Group),
    SOURCE: ("sources", Source),
}


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
            continue
        prefix, key = _parted(name)
        getattr(state, _KEPT[prefix][0])[key] = _DECODERS[prefix].decode(value)


def _entity(state: NotifierState, name: str) -> Any:
    if name == TAKEN:
        return state.taken
    prefix, key = _parted(name)
    return getattr(state, _KEPT[prefix][0]).get(key)


def _parted(name: str) -> tuple[str, str]:
    prefix, slash, key = name.partition("/")
    if prefix + slash not in _KEPT:
        raise ValueError(f"the notifier keeps no entity called {name!r}")
    return prefix + slash, key


def _encoded(entity: Any) -> bytes | None:
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
_DECODERS: Mapping[str, msgspec.json.Decoder[Any]] = {
    prefix: msgspec.json.Decoder(kind, dec_hook=_rich) for prefix, (_, kind) in _KEPT.items()
}
