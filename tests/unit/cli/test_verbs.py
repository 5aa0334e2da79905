"""The command line as a person uses it: --help of every verb, exit codes, what goes where."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from services.gateway.adapters.keys import Keys, load_keys
from switchyard.brokers.ports import free_port
from switchyard.cli import build
from tests.unit.cli.http_stub import serving
from tests.unit.configuration.sound import FILES, write


def verbs(group: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, command in getattr(group, "commands", {}).items():
        yield from verbs(command, (*path, name))


ALL_VERBS = sorted(verbs(typer.main.get_command(build())))


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(build(), arguments, env=environment)


@pytest.mark.parametrize("verb", ALL_VERBS, ids=" ".join)
def test_every_verb_has_help_that_says_what_it_does(verb: tuple[str, ...]) -> None:
    result = run(*verb, "--help")
    assert result.exit_code == 0
    assert "Usage:" in result.stdout
    command = typer.main.get_command(build())
    for name in verb:
        command = command.commands[name]  # type: ignore[attr-defined] # a group on the way down
    assert command.help


def test_the_program_starts_as_a_process() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "switchyard", "--help"], capture_output=True, text=True, check=True
    )
    assert "explain" in done.stdout


def test_a_sound_configuration_passes(tmp_path: Path) -> None:
    result = run("check", str(write(tmp_path)))
    assert result.exit_code == 0
    assert result.stdout == "1 pool, 2 agents, 2 people: 0 errors, 0 warnings\n"


def test_an_error_is_told_with_place_and_remedy_and_fails(tmp_path: Path) -> None:
    escalation = FILES["escalation.yaml"].replace("noor", "nor")
    result = run("check", str(write(tmp_path, **{"escalation.yaml": escalation})))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{tmp_path}/escalation.yaml:4:30: error: unknown person `nor`",
        "    remedy: did you mean `noor`?",
        "1 pool, 2 agents, 2 people: 1 error, 0 warnings",
    ]


def test_warnings_alone_do_not_fail(tmp_path: Path) -> None:
    result = run("check", str(write(tmp_path, **{"people.yml": ""})))
    assert result.exit_code == 0
    assert "1 warning" in result.stdout


def test_a_check_as_json_is_json_alone(tmp_path: Path) -> None:
    result = run("check", "--json", str(write(tmp_path, **{"sla.yaml": "policies: 3"})))
    told = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (told["ok"], told["errors"]) == (False, 1)
    assert told["findings"][0]["line"] == 1


def test_locales_without_templates_are_found(tmp_path: Path) -> None:
    people = FILES["people.yaml"].replace("locale: he", "locale: ja")
    result = run("check", str(write(tmp_path, **{"people.yaml": people})))
    assert "there are no templates in `ja`" in result.stdout


def test_a_configuration_with_errors_reaches_no_broker(tmp_path: Path) -> None:
    folder = write(tmp_path, **{"sla.yaml": "policies: 3"})
    result = run("config", "apply", str(folder), "--broker", f"127.0.0.1:{free_port()}")
    assert result.exit_code == 1
    assert "run `switchyard check`" in result.stderr


def test_a_broker_that_is_not_there_is_told_with_a_remedy(tmp_path: Path) -> None:
    result = run("config", "history", "--broker", f"127.0.0.1:{free_port()}", "--json")
    assert result.exit_code == 3
    assert result.stdout == ""
    assert "remedy: is it running?" in result.stderr


def test_the_schemas_are_written(tmp_path: Path) -> None:
    assert run("config", "schemas", str(tmp_path / "new")).exit_code == 0
    assert json.loads((tmp_path / "new" / "pool.json").read_text())["title"] == "PoolFile"


FACT = {"kind": "interaction_abandoned", "event_id": "e", "pool": "p", "at_ms": 5, "by": "router",
        "interaction_id": "p:1", "queue": "general", "waited_ms": 61_000}  # fmt: skip


def test_explain_tells_the_facts_in_plain_sentences() -> None:
    found = {"interaction_id": "p:1", "state": "abandoned", "facts": [FACT]}
    with serving(**{"/v1/interactions/p:1": (200, found)}) as server:
        result = run("explain", "p:1", "--gateway", server.url, SWITCHYARD_KEY="k")
    assert result.exit_code == 0
    assert "The customer gave up after 1 min 1 s in queue general." in result.stdout
    assert server.asked == [("/v1/interactions/p:1", "Bearer k")]


def test_explain_as_json_adds_the_sentences() -> None:
    found = {"interaction_id": "p:1", "state": "abandoned", "facts": [FACT]}
    with serving(**{"/v1/interactions/p:1": (200, found)}) as server:
        result = run("explain", "p:1", "--json", SWITCHYARD_GATEWAY=server.url)
    [told] = json.loads(result.stdout)["facts"]
    assert told["sentence"].startswith("The customer gave up")


def test_an_id_cannot_lead_to_another_address() -> None:
    with serving() as server:
        result = run("explain", "../status?x=1#y", "--gateway", server.url)
    assert result.exit_code == 1
    assert server.asked[0][0] == "/v1/interactions/..%2Fstatus%3Fx%3D1%23y"


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [(401, 3, "the API key is missing"), (404, 1, "No such id"), (500, 3, "answered 500")],
)
def test_what_the_gateway_refuses_is_told_on_stderr(status: int, code: int, told: str) -> None:
    with serving(**{"/v1/interactions/x": (status, {"detail": "No such id."})}) as server:
        result = run("explain", "x", "--json", "--gateway", server.url)
    assert result.exit_code == code
    assert result.stdout == ""
    assert told in result.stderr
    assert "remedy: " in result.stderr


def test_a_gateway_that_is_not_there_is_told_with_a_remedy() -> None:
    result = run("status", "--gateway", f"http://127.0.0.1:{free_port()}")
    assert result.exit_code == 3
    assert "remedy: is it running?" in result.stderr


STATUS = {
    "now_ms": 9,
    "pools": [
        {
            "pool": "support",
            "interactions": {"waiting": 2, "assigned": 1},
            "longest_wait_ms": 61_000,
            "queues": [
                {"queue": "general", "waiting": 2, "longest_wait_ms": 61_000,
                 "by_language": {"he": 1, "nl": 1}},
                {"queue": "money", "waiting": 0, "longest_wait_ms": 0, "by_language": {}},
            ],
            "agents": {"ready": 3, "away": 0},
            "dead_letters": None,
        }
    ],
}  # fmt: skip


CHANNELS = [
    {"channel": "voice", "health": "healthy", "since_ms": None, "incident_id": None},
    {"channel": "chat", "health": "failed_over", "since_ms": 0, "incident_id": "chat-1"},
    {"channel": "sms", "health": "suspect", "since_ms": 60_000, "incident_id": None},
]


def test_status_is_text_for_people() -> None:
    answers = {
        "/v1/status?pool=support": (200, STATUS),
        "/v1/channels?pool=support": (200, {"now_ms": 9, "channels": CHANNELS}),
    }
    with serving(**answers) as server:
        result = run("status", "--pool", "support", "--gateway", server.url)
    assert result.stdout.splitlines() == [
        "channel chat is down; see `switchyard outage show chat-1`",
        "channel sms is under suspicion since 1970-01-01 00:01:00 UTC",
        "pool support",
        "  interactions: waiting 2, assigned 1",
        "  longest wait: 1 min 1 s",
        "  queues:",
        "    queue    waiting  longest wait  by language",
        "    general  2        1 min 1 s     he=1 nl=1",
        "    money    0        -             -",
        "  agents: ready 3, away 0",
    ]


def test_status_as_json_is_what_the_gateway_said() -> None:
    channels = {"now_ms": 9, "channels": CHANNELS}
    answers = {"/v1/status": (200, STATUS), "/v1/channels": (200, channels)}
    with serving(**answers) as server:
        result = run("status", "--json", "--gateway", server.url)
    assert json.loads(result.stdout) == STATUS | {"channels": CHANNELS}


def test_health_is_well_when_every_service_is_ready() -> None:
    ready = {"/readyz": (200, {"service": "router", "ready": True, "reasons": []})}
    with serving(**ready) as one, serving(**ready) as other:
        result = run("health", "--url", one.url, "--url", other.url)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"router\tyes\t{one.url}\t",
        f"router\tyes\t{other.url}\t",
    ]


def test_health_fails_when_one_is_not_ready_or_not_there() -> None:
    waiting = {"service": "router", "ready": False, "reasons": ["restoring 3 shards"]}
    nobody = f"http://127.0.0.1:{free_port()}"
    with serving(**{"/readyz": (503, waiting)}) as server:
        result = run("health", "--json", "--url", server.url, "--url", nobody)
    first, second = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (first["ready"], first["reasons"]) == (False, ["restoring 3 shards"])
    assert (second["ready"], second["reasons"]) == (False, ["no answer: ConnectError"])


def test_a_new_key_opens_the_gateway_and_its_line_does_not_hold_it(tmp_path: Path) -> None:
    result = run(
        *["keys", "new", "--name", "ana", "--role", "agent", "--pools", "p", "--agent", "ana"]
    )
    secret, entry = result.stdout.splitlines()
    assert secret not in entry
    keys_file = tmp_path / "keys.yaml"
    keys_file.write_text(f"keys:\n{entry}\n")
    keys: Keys = load_keys(keys_file)
    found = keys.find(secret)
    assert found is not None
    assert (found.actor, found.pools, found.agents) == ("agent:ana", ("p",), ("ana",))


def test_a_key_that_the_gateway_would_refuse_is_not_made() -> None:
    result = run("keys", "new", "--name", "ana", "--role", "agent", "--pools", "p")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "needed for role agent" in result.stderr


def test_dead_letters_are_not_all_driven_again_by_mistake() -> None:
    result = run("dead-letters", "redrive")
    assert result.exit_code == 2
    assert "remedy: name their ids, or give --all" in result.stderr
