"""`switchyard interaction` and `agent`: what goes to the gateway, what is told, what is refused."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from switchyard.cli import build
from tests.unit.cli.http_stub import serving

AT = 1_423_040_400_000  # 2015-02-04 09:00:00 UTC
HERE = "/v1/interactions/boston:7"
WHY = ("--reason", "the customer rang the mayor")
SAID = {"reason": "the customer rang the mayor"}


def run(*arguments: str, url: str = "http://127.0.0.1:9", **environment: str) -> Result:
    return CliRunner().invoke(build(), arguments, env={"SWITCHYARD_GATEWAY": url, **environment})


def followed(*facts: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    return 200, {"event_id": "e1", "state": "waiting", "facts": [it["kind"] for it in facts]}


def story(*facts: dict[str, Any], state: str = "waiting") -> tuple[int, dict[str, Any]]:
    return 200, {"interaction_id": "boston:7", "state": state, "facts": list(facts)}


def fact(kind: str, **fields: Any) -> dict[str, Any]:
    common = {"event_id": "f", "pool": "boston", "at_ms": AT, "by": "router", "cause": "e1"}
    return {**common, "kind": kind, "interaction_id": "boston:7", **fields}


ASSIGNED = fact(
    "interaction_assigned",
    offer_id="boston:7:2",
    agent_id="ana",
    channel="chat",
    queue="streets",
    language="en",
    waited_ms=65_000,
    by_hand="supervisor:lead",
    overdrawn=True,
)
VERBS: list[tuple[tuple[str, ...], str, dict[str, Any]]] = [
    (("assign", "boston:7", "ana"), "assign", {"agent_id": "ana"}),
    (("requeue", "boston:7"), "requeue", {}),
    (("priority", "boston:7", "urgent"), "change", {"priority": "urgent"}),
    (
        ("transfer", "boston:7", "--agent", "ben", "--consult"),
        "transfer",
        {"to_agent": "ben", "consult": True, "restart": False},
    ),
    (
        ("transfer", "boston:7", "--pool", "salem", "--queue", "roads", "--restart"),
        "transfer",
        {"to_pool": "salem", "to_queue": "roads", "consult": False, "restart": True},
    ),
    (("close", "boston:7", "--outcome", "spam"), "close", {"outcome": "spam"}),
    (
        ("change", "boston:7", "--skill", "billing=3,2m", "--skill", "snow", "--language", "he"),
        "change",
        {
            "language": "he",
            "skills": [
                {"skill": "billing", "level": 3, "drops_after_s": 120},
                {"skill": "snow", "level": 1},
            ],
        },
    ),
    (("change", "boston:7", "--no-skills", "--reapply"), "change", {"skills": [], "reapply": True}),
    (
        ("callback", "boston:7", "--not-before", "2015-02-04T15:00+01:00"),
        "callback",
        {"not_before": "2015-02-04T15:00:00+01:00"},
    ),
    (("callback", "boston:7"), "callback", {}),
]


@pytest.mark.parametrize(("arguments", "door", "body"), VERBS)
def test_a_verb_sends_its_command_with_the_reason(
    arguments: tuple[str, ...], door: str, body: dict[str, Any]
) -> None:
    doors = {f"POST {HERE}/{door}": followed(ASSIGNED), HERE: story(ASSIGNED)}
    with serving(**doors) as server:
        result = run("interaction", *arguments, *WHY, url=server.url)

    assert result.exit_code == 0, result.output
    assert server.taken == [(f"{HERE}/{door}", body | SAID)]


def test_what_came_of_it_is_told_in_a_sentence_and_nothing_else() -> None:
    other = fact("message_recorded", direction="in", number=1) | {"cause": "another"}
    doors = {f"POST {HERE}/assign": followed(ASSIGNED), HERE: story(other, ASSIGNED)}
    with serving(**doors) as server:
        result = run("interaction", "assign", "boston:7", "ana", *WHY, url=server.url)

    assert result.stdout == (
        "boston:7: supervisor:lead gave it to agent ana, 1 min 5 s after it began to wait: it "
        "counts as answered. That is more than his capacity.\n"
    )


def test_as_json_the_answer_holds_the_facts_with_their_sentences() -> None:
    doors = {f"POST {HERE}/assign": followed(ASSIGNED), HERE: story(ASSIGNED)}
    with serving(**doors) as server:
        result = run("interaction", "assign", "boston:7", "ana", *WHY, "--json", url=server.url)

    told = json.loads(result.stdout)
    assert (told["event_id"], told["facts"]) == ("e1", ["interaction_assigned"])
    assert [it["agent_id"] for it in told["told"]] == ["ana"]
    assert told["told"][0]["sentence"].startswith("supervisor:lead gave it")


def test_what_is_not_decided_yet_is_told_as_such() -> None:
    late = 202, {"event_id": "e9", "interaction_id": "boston:7", "state": "waiting", "facts": []}
    with serving(**{f"POST {HERE}/requeue": late}) as server:
        result = run("interaction", "requeue", "boston:7", *WHY, url=server.url)

    assert result.exit_code == 0
    assert result.stdout == (
        "it is in the log as e9; `switchyard explain boston:7` shows what comes of it\n"
    )


def test_one_that_went_where_this_key_may_not_look_is_told_with_its_pool() -> None:
    gone = 200, {"event_id": "e1", "state": "waiting", "facts": ["offer_ended", "transferred_out"]}
    with serving(**{f"POST {HERE}/transfer": gone}) as server:
        result = run("interaction", "transfer", "boston:7", "--pool", "x", *WHY, url=server.url)

    assert (result.exit_code, result.stdout) == (
        0,
        "boston:7 went to pool x, which this key may not enter\n",
    )


@pytest.mark.parametrize(
    ("status", "code"), [(404, 1), (409, 1), (422, 1), (401, 3), (403, 3), (503, 3)]
)
def test_a_refusal_is_told_with_a_remedy_and_its_exit_code(status: int, code: int) -> None:
    problem = status, {"code": "x", "detail": "It is not so."}
    with serving(**{f"POST {HERE}/requeue": problem}) as server:
        result = run("interaction", "requeue", "boston:7", *WHY, url=server.url)

    assert result.exit_code == code
    assert "remedy:" in result.stderr
    assert not result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("interaction", "requeue", "boston:7"),  # no reason
        ("interaction", "transfer", "boston:7", *WHY),
        ("interaction", "change", "boston:7", *WHY),
        ("interaction", "change", "boston:7", "--skill", "billing=9", *WHY),
        ("interaction", "change", "boston:7", "--skill", "billing=3,soon", *WHY),
        ("interaction", "callback", "boston:7", "--not-before", "2015-02-04T15:00", *WHY),
        ("interaction", "callback", "boston:7", "--not-before", "tomorrow", *WHY),
        ("interaction", "close", "boston:7", "--outcome", "moon", *WHY),
        ("agent", "signout", "ana", "--requeue", "--after-work", *WHY),
        ("agent", "skills", "ana", *WHY),
        ("agent", "skills", "ana", "billing=3", "--as-configured", *WHY),
        ("agent", "skills", "ana", "billing=six", *WHY),
        ("agent", "skills", "ana", "--language", "he=7/1", *WHY),
        ("agent", "skills", "ana", "--language", "he", *WHY),
    ],
)
def test_wrong_use_is_found_before_anything_is_sent(arguments: tuple[str, ...]) -> None:
    with serving() as server:
        result = run(*arguments, url=server.url)

    assert result.exit_code == 2, result.output
    assert (server.taken, server.asked) == ([], [])


@pytest.mark.parametrize("group", ["interaction", "agent"])
def test_every_verb_has_help(group: str) -> None:
    listed = run(group, "--help").stdout
    verbs = {
        "interaction": (
            "assign", "requeue", "priority", "transfer", "close", "change", "callback",
        ),
        "agent": ("signout", "skills"),
    }[group]  # fmt: skip
    for verb in verbs:
        assert verb in listed
        assert "--reason" in run(group, verb, "--help", COLUMNS="200").stdout


def ana(**more: Any) -> tuple[int, dict[str, Any]]:
    return 200, {
        "agent_id": "ana",
        "status": "ready",
        "next_status": None,
        "skills": {"snow": 2, "parking": 1},
        "languages": {"en": {"spoken": 5, "written": 5}, "ro": {"spoken": 4, "written": 1}},
        "skills_by_hand": False,
        "assigned": [],
        **more,
    }


CHANGED = 200, {"event_id": "e1", "agent_id": "ana", "state": "ready", "facts": ["agent_changed"]}


@pytest.mark.parametrize(
    ("options", "body", "after", "told"),
    [
        ((), {"after_work": False, "requeue_work": False}, {"status": "offline"},
         "Agent ana is offline."),
        (("--requeue",), {"after_work": False, "requeue_work": True},
         {"status": "offline", "assigned": ["boston:7"]},
         "Agent ana is offline; 1 interaction with him until the grace is over."),
        (("--after-work",), {"after_work": True, "requeue_work": False},
         {"next_status": "offline", "assigned": ["boston:7", "boston:8"]},
         ("Agent ana gets nothing new, and is offline when 2 interactions and their wrap-up are "
         "done.")),
    ],
)  # fmt: skip
def test_an_agent_is_signed_out_at_once_or_when_the_work_is_done(
    options: tuple[str, ...], body: dict[str, Any], after: dict[str, Any], told: str
) -> None:
    doors = {"POST /v1/agents/ana/signout": CHANGED, "/v1/agents/ana": ana(**after)}
    with serving(**doors) as server:
        result = run("agent", "signout", "ana", *options, *WHY, url=server.url)

    assert result.stdout == f"{told}\n", result.output
    assert server.taken == [("/v1/agents/ana/signout", body | SAID)]


@pytest.mark.parametrize(
    ("arguments", "body"),
    [
        (("billing=3",), {"skills": {"snow": 2, "parking": 1, "billing": 3}}),
        (("snow=0",), {"skills": {"parking": 1}}),
        (("billing=3", "--only"), {"skills": {"billing": 3}}),
        (
            ("--language", "he=3/5", "--language", "ro=0/0"),
            {"languages": {"en": {"spoken": 5, "written": 5}, "he": {"spoken": 3, "written": 5}}},
        ),
        (("--as-configured",), {"as_configured": True}),
    ],
)
def test_skills_that_are_not_named_stay_unless_only_these_are_wanted(
    arguments: tuple[str, ...], body: dict[str, Any]
) -> None:
    doors = {"POST /v1/agents/ana/skills": CHANGED, "/v1/agents/ana": ana()}
    with serving(**doors) as server:
        result = run("agent", "skills", "ana", *arguments, *WHY, url=server.url)

    assert server.taken == [("/v1/agents/ana/skills", body | SAID)]
    assert result.stdout == (
        "Agent ana serves, as configured: snow (level 2) and parking (level 1); en (spoken 5, "
        "written 5) and ro (spoken 4, written 1).\n"
    )


def test_an_agent_of_several_pools_is_asked_for_by_the_pool() -> None:
    doors = {
        "POST /v1/agents/ana/skills?pool=salem": CHANGED,
        "/v1/agents/ana?pool=salem": ana(),
    }
    with serving(**doors) as server:
        result = run(
            "agent", "skills", "ana", "snow=5", "--pool", "salem", *WHY, "--json", url=server.url
        )

    told = json.loads(result.stdout)
    assert told["agent"]["skills"] == {"snow": 2, "parking": 1}
    assert server.taken[0][1]["skills"]["snow"] == 5


EXPLAINED = fact(
    "interaction_explained",
    state="offered",
    queue="streets",
    agent_id="ana",
    requires={
        "after_s": 60,
        "languages": ["he", "ru", "@interpreter"],
        "language_level": 3,
        "skills": [{"skill": "billing", "level": 2}],
        "rings": ["second"],
    },
    step=1,
    steps=[
        {"after_s": 0, "languages": ["he"], "skills": [{"skill": "billing", "level": 4}]},
        {"after_s": 60, "languages": ["he", "ru", "@interpreter"]},
        {"after_s": 90, "languages": ["he", "ru", "@interpreter"]},
    ],
    preference={"agent_id": "ana", "until_ms": AT + 20_000},
    ahead=3,
    estimate={"p50_s": 40, "p90_s": 125, "rests_on": ["head_of_line"]},
    winner={"agent_id": "ana", "rank": [0, 3]},
    runner_up={"agent_id": "ben", "rank": [0, 5]},
    rank_names=["language", "load"],
    binds="All who may serve it have full hands.",
    changes_at_ms=AT + 30_000,
    changes="its next step begins",
    counts={"capacity": 4, "language": 2, "eligible": 1},
    verdicts=[
        {"agent_id": "ben", "constraint": "capacity", "detail": "100 of 100 units"},
        {"agent_id": "carla", "constraint": "aside", "until_ms": AT + 60_000},
    ],
)
SECTION = """
why it is where it is, at 2015-02-04 09:00:00 UTC
  It is offered to agent ana in queue streets.
  About 3 before it, of those whom the same agents may serve; half of such wait 40 s more, nine in \
