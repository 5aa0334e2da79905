"""What many doors have in common: who may use them, what they answer."""

from services.gateway.adapters.keys import Role

ALL: frozenset[Role] = frozenset({"agent", "supervisor", "manager", "system"})
OVERSEERS: frozenset[Role] = frozenset({"supervisor", "manager", "system"})
DESK: frozenset[Role] = frozenset({"agent", "supervisor", "system"})
CONNECTED: frozenset[Role] = frozenset({"supervisor", "system"})  # helpdesks, telephone systems
IN_CHARGE: frozenset[Role] = frozenset({"manager", "system"})  # of declaring outages
COMMAND = (
    (200, "Followed: `facts` names what came of it."),
    (202, "In the log; what comes of it was not known within a second. Ask again, or read."),
    (409, "It does not fit the state; `code` says why."),
)
JSON_OR_STREAM = ("application/json", "text/event-stream")
