"""Why an interaction is where it is: told by the router when somebody asks."""

from typing import Literal

from pydantic import Field

from shared.contracts.event import Fact, Milliseconds, Record
from shared.contracts.routing import Candidate, Preference, Step


class WaitEstimate(Record):
    """How long it is likely to wait from now on, in seconds; told only where there is ground."""

    p50_s: int
    p90_s: int
    rests_on: tuple[str, ...]  # of `head_of_line`, `last_to_enter`, `staffing`: what it rests on


class Verdict(Record):
    """One agent as seen from one interaction: the first constraint that failed, or `eligible`."""

    agent_id: str
    constraint: Literal[
        "channel", "ring", "language", "skill", "preference", "presence", "hours", "pace",
        "capacity", "channel_cap", "aside", "eligible",
    ]  # fmt: skip
    detail: str = ""
    until_ms: Milliseconds | None = None  # when time alone ends it


class InteractionExplained(Fact):
    """Why it is where it is, as of this point of the log. It changes nothing."""

    kind: Literal["interaction_explained"] = "interaction_explained"
    interaction_id: str
    state: str
    queue: str | None = None
    agent_id: str | None = None
    requires: Step | None = None  # what holds now
    step: int = 0
    steps: tuple[Step, ...] = ()
    preference: Preference | None = None
    ahead: int | None = None  # others before it among those whom the same agents may serve
    estimate: WaitEstimate | None = None
    winner: Candidate | None = None  # of the live offer or assignment
    runner_up: Candidate | None = None
    rank_names: tuple[str, ...] = ()
    binds: str = ""  # one sentence: what it waits for
    changes_at_ms: Milliseconds | None = None  # when time alone changes that next
    changes: str | None = None
    counts: dict[str, int] = Field(default_factory=dict)  # agents by the constraint that failed
    verdicts: tuple[Verdict, ...] = ()  # of single agents, up to 50
