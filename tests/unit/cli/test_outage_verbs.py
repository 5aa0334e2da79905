"""`switchyard outage`: what goes to the gateway, what is told, what is refused."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from switchyard.cli import build
from switchyard.cli.sentences import sentence_of
from tests.unit.cli.http_stub import serving

AT = 1_423_040_400_000  # 2015-02-04 09:00:00 UTC


@dataclass
class Desk:
    """A gateway that takes every command and remembers what came."""

    url: str = ""
    status: int = 200
    answer: dict[str, Any] = field(default_factory=dict)
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@contextmanager
def taking(status: int = 200, **answer: Any) -> Iterator[Desk]:
    desk = Desk(status=status, answer=answer)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            desk.taken.append((self.path, json.loads(body)))
            content = json.dumps(desk.answer).encode()
            self.send_response(desk.status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    desk.url = f"http://127.0.0.1:{http.server_address[1]}"
    try:
        yield desk
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(build(), ["outage", *arguments], env=environment)


def test_a_declaration_says_what_is_down_where_and_when_more_will_be_told() -> None:
    with taking(incident_id="chat-1", facts=["incident_opened"]) as desk:
        result = run(
            *["declare", "--channel", "chat", "--pool", "boston", "--pool", "salem"],
            *["--severity", "major", "--title", "Chat is down", "--message", "Use the phone."],
            *["--next-update", "1h30m", "--gateway", desk.url],
        )

    assert result.exit_code == 0, result.output
    assert result.stdout == "chat-1 is declared\n"
    assert desk.taken == [
        (
            "/v1/incidents",
            {
                "channel": "chat",
                "pools": ["boston", "salem"],
                "severity": "major",
                "title": "Chat is down",
                "message": "Use the phone.",
                "next_update_s": 5_400,
            },
        )
    ]


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90s", 90), ("15m", 900), ("15min", 900), ("1h 30min", 5_400), ("2h", 7_200)],
)
def test_a_promise_is_written_as_durations_are_in_the_configuration_or_shorter(
    written: str, seconds: int
) -> None:
    with taking(incident_id="chat-1", facts=["incident_updated"]) as desk:
        result = run("update", "chat-1", "--next-update", written, "--gateway", desk.url)

    assert result.exit_code == 0, result.output
    assert desk.taken == [("/v1/incidents/chat-1/updates", {"next_update_s": seconds})]


def test_news_says_only_what_is_new() -> None:
    with taking(incident_id="chat-1", facts=["incident_updated"]) as desk:
        result = run(
            *["update", "chat-1", "--message", "The vendor works on it.", "--status"],
            *["identified", "--gateway", desk.url],
        )

    assert result.stdout == "chat-1 is updated\n"
    assert desk.taken == [
        (
            "/v1/incidents/chat-1/updates",
            {"message": "The vendor works on it.", "status": "identified"},
        )
    ]


def test_what_is_not_decided_yet_is_told_as_such() -> None:
    with taking(202, event_id="e9", incident_id=None, facts=[]) as desk:
        result = run("resolve", "chat-1", "--message", "All is well.", "--gateway", desk.url)

    assert "it is in the log as e9" in result.stdout
    assert desk.taken == [("/v1/incidents/chat-1/resolve", {"message": "All is well."})]


def test_an_answer_as_json_is_what_the_gateway_said() -> None:
    with taking(incident_id="chat-1", facts=["incident_resolved"]) as desk:
        result = run("resolve", "chat-1", "--json", "--gateway", desk.url)

    assert json.loads(result.stdout) == desk.answer


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["declare", "--channel", "fax"], 2, "fax"),
        (["declare"], 2, "--channel"),
        (["declare", "--channel", "chat", "--next-update", "soon"], 2, "is no length of time"),
        (["declare", "--channel", "chat", "--next-update", "15"], 2, "is no length of time"),
        (["update", "chat-1"], 2, "there is no news"),
        (["update", "chat-1", "--status", "resolved"], 2, "resolved"),
    ],
)
def test_wrong_use_is_told_and_nothing_is_sent(arguments: list[str], code: int, told: str) -> None:
    with taking() as desk:
        result = run(*arguments, "--gateway", desk.url)

    assert result.exit_code == code
    assert told in result.stderr
    assert not desk.taken


@pytest.mark.parametrize("status", [409, 422])
def test_a_refusal_is_told_in_the_gateways_words(status: int) -> None:
    with taking(status, detail="Chat is down already: incident chat-1.") as desk:
        result = run("declare", "--channel", "chat", "--json", "--gateway", desk.url)

    assert (result.exit_code, result.stdout) == (1, "")
    assert "Chat is down already" in result.stderr


def test_a_key_that_may_not_is_told_why() -> None:
    with taking(403, detail="Key `lead` has role supervisor.") as desk:
        result = run("declare", "--channel", "chat", "--gateway", desk.url, SWITCHYARD_KEY="k")

    assert result.exit_code == 3
    assert "Key `lead` has role supervisor" in result.stderr


def fact(kind: str, after_ms: int, **fields: Any) -> dict[str, Any]:
    head = {"event_id": "x", "pool": "@installation", "at_ms": AT + after_ms, "by": "outage"}
    return {**head, "kind": kind, "incident_id": "chat-1", **fields}


MOVED = fact(
    "interaction_moved", 5, pool="boston", by="router", interaction_id="boston:1", number=1,
    direction="to_backup", queue="general", home_channel="web_form", from_channel="web_form",
    to_channel="email", waiting_since_ms=AT, order_ms=AT, moves={"moved": 1},
)  # fmt: skip
BACK = MOVED | {"direction": "back", "from_channel": "email", "to_channel": "web_form"}
IN_ITS_PLACE = "in queue general, with the age it had (incident chat-1)."


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (MOVED, f"It waits by email, for web form is down, {IN_ITS_PLACE}"),
        (
            MOVED | {"was_parked": True},
            "It need not be parked any longer: it waits by email, for web form is down, "
            + IN_ITS_PLACE,
        ),
        (
            BACK,
            "It waits by web form again, which is back, and no longer by email, " + IN_ITS_PLACE,
        ),
        (
            BACK | {"from_channel": "web_form", "was_parked": True},
            "It is parked no longer and waits by web form again, which is back, " + IN_ITS_PLACE,
        ),
        (
            fact(
                "interaction_parked", 5, by="router", interaction_id="boston:1", queue="general",
                reason="channel_down", detail="email: no consent",
            ),
            ("It is parked in queue general with the age it has: its channel is down (incident "
            "chat-1), and no backup reaches this customer (email: no consent)."),
        ),
        (
            fact(
                "channel_health_changed", 0, channel="chat", number=2, before="suspect",
                health="failed_over",
                evidence=[{"signal": "probe", "at_ms": AT, "detail": "timeout"},
                          {"signal": "silence", "at_ms": AT, "detail": "5 min"}],
            ),
            ("The chat channel is down; before it was under suspicion: probe (timeout) and silence "
            "(5 min)."),
        ),
        (
            fact("incident_resolved", 0, sequence=2, resolved_by="probe", lasted_ms=600_000,
                 moved=7, parked=2),
            # They go back after this fact: `0 returned` would be read as contacts that are lost.
            ("It is over after 10 min, because the probes found it well: 7 moved and 2 parked "
            "until then."),
        ),
    ],
)  # fmt: skip
def test_what_an_outage_does_is_told_with_its_reason(record: dict[str, Any], expected: str) -> None:
    assert sentence_of(record) == expected


SHOWN = {
    "incident_id": "chat-1",
    "channel": "chat",
    "pools": ["boston", "salem"],
    "state": "resolved",
    "severity": "critical",
    "title": "Chat is down",
    "opened_at_ms": AT,
    "resolved_at_ms": AT + 600_000,
    "moved": 7,
    "parked": 2,
    "returned": 9,
    "facts": [
        fact("incident_declared", -40, by="gateway", actor="manager:boss", channel="chat",
             title="Chat is down", message="The vendor\ndoes not answer."),
        fact("incident_opened", 0, channel="chat", pools=["boston", "salem"], opened_by="person",
             severity="critical", title="Chat is down", next_update_at_ms=AT + 900_000),
        fact("incident_resolved", 600_000, sequence=2, resolved_by="probe", lasted_ms=600_000,
             moved=7, parked=2, returned=9),
    ],
    "notices": [
        {"sequence": 1, "purpose": "opening", "audience": "staff", "requested_at_ms": AT + 10,
         "count": 40},
        {"sequence": 2, "purpose": "recovery", "audience": "it", "requested_at_ms": AT + 600_010,
         "count": 1},
    ],
    "moves": [
        {"pool": "boston", "moved": 6, "parked": 2, "returned": 8},
        {"pool": "salem", "moved": 1, "parked": 0, "returned": 1},
    ],
    "left_out": 0,
}  # fmt: skip


def test_the_story_is_told_in_order_with_what_was_told_and_what_moved() -> None:
    with serving(**{"/v1/incidents/chat-1": (200, SHOWN)}) as server:
        result = run("show", "chat-1", "--gateway", server.url)

    lines = result.stdout.splitlines()
    assert lines[:2] == [
        "chat-1: Chat is down",
        "critical, resolved; chat of boston and salem; since 2015-02-04 09:00:00 UTC",
    ]
    assert [line[:24].split() for line in lines[2:7]] == [
        ["-40", "ms", "gateway"],
        ["+0", "ms", "outage"],
        ["+10", "ms", "outage"],
        ["+10", "min", "outage"],
        ["+10", "min", "outage"],
    ]
    assert 'manager:boss declared chat down, critical. "Chat is down"' in lines[2]
    assert '"The vendor does not answer."' in lines[2], "what a person wrote stays on one line"
    assert lines[4].endswith("40 people of the staff to be told: opening.")
    assert lines[6].endswith("1 person of IT to be told: recovery.")
    assert lines[7:] == [
        "boston: 6 moves to a backup, 2 parked, 8 returned",
        "salem: 1 move to a backup, 0 parked, 1 returned",
        "in all: 7 moves to a backup, 2 parked, 9 returned",
    ]


def test_the_story_as_json_has_the_sentences() -> None:
    with serving(**{"/v1/incidents/chat-1": (200, SHOWN)}) as server:
        result = run("show", "chat-1", "--json", "--gateway", server.url)

    told = json.loads(result.stdout)
    assert told["moves"] == SHOWN["moves"]
    assert told["facts"][2]["sentence"].startswith("It is over after 10 min")


def test_an_unknown_incident_is_a_finding_and_its_id_leads_nowhere_else() -> None:
    with serving() as server:
        result = run("show", "../status?x=1", "--gateway", server.url)

    assert result.exit_code == 1
    assert server.asked[0][0] == "/v1/incidents/..%2Fstatus%3Fx%3D1"


def test_the_list_has_a_line_for_each_incident() -> None:
    goes_on = SHOWN | {"incident_id": "sms-2", "state": "identified", "resolved_at_ms": None}
    found = {"now_ms": AT + 60_000, "incidents": [goes_on, SHOWN], "next_cursor": None}
    with serving(**{"/v1/incidents": (200, found)}) as server:
        result = run("list", "--gateway", server.url)

    began = "2015-02-04 09:00:00 UTC"
    assert result.stdout.splitlines() == [
        f"sms-2\tidentified\tcritical\t{began}\t1 min\t7\tChat is down",
        f"chat-1\tresolved\tcritical\t{began}\t10 min\t7\tChat is down",
    ]


def test_the_list_of_what_goes_on_asks_for_it() -> None:
    found = {"now_ms": AT, "incidents": [], "next_cursor": None}
    with serving(**{"/v1/incidents?state=open": (200, found)}) as server:
        result = run("list", "--open", "--json", "--gateway", server.url)

    assert json.loads(result.stdout) == found
