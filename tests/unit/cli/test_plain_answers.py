"""What the command line says is clear to somebody who did not write it."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from shared.configuration import load
from shared.contracts.routing import Candidate
from shared.contracts.topics import POOL_LOG
from switchyard.cli import build
from switchyard.cli.run import announced
from switchyard.cli.sentences import sentence_of
from switchyard.cli.sentences.ranks import deciding
from switchyard.recording.file import Recording, write
from switchyard.supervisor.installation import Installation, Plan
from tests.unit.cli.http_stub import serving

AT = 1_423_040_400_000  # 2015-02-04 09:00:00 UTC
HERE = "/v1/interactions/boston:7"
WHY = ("--reason", "why not")


def run(*arguments: str, url: str = "http://127.0.0.1:9", **environment: str) -> Result:
    return CliRunner().invoke(build(), arguments, env={"SWITCHYARD_GATEWAY": url, **environment})


def fact(kind: str, **fields: Any) -> dict[str, Any]:
    common = {"event_id": "x", "pool": "boston", "at_ms": AT, "by": "router"}
    return {**common, "kind": kind, "interaction_id": "boston:7", **fields}


@pytest.mark.parametrize(
    ("status", "detail", "told"),
    [
        (
            409,
            "Agent ana is not signed in. Choose another agent, or a queue.",
            "error: Agent ana is not signed in\n  remedy: choose another agent, or a queue\n",
        ),
        (
            404,
            "There is no pool `x`. Mend `pool`, or apply its configuration first.",
            (
                "error: There is no pool `x`\n"
                "  remedy: mend `pool`, or apply its configuration first\n"
            ),
        ),
        (404, "It is not so", "error: It is not so\n  remedy: check the name, and the pool\n"),
        (
            403,
            "Key `lead` is not for pool `vip`; it is for lab.",
            (
                "error: the API key was refused (Key `lead` is not for pool `vip`; it is for lab)\n"
                "  remedy: give one that may, with SWITCHYARD_KEY\n"
            ),
        ),
    ],
)
def test_a_refusal_gives_the_gateways_own_remedy(status: int, detail: str, told: str) -> None:
    with serving(**{f"POST {HERE}/requeue": (status, {"detail": detail})}) as server:
        result = run("interaction", "requeue", "boston:7", *WHY, url=server.url)

    assert result.stderr == told


def rank(name: str, better: int, worse: int) -> str:
    offer = fact(
        "offer_made",
        offer_id="boston:7:1",
        attempt=1,
        agent_id="ana",
        agent_epoch=1,
        channel="chat",
        queue="q",
        language="he",
        expires_at_ms=AT,
        waited_ms=1_000,
        why={
            "strategy": "longest_ready",
            "rank_names": ["language", name],
            "chosen": {"agent_id": "ana", "rank": [0, better]},
            "runner_up": {"agent_id": "ben", "rank": [0, worse]},
            "eligible": 2,
            "eligible_counted_to": 10,
            "language_tag": "he",
            "trigger": "received",
        },
    )
    return sentence_of(offer).partition("over ben")[2].partition(";")[0]


@pytest.mark.parametrize(
    ("name", "better", "worse", "told"),
    [
        ("ready_since", AT, AT + 6_000, " (ready 6 s longer)"),
        ("load", 2, 5, " (load 20 % against 50 %)"),
        ("proficiency", 0, 2, " (lowest skill level 5 against 3)"),
        ("flexibility", 3, 7, " (3 skills and languages against 7)"),
        ("last_offer", 12, 40, " (asked longer ago)"),
        ("ready_since_ms", AT, AT + 6_000, " (ready 6 s longer)"),  # of an older router
    ],
)
def test_why_an_agent_came_first_is_told_in_units_that_people_use(
    name: str, better: int, worse: int, told: str
) -> None:
    assert rank(name, better, worse) == told


QUEUED = fact(
    "interaction_queued",
    channel="chat",
    queue="money",
    language="he",
    language_source="detected",
    priority="normal",
    waiting_since_ms=AT,
    order_ms=AT,
    why={"rule": "asked"},
)


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (
            QUEUED | {"order_ms": AT - 36_500 * 86_400_000, "priority": "fire"},
            (
                "It waits in queue money with priority fire, an emergency: before all others, "
                "because the sender asked for that queue. It needs he."
            ),
        ),
        (
            QUEUED
            | {"why": {"rule": "unsure_language", "matched": {"language": "he", "permille": "67"}}},
            (
                "It waits in queue money with priority normal, because its language was told with "
                "too little confidence: he, 6.7 % sure. It needs he."
            ),
        ),
        (  # where it came to is one of those: it may not wait there
            QUEUED | {"why": {"rule": "asked", "flowed_over": ["money", "tiny"]}},
            (
                "It belongs to queue money with priority normal, because the sender asked for that "
                "queue, and queues money and tiny were full or closed. It needs he."
            ),
        ),
        (
            fact(
                "interaction_parked",
                queue="q",
                reason="queue_full",
                detail="queue q is full. It waits again when there is room, the oldest first.",
            ),
            (
                "It is parked in queue q: queue q is full. It waits again when there is room, the "
                "oldest first."
            ),
        ),
        (
            fact(
                "interaction_parked",
                queue="q",
                reason="closed",
                detail="queue q is closed by its calendar. It waits again when that opens.",
                resumes_at_ms=AT,
            ),
            (
                "It is parked in queue q: queue q is closed by its calendar. It waits again when "
                "that opens: at 2015-02-04 09:00:00 UTC."
            ),
        ),
        (
            fact(
                "interaction_parked",
                queue="q",
                reason="no_agent_can_serve",
                detail="nobody speaks he. Add such an agent.",
            ),
            "It is parked in queue q: no agent can serve (nobody speaks he. Add such an agent).",
        ),
        (
            fact(
                "event_rejected", code="gone", field="x", message="It has ended.", cause="3b3a:21"
            ),
            "That was refused (gone): It has ended.",
        ),
    ],
)
def test_a_sentence_says_no_number_or_id_that_only_the_machine_knows(
    record: dict[str, Any], told: str
) -> None:
    assert sentence_of(record) == told


def test_a_verdict_says_a_reason_once() -> None:
    detail = "has had as many offers as his pace allows"
    verdict = {"agent_id": "ana", "constraint": "pace", "detail": detail, "until_ms": AT}
    told = fact("interaction_explained", state="waiting", counts={"pace": 1}, verdicts=[verdict])
    doors = {
        HERE: (200, {"interaction_id": "boston:7", "state": "waiting", "facts": []}),
        f"{HERE}/explanation": (200, told),
    }
    with serving(**doors) as server:
        result = run("explain", "boston:7", url=server.url)

    assert result.stdout.count("as many offers as his pace allows") == 2  # the sum, and his line


def test_a_skill_may_drop_after_days_as_it_may_in_the_configuration() -> None:
    with serving() as server:
        run("interaction", "change", "boston:7", "--skill", "snow=3,2d", *WHY, url=server.url)

    assert server.taken[0][1]["skills"] == [{"skill": "snow", "level": 3, "drops_after_s": 172_800}]


def test_other_languages_can_be_taken_away() -> None:
    with serving() as server:
        run("interaction", "change", "boston:7", "--no-other-languages", *WHY, url=server.url)

    assert server.taken[0][1]["other_languages"] == []


def test_one_level_of_a_language_is_for_both_modes_as_in_the_configuration() -> None:
    agent = {"agent_id": "ana", "skills": {}, "languages": {}}
    with serving(**{"/v1/agents/ana": (200, agent)}) as server:
        run("agent", "skills", "ana", "--language", "he=3", *WHY, url=server.url)

    assert server.taken[0][1]["languages"] == {"he": {"spoken": 3, "written": 3}}


def test_a_time_is_for_recordings_and_is_refused_elsewhere() -> None:
    with serving() as server:
        result = run("explain", "boston:7", "--at", "2015-02-04T09:00Z", url=server.url)

    assert (result.exit_code, server.asked) == (2, [])
    assert "--recording" in result.stderr


def test_a_time_after_the_recording_is_refused(tmp_path: Path) -> None:
    write(Recording("router", POOL_LOG, 1), tmp_path / "empty")
    result = run(
        "explain", "b:7", "--recording", str(tmp_path / "empty"), "--at", "2099-01-01T00:00Z"
    )

    assert result.exit_code == 1
    assert "ends" in result.stderr


@pytest.mark.parametrize(
    "arguments", [("explain", "b:7", "--recording", "nowhere"), ("replay", "nowhere")]
)
def test_a_recording_that_is_not_there_is_wrong_use(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert "nowhere" in result.stderr
    assert "Errno" not in result.stderr


def test_a_part_of_a_rank_that_is_not_known_here_is_told_as_it_is() -> None:
    ana, ben = Candidate(agent_id="ana", rank=(0, 3)), Candidate(agent_id="ben", rank=(0, 7))

    assert deciding(("language", "shoe_size"), ana, ben) == " (shoe size 3 against 7)"
    assert deciding(("language",), ana, ben) == ""


def test_where_to_record_to_is_looked_at_before_the_broker_is_asked(tmp_path: Path) -> None:
    result = run("record", "--out", str(tmp_path / "nowhere" / "rec"), "--broker", "127.0.0.1:9")

    assert result.exit_code == 2
    assert "nowhere" in result.stderr


def test_run_tells_how_other_verbs_reach_its_broker() -> None:
    plan = Plan(loaded=load(Path("config")), broker="kafka-1:9092")

    installation = Installation(plan)
    told = "\n".join(announced(installation))
    installation.home.rmdir()

    assert "--broker kafka-1:9092 --profile apache" in told
