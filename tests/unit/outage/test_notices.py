"""Who is told of an incident, what, and that everybody hears of its end."""

import pytest

from shared.contracts.configuration import PoolInOutage
from shared.contracts.outage import ChannelHealthChanged, NoticeRequested
from shared.contracts.routing import MoveCounts
from tests.support.outage_stage import (
    BOSTON,
    MINUTE,
    RIGA,
    SECOND,
    T0,
    Stage,
    document,
    notices,
    of,
    only,
    to,
)

EVERYBODY = {"ivan", "mia", "rita", "sam", "sigi"}


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_it_and_managers_and_staff_of_the_pools_are_told_of_the_opening(stage: Stage) -> None:
    told = notices(stage.declare(), "opening")
    assert {person: it.audience for person, it in told.items()} == {
        "ivan": "it",
        "mia": "managers",
        "rita": "managers",
        "sam": "staff",
        "sigi": "staff",
    }


def test_people_of_other_pools_are_not_told(stage: Stage) -> None:
    assert notices(stage.declare("sms"), "opening").keys() == {"ivan", "mia", "sam"}


def test_a_notice_tells_the_whole_picture(stage: Stage) -> None:
    stage.declare(
        title="No calls", message="The carrier is down", severity="major", event_id="the-command"
    )
    stage.now += MINUTE
    stage.moved("boston", MoveCounts(moved=4, parked=1))
    it = notices(stage.post(status="identified", message="A cable was cut"), "update")["ivan"]
    assert it.notice_id == it.event_id == "voice-1:n2:ivan:email"
    assert (it.incident_id, it.sequence, it.channel, it.opened_by) == (
        "voice-1", 2, "voice", "person",
    )  # fmt: skip
    assert (it.title, it.message, it.status) == ("No calls", "A cable was cut", "identified")
    assert (it.severity, it.pools) == ("major", ("boston", "riga"))
    assert (it.moved, it.parked, it.returned) == (4, 1, 0)
    assert (it.started_at_ms, it.next_update_at_ms) == (T0, T0 + 31 * MINUTE)
    assert it.expires_at_ms == stage.now + 86_400 * SECOND
    assert [(sign.signal, sign.detail) for sign in it.evidence] == [("person", "supervisor:eve")]


def test_an_update_brings_the_evidence_up_to_date(stage: Stage) -> None:
    stage.looks(3, "failed", detail="timeout")
    stage.looks(2, "failed", detail="http 502")
    it = notices(stage.post(), "update")["ivan"]
    assert [sign.detail for sign in it.evidence] == ["door: http 502 x5"]


def test_backups_are_all_usable_ones_of_the_pools_each_once(stage: Stage) -> None:
    assert notices(stage.declare(), "opening")["ivan"].backups == ("sms", "email", "chat")


def test_a_backup_that_is_down_itself_is_not_named(stage: Stage) -> None:
    stage.declare("sms")
    assert notices(stage.declare("voice"), "opening")["ivan"].backups == ("email", "chat")


def test_a_backup_that_is_down_for_another_pool_is_named_for_this_one() -> None:
    twin = PoolInOutage(backups={"voice": ("chat",), "chat": ()})
    stage = Stage(document(pools={"riga": RIGA, "tartu": twin}))
    stage.declare("chat", pools=("tartu",))
    assert notices(stage.declare("voice"), "opening")["ivan"].backups == ("chat",)


def test_who_belongs_to_several_audiences_is_told_once_as_the_most_technical() -> None:
    pool = PoolInOutage(
        backups={"voice": ()},
        managers=(to("ana"), to("ben")),
        staff=(to("ana"), to("ben"), to("cleo")),
    )
    stage = Stage(document(pools={"boston": pool}, it=(to("ana"),)))
    told = notices(stage.declare(), "opening")
    assert {person: it.audience for person, it in told.items()} == {
        "ana": "it",
        "ben": "managers",
        "cleo": "staff",
    }