ten 2 min 5 s at most.
  It needs he or ru at level 3 or an interpreter, billing (level 2), also from ring second (step 2 \
of 3). Until 2015-02-04 09:00:20 UTC only agent ana is asked, unless he leaves.
  Agent ana came before ben (load 30 % against 50 %).
  All who may serve it have full hands.
  Next, in 30 s: its next step begins.
  Agents: 4 with full hands, 2 without the language and 1 could have it.
    ben    with full hands: 100 of 100 units
    carla  asked not long ago, in vain, until 2015-02-04 09:01:00 UTC
    and 5 more
"""


def test_an_explanation_ends_with_why_it_is_where_it_is() -> None:
    received = fact("callback_promised")
    doors = {
        HERE: story(received, state="offered"),
        f"{HERE}/explanation": (200, EXPLAINED),
    }
    with serving(**doors) as server:
        result = run("explain", "boston:7", url=server.url)
        as_json = run("explain", "boston:7", "--json", url=server.url)

    assert result.stdout.partition("\n\n")[2] == SECTION.lstrip("\n")
    assert json.loads(as_json.stdout)["explanation"] == EXPLAINED


def test_little_that_is_known_is_told_without_the_rest() -> None:
    bare = fact("interaction_explained", state="parked")
    doors = {HERE: story(bare, state="parked"), f"{HERE}/explanation": (200, bare)}
    with serving(**doors) as server:
        result = run("explain", "boston:7", url=server.url)

    assert result.stdout.endswith("UTC\n  It is parked.\n")


@pytest.mark.parametrize("answer", [(202, {"event_id": "e"}), (409, {}), (200, b"no JSON")])
def test_a_story_is_told_also_where_the_router_is_silent(answer: tuple[int, Any]) -> None:
    doors = {HERE: story(fact("callback_promised")), f"{HERE}/explanation": answer}
    with serving(**doors) as server:
        result = run("explain", "boston:7", url=server.url)

    assert result.exit_code == 0
    assert result.stdout.endswith(
        "\nwhy it is where it is: the router did not say so within a second; ask again\n"
    )


def test_of_one_that_has_ended_only_the_story_is_told_and_nothing_asked() -> None:
    with serving(**{HERE: story(fact("callback_promised"), state="closed")}) as server:
        result = run("explain", "boston:7", url=server.url)

    assert "why it is where it is" not in result.stdout
    assert [path for path, _ in server.asked] == [HERE]
