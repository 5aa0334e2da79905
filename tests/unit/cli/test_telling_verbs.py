"""`switchyard notifications` and `switchyard people`: what is asked, what is told, what refused."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from switchyard.cli import build
from tests.unit.cli.http_stub import serving

AT = 1_423_040_400_000  # 2015-02-04 09:00:00 UTC
PAGE = "boston:7#first_reply/1:c1:r1:l1:maria:email"
PATH = "/v1/notifications/boston%3A7%23first_reply%2F1%3Ac1%3Ar1%3Al1%3Amaria%3Aemail"
REDRIVE = "POST /v1/notifications/redrive"
ALL = "/v1/notifications?limit=1000"
MANY = {
    "dry_run": True, "matched": 3, "chosen": 1, "left_out": {"told": 2}, "takes_s": 0.0,
    "notification_ids": [PAGE],
}  # fmt: skip


def run(verb: str, *arguments: str) -> Result:
    return CliRunner().invoke(build(), [verb, *arguments])


def telling(person: str = "maria", **more: Any) -> dict[str, Any]:
    return {
        "notification_id": PAGE,
        "person": person,
        "about": "page",
        "state": "not_told",
        "incident_id": None,
        "escalation_id": "boston:7#first_reply/1",
        "interaction_id": "boston:7",
        "purpose": None,
        "opened_at_ms": AT,
        "attempts": 3,
        "why": why("dead_lettered", detail="refused: 550"),
    } | more


def why(code: str, *, until_ms: int | None = None, detail: str = "") -> dict[str, Any]:
    return {"code": code, "method": "email", "until_ms": until_ms, "detail": detail}


def listing(*tellings: dict[str, Any], more: int | None = None) -> tuple[int, Any]:
    return 200, {"now_ms": AT + 720_000, "notifications": list(tellings), "next_cursor": more}


def test_a_line_says_who_what_how_it_stands_by_which_method_how_often_why_and_since_when() -> None:
    with serving(**{ALL: listing(telling())}) as server:
        result = run("notifications", "--gateway", server.url)

    assert result.exit_code == 0, result.output
    assert result.stdout.rstrip("\n").split("\t") == [
        "maria", "page of boston:7#first_reply/1", "not told", "email", "3",
        "dead lettered (refused: 550)", "12 min", PAGE,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("of", "told"),
    [
        ({"about": "notice", "purpose": "opening", "incident_id": "chat-1"}, "opening of chat-1"),
        ({"about": "customer_notice", "purpose": "longer_wait"}, "longer wait for boston:7"),
        ({"about": "trouble", "purpose": "provider"}, "trouble with provider"),
        ({"about": "verification"}, "code"),
        ({"about": "group"}, "group"),
        ({"why": why("retry", until_ms=AT)}, "next try at 2015-02-04 09:00:00 UTC"),
        ({"why": why("quiet_hours", until_ms=AT)}, "quiet hours until 2015-02-04 09:00:00 UTC"),
        ({"why": why("in_doubt")}, "a try may have arrived"),
        ({"why": why("accepted", detail="accepted: 250")}, "accepted: 250"),
        ({"why": why("something_new", detail="42")}, "something new (42)"),
    ],
)
def test_what_it_is_about_and_why_are_told_in_words(of: dict[str, Any], told: str) -> None:
    with serving(**{ALL: listing(telling(**of))}) as server:
        assert f"\t{told}\t" in run("notifications", "--gateway", server.url).stdout


def test_what_is_asked_goes_to_the_gateway() -> None:
    asked = "incident=chat-1&person=maria&state=waiting&undelivered=true"
    with serving(**{f"/v1/notifications?{asked}&limit=1000": listing()}) as server:
        result = run(
            *["notifications", "--undelivered", "--incident", "chat-1", "--person", "maria"],
            *["--state", "waiting", "--gateway", server.url],
        )

    assert (result.exit_code, result.stdout) == (0, ""), result.output


def test_all_pages_are_read() -> None:
    pages = {
        ALL: listing(telling("ana"), more=5),
        f"{ALL}&cursor=5": listing(telling("ben")),
    }
    with serving(**pages) as server:
        result = run("notifications", "--json", "--gateway", server.url)

    found = json.loads(result.stdout)
    assert [it["person"] for it in found["notifications"]] == ["ana", "ben"]


def test_a_story_is_told_in_sentences() -> None:
    ended = {
        "kind": "notification_ended", "event_id": "e", "pool": "boston", "at_ms": AT,
        "by": "notifier", "notification_id": PAGE, "person": "maria", "end": "dead_lettered",
        "reason": "refused: 550", "attempts": 1, "possible_repeats": 0,
    }  # fmt: skip
    story = telling() | {"facts": [ended], "left_out": 0}
    with serving(**{PATH: (200, story)}) as server:
        result = run("notifications", "show", PAGE, "--gateway", server.url)
        as_json = run("notifications", "show", PAGE, "--json", "--gateway", server.url)

    heading, told = result.stdout.splitlines()
    assert (
        heading == "maria: page of boston:7#first_reply/1; not told: dead lettered (refused: 550)"
    )
    assert told.startswith("2015-02-04 09:00:00 UTC  The message to maria ended dead lettered")
    assert "ended dead lettered" in json.loads(as_json.stdout)["facts"][0]["sentence"]


def test_one_message_is_sent_again_with_a_reason() -> None:
    answer = {"event_id": "e9", "person": "maria", "facts": ["notification_reopened"]}
    with serving(**{f"POST {PATH}/redrive": (200, answer)}) as server:
        result = run(
            "notifications", "redrive", PAGE, "--reason", "it works", "--gateway", server.url
        )

    assert result.stdout == "the message to maria is tried again\n", result.output
    assert server.taken == [(f"{PATH}/redrive", {"reason": "it works"})]


def test_a_dry_run_says_what_would_be_sent_and_why_not_the_others() -> None:
    with serving(**{REDRIVE: (200, MANY)}) as server:
        result = run(
            *["notifications", "redrive", "--person", "maria", "--method", "email"],
            *["--end", "expired", "--dry-run", "--gateway", server.url],
        )

    assert result.stdout.splitlines() == [
        "1 message would be tried again, of 3 that fit", "left out, told: 2", PAGE,
    ]  # fmt: skip
    asked = {"person": "maria", "method": "email", "end": "expired", "dry_run": True}
    assert server.taken == [("/v1/notifications/redrive", asked)]


def test_since_counts_by_the_clock_of_the_gateway() -> None:
    answers = {
        "/v1/notifications?limit=1": listing(),
        REDRIVE: (202, MANY | {"dry_run": False, "takes_s": 99.0}),
    }
    with serving(**answers) as server:
        result = run(
            *["notifications", "redrive", "--since", "2h", "--reason", "it works"],
            *["--gateway", server.url],
        )

    assert result.stdout.splitlines()[0] == "1 message to be tried again, of 3 that fit"
    assert result.stdout.splitlines()[-1].endswith("within 1 min 39 s")
    asked = {"reason": "it works", "since_ms": AT + 720_000 - 7_200_000}
    assert server.taken == [("/v1/notifications/redrive", asked)]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["redrive", "--reason", "x"], "it is not said what is to be sent again"),
        (["redrive", "--all"], "a reason is needed"),
        (["redrive", PAGE], "a reason is needed"),
        (["redrive", PAGE, "--reason", " "], "a reason is needed"),
        (["redrive", PAGE, "--person", "maria", "--reason", "x"], "an ID goes with no option"),
        (["redrive", PAGE, "--dry-run"], "an ID goes with no option"),
        (["redrive", "--since", "soon", "--reason", "x"], "is no length of time"),
        (["redrive", "--method", "fax", "--reason", "x"], "fax"),
        (["--state", "lost"], "lost"),
        (["--undelivered", "show", PAGE], "options go behind `show`"),
        (["show"], "ID"),
    ],
)
def test_wrong_use_is_told_and_nothing_is_asked(arguments: list[str], told: str) -> None:
    with serving() as server:
        named = [*arguments, "--gateway", server.url] if "show" not in arguments else arguments
        result = run("notifications", *named)

    assert result.exit_code == 2, result.output
    assert told in result.stderr
    assert (server.asked, server.taken) == ([], [])


@pytest.mark.parametrize(
    ("status", "detail", "error", "remedy"),
    [
        (404, "No such id. Look again.", "error: No such id", "remedy: look again"),
        (429, "Sent a moment ago. Try again in 9 s.", "a moment ago", "try again in 9 s"),
        (409, "It has not ended: it is still tried.", "it is still tried", "mend the command"),
    ],
)
def test_what_the_gateway_refuses_is_told_with_a_remedy(
    status: int, detail: str, error: str, remedy: str
) -> None:
    with serving(**{f"POST {PATH}/redrive": (status, {"detail": detail})}) as server:
        result = run("notifications", "redrive", PAGE, "--reason", "x", "--gateway", server.url)

    assert result.exit_code == 1
    assert error in result.stderr
    assert remedy in result.stderr


MARIA = {
    "person": "maria",
    "locale": "he",
    "methods": [
        {"method": "email", "address": "m…@example.org", "verified": True},
        {"method": "sms", "address": "…23", "verified": False},
    ],
    "rules": {"high": [{"method": "sms"}, {"method": "email"}], "low": []},
    "quiet": {"now": True, "until_ms": AT, "start_minute": 1320, "end_minute": 420},
}
BARE: dict[str, Any] = {
    "person": "omar",
    "locale": "en",
    "methods": [],
    "rules": None,
    "quiet": None,
}


def test_people_are_told_with_methods_rules_and_quiet_hours() -> None:
    answers = {
        "/v1/people?limit=1000": (200, {"people": [MARIA], "next_cursor": 1}),
        "/v1/people?limit=1000&cursor=1": (200, {"people": [BARE], "next_cursor": None}),
    }
    with serving(**answers) as server:
        result = run("people", "--gateway", server.url)
        as_json = run("people", "--json", "--gateway", server.url)

    methods = "email m…@example.org (confirmed), sms …23 (not confirmed)"
    assert [line.split("\t") for line in result.stdout.splitlines()] == [
        ["maria", "he", methods, "sms, then email", "", "22:00-07:00, now"],
        ["omar", "en", "none", "", "", ""],
    ]
    assert [it["person"] for it in json.loads(as_json.stdout)["people"]] == ["maria", "omar"]


def test_a_code_is_asked_for_and_given() -> None:
    path = "/v1/people/maria/contact-methods/sms/verification"
    answers = {
        f"POST {path}": (200, {"event_id": "e1", "expires_at_ms": AT, "facts": ["x"]}),
        f"POST {path}/confirm": (200, {"event_id": "e2", "state": "verified", "facts": ["x"]}),
    }
    with serving(**answers) as server:
        sent = run("people", "verify", "maria", "sms", "--gateway", server.url)
        given = run("people", "confirm", "maria", "sms", "123456", "--gateway", server.url)

    assert "a code goes to maria by sms" in sent.stdout, sent.output
    assert given.stdout == "sms of maria is confirmed\n", given.output
    assert server.taken == [(path, {}), (f"{path}/confirm", {"code": "123456"})]


def test_a_confirmation_that_is_not_decided_yet_is_told_as_such() -> None:
    path = "/v1/people/maria/contact-methods/sms/verification/confirm"
    answer = {"event_id": "e2", "state": "unverified", "facts": []}
    with serving(**{f"POST {path}": (202, answer)}) as server:
        result = run("people", "confirm", "maria", "sms", "123456", "--gateway", server.url)

    assert "it is in the log as e2" in result.stdout


@pytest.mark.parametrize(
    "arguments", [["verify", "maria", "fax"], ["verify", "maria"], ["confirm"]]
)
def test_wrong_use_of_people_is_told(arguments: list[str]) -> None:
    assert run("people", *arguments).exit_code == 2
