"""What people say: followed once, or refused with a remedy."""

from typing import Any

import pytest

from shared.contracts.event import Event
from shared.contracts.outage import (
    ChannelFailedOver,
    IncidentOpened,
    IncidentResolved,
    IncidentUpdated,
)
from shared.contracts.people import PeopleDocument
from shared.contracts.system import EventRejected
from tests.support.outage_stage import T0, Stage, document, kinds, of, only, opened, watched


@pytest.fixture
def stage() -> Stage:
    return Stage()


def refusal(told: list[Event]) -> tuple[str, int, str]:
    """Code, status and field of the one thing that was told."""
    assert kinds(told) == ["event_rejected"]
    it = only(EventRejected, told)
    assert it.message.endswith(".")
    return it.code, it.status, it.field


def test_a_declaration_fails_over_at_once_and_names_who_declared(stage: Stage) -> None:
    told = stage.declare(title="No calls", event_id="cmd")
    incident = opened(told)
    assert (incident.opened_by, incident.title, incident.cause) == ("person", "No calls", "cmd")
    assert [(it.signal, it.detail) for it in incident.evidence] == [("person", "supervisor:eve")]


def test_a_declaration_names_what_probes_saw_beside_it(stage: Stage) -> None:
    stage.look("failed", detail="refused")
    assert [it.signal for it in opened(stage.declare()).evidence] == ["person", "probe"]


def test_a_declaration_can_be_about_some_pools(stage: Stage) -> None:
    told = stage.declare(pools=("riga", "riga"))
    assert opened(told).pools == ("riga",)
    assert [it.pool for it in of(ChannelFailedOver, told)] == ["riga"]


def test_a_declaration_before_any_configuration_is_refused() -> None:
    stage = Stage(configured=False)
    assert refusal(stage.declare()) == ("not_configured", 409, "channel")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"channel": "survey"}, ("unknown_channel", 404, "channel")),
        ({"pools": ("riga", "atlantis")}, ("unknown_pool", 404, "pools")),
        ({"channel": "sms", "pools": ("riga",)}, ("channel_not_in_pool", 422, "pools")),
    ],
)
def test_a_declaration_about_what_is_not_there_is_refused(
    stage: Stage, given: dict[str, Any], expected: tuple[str, int, str]
) -> None:
    assert refusal(stage.declare(**given)) == expected
    assert stage.health() == "healthy"


def test_a_watched_channel_can_be_declared_down_where_no_pool_has_it() -> None:
    stage = Stage(document(channels={"social": watched()}))
    assert opened(stage.declare("social")).pools == ()


def test_a_second_declaration_about_a_channel_is_refused_and_names_the_incident(
    stage: Stage,
) -> None:
    stage.declare(pools=("riga",))
    told = stage.declare(pools=("boston",))
    assert refusal(told) == ("incident_open", 409, "channel")
    assert "voice-1" in only(EventRejected, told).message


def test_news_of_an_unknown_incident_are_refused(stage: Stage) -> None:
    assert refusal(stage.post("voice-7")) == ("unknown_incident", 404, "incident_id")
    assert refusal(stage.resolve("voice-7")) == ("unknown_incident", 404, "incident_id")


def test_news_of_a_resolved_incident_are_refused(stage: Stage) -> None:
    stage.declare()
    stage.resolve()
    assert refusal(stage.post()) == ("incident_resolved", 409, "incident_id")
    assert refusal(stage.resolve()) == ("incident_resolved", 409, "incident_id")


def test_news_change_what_they_name_and_keep_the_rest(stage: Stage) -> None:
    stage.declare(severity="minor")
    first = only(IncidentUpdated, stage.post(status="identified"))
    assert (first.status, first.severity, first.automatic) == ("identified", "minor", False)
    second = only(IncidentUpdated, stage.post(severity="critical", event_id="cmd"))
    assert (second.status, second.severity, second.cause) == ("identified", "critical", "cmd")
    assert (second.sequence, second.event_id) == (3, "voice-1/updated/3")


def test_a_command_that_is_heard_again_is_not_followed_again(stage: Stage) -> None:
    assert of(IncidentOpened, stage.declare(event_id="a"))
    assert stage.declare(event_id="a") == []
    assert of(IncidentUpdated, stage.post(event_id="b"))
    assert stage.post(event_id="b") == []
    assert of(IncidentResolved, stage.resolve(event_id="c"))
    assert stage.resolve(event_id="c") == []
    assert stage.declare(event_id="a") == []
    assert stage.health() == "healthy"


def test_a_refused_command_that_is_heard_later_stays_refused(stage: Stage) -> None:
    stage.declare()
    assert refusal(stage.declare(event_id="again"))[0] == "incident_open"
    stage.resolve()
    assert stage.declare(event_id="again") == []
    assert stage.health() == "healthy"


def test_a_repeat_is_known_after_a_restart(stage: Stage) -> None:
    stage.declare(event_id="a")
    stage.resolve(event_id="b")
    stage.restore()
    assert stage.declare(event_id="a") == []
    assert stage.resolve(event_id="b") == []


def test_remembered_commands_have_a_bound(stage: Stage) -> None:
    stage.declare()
    for _ in range(600):
        stage.post()
    assert len(stage.state.installation.known) == 256


def test_a_promise_that_is_due_is_told_beside_a_repeat(stage: Stage) -> None:
    stage.declare(event_id="a", next_update_s=60)
    stage.now = T0 + 61_000
    news = only(IncidentUpdated, stage.declare(event_id="a"))
    assert (news.automatic, news.cause) == (True, None)


def test_a_document_that_is_not_of_outages_is_refused(stage: Stage) -> None:
    told = stage.configure(PeopleDocument(people=()))
    assert refusal(told) == ("invalid_configuration", 422, "hash")
    assert stage.state.installation.version == 1
