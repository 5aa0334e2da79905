"""The next update comes when it was promised."""

import pytest

from services.outage.core import outage_core
from shared.contracts.configuration import Promises
from shared.contracts.outage import (
    IncidentUpdated,
)
from tests.support.outage_stage import (
    MINUTE,
    SECOND,
    T0,
    Stage,
    document,
    of,
    only,
    opened,
)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_promised_update_comes_at_its_time_and_not_before(stage: Stage) -> None:
    stage.declare(severity="critical")
    assert outage_core.deadline(stage.state) == T0 + 15 * MINUTE
    assert stage.wait(15 * 60 - 0.001) == []
    told = stage.wait(0.001)
    news = only(IncidentUpdated, told)
    assert (news.automatic, news.sequence, news.status) == (True, 2, "investigating")
    assert news.next_update_at_ms == stage.now + 15 * MINUTE


def test_the_promise_follows_the_severity() -> None:
    promises = Promises(critical_s=60, major_s=120, minor_s=180)
    stage = Stage(document(promises=promises))
    assert opened(stage.declare(severity="minor")).next_update_at_ms == T0 + 180 * SECOND
    news = only(IncidentUpdated, stage.post(severity="major"))
    assert news.next_update_at_ms == T0 + 120 * SECOND


def test_a_person_may_promise_otherwise_for_once(stage: Stage) -> None:
    assert opened(stage.declare(next_update_s=60)).next_update_at_ms == T0 + MINUTE
    news = only(IncidentUpdated, stage.post(next_update_s=120))
    assert news.next_update_at_ms == T0 + 2 * MINUTE
    automatic = only(IncidentUpdated, stage.play(120))
    assert automatic.next_update_at_ms == stage.now + 15 * MINUTE


def test_promises_that_were_missed_in_a_standstill_are_one_update(stage: Stage) -> None:
    stage.declare()
    told = stage.wait(6 * 3_600)
    news = only(IncidentUpdated, told)
    assert news.next_update_at_ms == stage.now + 15 * MINUTE


def test_news_at_the_promised_time_are_the_promised_update(stage: Stage) -> None:
    stage.declare()
    stage.now += 15 * MINUTE
    news = only(IncidentUpdated, stage.post(message="we found it", status="identified"))
    assert (news.automatic, news.message, news.status) == (False, "we found it", "identified")
    assert news.next_update_at_ms == stage.now + 15 * MINUTE


def test_an_update_that_another_event_finds_due_does_not_name_it_as_cause(stage: Stage) -> None:
    stage.declare()
    stage.now += 16 * MINUTE
    assert only(IncidentUpdated, stage.look("ok")).cause is None


def test_after_the_end_nothing_is_promised(stage: Stage) -> None:
    stage.declare()
    stage.resolve()
    assert outage_core.deadline(stage.state) is None
    assert stage.wait(3_600) == []


def test_incidents_of_several_channels_keep_their_own_promises(stage: Stage) -> None:
    stage.declare("voice", next_update_s=60)
    stage.declare("chat", next_update_s=60)
    told = stage.play(60)
    assert [it.incident_id for it in of(IncidentUpdated, told)] == ["chat-1", "voice-1"]
