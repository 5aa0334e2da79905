"""Who must say why: it stays in the log, beside the name of the key."""

from services.gateway.adapters.doors.door import Call
from services.gateway.adapters.problems import Problem


def needs_reason(call: Call, reason: str | None) -> None:
    """Who overrides agents says why; agents and systems do what is theirs."""
    if call.key.role in ("supervisor", "manager"):
        steps_in(call, reason)


def steps_in(call: Call, reason: str | None) -> None:
    """At doors that override what the router decided, everybody says why."""
    if reason is None or not reason.strip():
        raise Problem(
            422,
            "reason_needed",
            f"A {call.key.role} says in `reason` why; it is kept in the log.",
            field="reason",
        )
