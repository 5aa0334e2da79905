"""Which kinds stand in which log, who writes them, and who acts on them."""

from typing import Annotated, Any, get_args, get_origin

from services.escalation.core.core import EscalationCore
from services.notifier.core.notifier import NotifierCore
from services.outage.core import outage_core
from services.router.core import router_core
from shared.contracts.catalogue import KINDS, PeopleEvent, PoolEvent, SystemEvent
from shared.contracts.topics import PEOPLE_LOG, POOL_LOG, SYSTEM_LOG

CORES: tuple[Any, ...] = (router_core, EscalationCore(), outage_core, NotifierCore())
LOGS: dict[str, Any] = {POOL_LOG: PoolEvent, PEOPLE_LOG: PeopleEvent, SYSTEM_LOG: SystemEvent}
DECIDES_ON: dict[str, str] = {core.service: core.log for core in CORES}  # its only input
OPERATOR = "operator"  # the command line
FOLLOWS_ALL = {"gateway": (POOL_LOG, SYSTEM_LOG, PEOPLE_LOG)}  # what its doors show

# Who writes the kinds of a module; below, the kinds that are written by somebody else.
_OWNERS = {
    "interactions": "gateway",
    "agents": "gateway",
    "routing": "router",
    "presence": "router",
    "explanation": "router",
    "escalation": "escalation",
    "notification": "notifier",
    "contacts": "notifier",
    "customers": "router",
    "rooms": "notifier",
    "troubles": "notifier",
    "outage": "outage",
}
_EXCEPTIONS = {
    "page_acknowledged": "gateway",
    "contacts_seen": "gateway",
    "incident_declared": "gateway",
    "incident_update_posted": "gateway",
    "incident_resolve_requested": "gateway",
    "config_changed": OPERATOR,
    "delivery_reported": "gateway",
    "redrive_requested": "gateway",
    "verification_requested": "gateway",
    "contact_confirmed": "gateway",
}
# What the router appends again, to the pool that the interaction has moved to.
_PASSED_ON = frozenset(
    {
        "customer_messaged",
        "customer_abandoned",
        "close_requested",
        "transfer_requested",
        "callback_requested",
        "assign_requested",
        "requeue_requested",
        "change_requested",
        "explanation_requested",
        "wrap_up_ended",
        "wrap_up_extension_requested",
    }
)


def written_by(log: str, kind: str) -> tuple[str, ...]:
    """Who writes this kind to this log; of the machinery's kinds, every service that decides on it.

    Raises:
        KeyError: the kind is of a module that has no owner here.
    """
    if kind in _EXCEPTIONS:
        return (_EXCEPTIONS[kind],)
    module = KINDS[kind].__module__.rsplit(".", 1)[1]
    if module == "system":
        return tuple(service for service, own in DECIDES_ON.items() if own == log)
    return (_OWNERS[module],)


def appended_by(log: str, kind: str) -> tuple[str, ...]:
    """Whom the header `by` may name: who writes the kind, and who passes it on."""
    writers = written_by(log, kind)
    return (*writers, "router") if log == POOL_LOG and kind in _PASSED_ON else writers


def kinds_of(log: str) -> list[str]:
    """Kinds in one log, in the order of the catalogue."""
    annotated = LOGS[log]
    assert get_origin(annotated) is Annotated
    union = get_args(annotated)[0]
    return [model.model_fields["kind"].default for model in get_args(union)]


def heard_by(log: str, kind: str) -> list[str]:
    """Deciding services that act on this kind in this log."""
    return [core.service for core in CORES if core.log == log and kind in core.hears]