def test_a_person_with_two_contact_methods_is_told_by_both() -> None:
    stage = Stage(document(it=(to("ana"), to("ana", "webhook"))))
    opening = [it for it in of(NoticeRequested, stage.declare()) if it.person == "ana"]
    assert [it.method for it in opening] == ["email", "webhook"]
    recovery = [it for it in of(NoticeRequested, stage.resolve()) if it.person == "ana"]
    assert [it.notice_id for it in recovery] == [
        "voice-1:n2:ana:email",
        "voice-1:n2:ana:webhook",
    ]


def test_the_recovery_promises_nothing_more(stage: Stage) -> None:
    stage.declare()
    told = notices(stage.resolve(message="The carrier is back"), "recovery")
    assert told.keys() == EVERYBODY
    it = told["sam"]
    assert (it.next_update_at_ms, it.status, it.message) == (
        None, "resolved", "The carrier is back",
    )  # fmt: skip


def test_the_recovery_names_the_looks_that_found_it_well(stage: Stage) -> None:
    stage.looks(3, "failed", detail="timeout")
    told = stage.looks(10, "ok")
    it = notices(told, "recovery")["ivan"]
    assert [(sign.signal, sign.detail) for sign in it.evidence] == [("probe", "door: ok x10")]
    assert it.evidence[0].at_ms == stage.now
    assert it.evidence == only(ChannelHealthChanged, told).evidence


def test_the_recovery_by_a_person_names_him_and_nothing_of_how_it_was_down(stage: Stage) -> None:
    stage.looks(3, "failed", detail="timeout")
    it = notices(stage.resolve(), "recovery")["ivan"]
    assert [(sign.signal, sign.detail) for sign in it.evidence] == [("person", "supervisor:eve")]
    assert it.evidence[0].at_ms == stage.now


def test_the_recovery_by_a_person_names_looks_that_agree_with_him(stage: Stage) -> None:
    stage.declare()
    stage.looks(2, "ok")
    it = notices(stage.resolve(), "recovery")["ivan"]
    assert [sign.detail for sign in it.evidence] == ["supervisor:eve", "door: ok x2"]


def test_who_joins_is_told_with_the_next_update(stage: Stage) -> None:
    stage.declare()
    assert of(NoticeRequested, stage.configure(document(it=(to("ivan"), to("new"))))) == []
    assert notices(stage.play(15 * 60), "update").keys() == EVERYBODY | {"new"}


def test_who_leaves_gets_no_more_updates_but_hears_of_the_end(stage: Stage) -> None:
    stage.declare()
    stage.configure(document(it=()))
    assert notices(stage.post(), "update").keys() == EVERYBODY - {"ivan"}
    told = notices(stage.resolve(), "recovery")
    assert told.keys() == EVERYBODY
    assert told["ivan"].audience == "it"


def test_who_left_with_his_pool_hears_of_the_end(stage: Stage) -> None:
    stage.declare()
    stage.configure(document(pools={"boston": BOSTON}))
    assert notices(stage.resolve(), "recovery").keys() == EVERYBODY


def test_the_list_of_those_who_were_told_outlives_a_restart(stage: Stage) -> None:
    stage.declare()
    stage.configure(document(it=(), pools={}))
    stage.restore()
    assert notices(stage.resolve(), "recovery").keys() == EVERYBODY


def test_an_incident_that_nobody_can_be_told_of_is_kept_all_the_same() -> None:
    stage = Stage(document(it=(), pools={"boston": PoolInOutage(backups={"voice": ()})}))
    assert of(NoticeRequested, stage.declare()) == []
    assert stage.health() == "failed_over"
    stage.configure(document())
    assert notices(stage.play(15 * 60), "update").keys() == EVERYBODY
    assert notices(stage.resolve(), "recovery").keys() == EVERYBODY


def test_nothing_is_owed_to_anybody_after_the_end(stage: Stage) -> None:
    stage.declare()
    stage.resolve()
    assert stage.state.incidents["voice-1"].owed == {}
