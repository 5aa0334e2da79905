"""Who was told and who was not, at any moment; and what came to nothing is sent again."""

import asyncio
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import pytest

from services.gateway.adapters.redrives import BATCH
from services.gateway.adapters.view.ledger import Ledger
from services.gateway.adapters.view.ledger_facts import follow, opened
from shared.contracts import notification as n
from shared.contracts.contacts import VerificationRequested
from shared.contracts.event import Event
from shared.contracts.topics import PEOPLE_LOG
from shared.log import AppendError
from tests.component.gateway import told_day as day
from tests.component.gateway.house import T0, House, open_house, rejected, until
from tests.component.gateway.told_day import ESCALATION, NOTICE, PAGE, SECRET

SECOND = f"{PAGE}+2"
WHY = {"reason": "the relay works again"}


def path_of(notification_id: str) -> str:
    return f"/v1/notifications/{quote(notification_id, safe=':')}"


async def listed(house: House, query: str = "", *, key: str = "boss") -> Any:
    answer = await house.get(f"/v1/notifications?{query}", key=key)
    assert answer.status_code == 200, answer.text
    return answer.json()["notifications"]


async def shown(house: House, notification_id: str = PAGE) -> Any:
    answer = await house.get(path_of(notification_id))
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("facts", "state", "why"),
    [
        ((), "waiting", "opened"),
        ((day.leased(PAGE),), "waiting", "trying"),
        ((day.leased(PAGE), day.retry(PAGE)), "waiting", "retry"),
        ((day.leased(PAGE), day.retry(PAGE, outcome="blocked")), "waiting", "blocked"),
        ((day.held(PAGE, "quiet_hours"),), "waiting", "quiet_hours"),
        ((day.held(PAGE, "rate"),), "waiting", "rate"),
        ((day.leased(PAGE), day.in_doubt(PAGE)), "unsure", "in_doubt"),
        ((day.leased(PAGE), day.retry(PAGE, outcome="unknown")), "unsure", "retry"),
        ((day.ended(PAGE, "unknown"),), "unsure", "unknown"),
        ((day.ended(PAGE, "accepted"),), "told", "accepted"),
        ((day.ended(PAGE, "delivered"),), "told", "delivered"),
        ((day.ended(PAGE, "accepted"), day.noted(PAGE, "read")), "told", "read"),
        ((day.leased(PAGE), day.noted(PAGE, "delivered")), "told", "delivered"),
        ((day.ended(PAGE, "accepted"), day.noted(PAGE, "undelivered")), "not_told", "undelivered"),
        ((day.ended(PAGE, "dead_lettered"),), "not_told", "dead_lettered"),
        ((day.ended(PAGE, "expired"),), "not_told", "expired"),
        ((day.ended(PAGE, "superseded"),), "superseded", "superseded"),
        ((day.ended(PAGE, "dead_lettered"), day.reopened(PAGE)), "waiting", "redriven"),
        ((day.ended(PAGE, "unknown"), day.reopened(PAGE)), "unsure", "redriven"),
    ],
)
async def test_a_telling_has_one_state_and_says_why(
    facts: tuple[Event, ...], state: str, why: str
) -> None:
    async with open_house() as house:
        await house.tell_people(day.page_row(), *facts)
        (found,) = await listed(house, f"state={state}")
        undelivered = await listed(house, "undelivered=true")

    assert (found["state"], found["why"]["code"], found["why"]["method"]) == (state, why, "email")
    assert bool(undelivered) == (state in ("waiting", "unsure", "not_told"))


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        (day.ended(PAGE, "dead_lettered"), day.ended(SECOND, "accepted"), "told"),
        (day.ended(PAGE, "dead_lettered"), day.leased(SECOND), "waiting"),
        (day.ended(PAGE, "unknown"), day.leased(SECOND), "waiting"),
        (day.ended(PAGE, "unknown"), day.ended(SECOND, "expired"), "unsure"),
        (day.ended(PAGE, "dead_lettered"), day.ended(SECOND, "expired"), "not_told"),
        (day.ended(PAGE, "dead_lettered"), day.ended(SECOND, "superseded"), "superseded"),
    ],
)
async def test_told_by_any_hop_is_told_and_only_all_of_them_make_not_told(
    first: Event, second: Event, state: str
) -> None:
    async with open_house() as house:
        await house.tell_people(
            day.page_row(), day.page_row(hop=2, method="sms", because="failed"), first, second
        )
        (found,) = await listed(house)

    assert found["state"] == state
    assert [(row["method"], row["hop"]) for row in found["rows"]] == [("email", 1), ("sms", 2)]


async def test_what_a_later_hop_replaced_was_not_told_if_that_hop_was_lost() -> None:
    async with open_house() as house:
        await house.tell_people(
            day.page_row(),
            day.page_row(hop=2, method="sms", because="not_in_time"),
            day.ended(SECOND, "accepted"),
            day.ended(PAGE, "superseded", reason="hop 2 got through"),
        )
        assert [it["state"] for it in await listed(house)] == ["told"]
        await house.tell_people(day.noted(SECOND, "undelivered", detail="30003"))
        (found,) = await listed(house, "undelivered=true")

    assert found["state"] == "not_told"
    assert found["why"] == {
        "code": "undelivered", "method": "sms", "until_ms": None, "detail": "30003",
    }  # fmt: skip


async def test_what_waits_says_until_when() -> None:
    async with open_house() as house:
        await house.tell_people(day.page_row(), day.held(PAGE, "quiet_hours"))
        (found,) = await listed(house)

    assert found["why"]["until_ms"] == T0 + 7_200_000
    assert found["rows"][0]["state"] == "quiet_hours"


async def test_those_not_told_are_found_by_incident_escalation_person_and_state() -> None:
    async with open_house() as house:
        await house.tell_people(
            day.page_row(),
            day.ended(PAGE, "dead_lettered"),
            day.notice_row("ben"),
            day.notice_row("ana"),
            day.ended("chat-1:n1:ana:email", "accepted", "ana"),
            day.customer_row(),
        )
        found = {
            query: [it["notification_id"] for it in await listed(house, query)]
            for query in (
                f"escalation={quote(ESCALATION)}",
                "incident=chat-1",
                "incident=chat-1&undelivered=true",
                "person=ben",
                "person=ben&incident=chat-2",
                "state=told",
                "state=told&undelivered=true",
                "undelivered=true",
                "pool=salem",
            )
        }

    assert found == {
        f"escalation={quote(ESCALATION)}": [PAGE],
        "incident=chat-1": [NOTICE, "chat-1:n1:ana:email"],
        "incident=chat-1&undelivered=true": [NOTICE],
        "person=ben": [NOTICE],
        "person=ben&incident=chat-2": [],
        "state=told": ["chat-1:n1:ana:email"],
        "state=told&undelivered=true": [],
        "undelivered=true": [PAGE, NOTICE, "boston:7:receipt"],
        "pool=salem": [NOTICE, "chat-1:n1:ana:email"],
    }


async def test_a_long_list_comes_page_by_page_and_none_is_left_out() -> None:
    names = [f"p{number}" for number in range(7)]
    async with open_house() as house:
        await house.tell_people(*(day.notice_row(name) for name in names))
        seen: list[str] = []
        cursor: int | None = 0
        while cursor is not None:
            answer = (await house.get(f"/v1/notifications?limit=3&cursor={cursor}")).json()
            assert len(answer["notifications"]) <= 3
            seen += [it["person"] for it in answer["notifications"]]
            cursor = answer["next_cursor"]

    assert sorted(seen) == names


async def test_a_digest_is_not_listed_and_what_it_carries_is() -> None:
    digest = day.fact(
        n.NotificationOpened, "digest:maria:email:1", "maria", method="email",
        expires_at_ms=T0 + 60_000, members=(PAGE,),
    )  # fmt: skip
    carried = day.fact(n.NotificationBundled, PAGE, "maria", carrier="digest:maria:email:1")
    async with open_house() as house:
        await house.tell_people(day.page_row(), digest, carried)
        (found,) = await listed(house)
        story = await shown(house, "digest:maria:email:1")

    assert (found["notification_id"], found["why"]["code"]) == (PAGE, "bundled")
    assert found["rows"][0]["carrier"] == "digest:maria:email:1"
    assert story["about"] == "digest"


async def test_its_story_tells_tries_outcomes_and_hops_in_order() -> None:
    outcome = day.fact(
        n.AttemptEnded, PAGE, "maria", attempt_id=f"{PAGE}/1", outcome="refused", detail="550"
    )
    async with open_house() as house:
        await house.tell_people(
            day.page_row(),
            day.leased(PAGE),
            outcome,
            day.ended(PAGE, "dead_lettered"),
            day.page_row(hop=2, method="sms", because="failed"),
        )
        story = await shown(house)
        by_row = await shown(house, SECOND)

    assert [it["kind"] for it in story["facts"]] == [
        "notification_opened", "attempt_leased", "attempt_ended", "notification_ended",
        "notification_opened",
    ]  # fmt: skip
    assert (story["interaction_id"], story["escalation_id"]) == ("boston:7", ESCALATION)
    assert (story["rows"][0]["outcome"], story["rows"][0]["detail"]) == ("refused", "550")
    assert by_row == story, "by the id of any of its rows"


async def test_nothing_of_a_customer_and_no_hash_of_an_address_is_shown() -> None:
    asked = VerificationRequested(
        event_id="v", pool="@installation", at_ms=T0, by="gateway", actor="manager:boss",
        verification_id="v", person="maria", method="sms", address_hash="c0ffee",
        expires_at_ms=T0 + 1,
    )  # fmt: skip
    async with open_house() as house:
        await house.tell_people(day.customer_row(), day.code_row(asked))
        whole = (await house.get("/v1/notifications")).text
        stories = [(await house.get(path_of(it))).text for it in ("boston:7:receipt", "v")]

    assert "customer:boston:7" in whole
    for text in (whole, *stories):
        assert SECRET not in text
        assert "c0ffee" not in text


async def test_a_key_sees_what_is_of_its_pools() -> None:
    trouble = day.fact(
        n.NotificationOpened, "t", "omar", pool="*", method="email", expires_at_ms=T0 + 1
    )
    salem = "salem:1#first_reply/1:c1:r1:l1:maria:email"
    async with open_house() as house:
        await house.tell_people(
            day.page_row(), day.page_row("salem:1"), day.notice_row("ben"), trouble
        )
        local = await listed(house, key="local")
        everything = await listed(house, key="boss")
        story = (await house.get(path_of(NOTICE), key="local")).json()
        refused = [await house.get(path_of(row), key="local") for row in ("t", salem)]
        refused += [
            await house.post(f"{path_of(row)}/redrive", WHY, key="local") for row in ("t", salem)
        ]

    def names(found: Any) -> set[str]:
        return {it["notification_id"] for it in found}

    assert names(everything) == {PAGE, salem, NOTICE, "t"}
    assert names(local) == {PAGE, NOTICE}
    assert [it["pools"] for it in local if it["about"] == "notice"] == [["boston"]]
    assert [it["notice"]["pools"] for it in story["facts"]] == [["boston"]]
    assert [it.status_code for it in refused] == [404] * 4


@pytest.mark.parametrize(("key", "status"), [("desk", 403), ("lead", 200), ("crm", 200)])
async def test_overseers_and_systems_may_ask_who_was_not_told(key: str, status: int) -> None:
    async with open_house() as house:
        answer = await house.get("/v1/notifications?undelivered=true", key=key)
        assert answer.status_code == status


def sends_again(event: Event) -> Iterable[Event]:
    """A notifier that tries again what is of email, and refuses the rest."""
    if isinstance(event, n.RedriveRequested) and event.notification_id.endswith("email"):
        yield day.reopened(event.notification_id, event.person, cause=event.event_id, at_ms=90_000)
    elif isinstance(event, n.RedriveRequested):
        yield rejected(event).model_copy(update={"by": "notifier"})


async def test_a_dead_letter_is_sent_again_and_the_answer_says_that_it_waits() -> None:
    async with open_house(sends_again) as house:
        await house.tell_people(day.page_row(), day.ended(PAGE, "dead_lettered"))
        answer = await house.post(f"{path_of(PAGE)}/redrive", WHY, key="boss")
        (event,) = house.commands("redrive_requested", PEOPLE_LOG)
        (record,) = [it for it in house.log.records if it.kind == "redrive_requested"]

    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "event_id": event.event_id,
        "notification_id": PAGE,
        "person": "maria",
        "state": "waiting",
        "facts": ["notification_reopened"],
    }
    assert (record.key, event.pool, event.actor) == ("maria", "boston", "manager:boss")
    assert (event.person, event.reason) == ("maria", WHY["reason"])


async def test_what_the_notifier_refuses_is_told_with_its_words() -> None:
    async with open_house(sends_again) as house:
        await house.tell_people(
            day.customer_row(), day.ended("boston:7:receipt", "expired", "customer:boston:7")
        )
        answer = await house.post(f"{path_of('boston:7:receipt')}/redrive", WHY, key="boss")

    assert (answer.status_code, answer.json()["code"]) == (409, "not_so")


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        (path_of("nothing") + "/redrive", WHY, 404, "unknown_notification"),
        (path_of(PAGE) + "/redrive", {}, 422, "reason_needed"),
        (path_of(PAGE) + "/redrive", {"reason": " "}, 422, "reason_needed"),
        ("/v1/notifications/redrive", {}, 422, "reason_needed"),
        ("/v1/notifications/redrive", {"method": "fax", **WHY}, 422, "invalid_field"),
        ("/v1/notifications/redrive", {"end": "accepted", **WHY}, 422, "invalid_field"),
    ],
)
async def test_a_redrive_that_is_wrong_is_refused_and_asks_for_nothing(
    path: str, body: dict[str, Any], status: int, code: str
) -> None:
    async with open_house(sends_again) as house:
        await house.tell_people(day.page_row(), day.ended(PAGE, "dead_lettered"))
        answer = await house.post(path, body, key="boss")
        assert house.commands("redrive_requested", PEOPLE_LOG) == []

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("key", ["desk", "lead"])
async def test_only_managers_and_systems_send_again(key: str) -> None:
    async with open_house() as house:
        await house.tell_people(day.page_row(), day.ended(PAGE, "dead_lettered"))
        for path in (f"{path_of(PAGE)}/redrive", "/v1/notifications/redrive"):
            answer = await house.post(path, WHY, key=key)
            assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")


def everything_that_can_be() -> list[Event]:
    """One telling of every sort that a redrive meets."""

    def of(number: int) -> tuple[Any, str]:
        row = day.page_row(f"boston:{number}")
        return row, row.notification_id

    (dead, a), (late, b), (told, c), (waits, d) = of(1), of(2), of(3), of(4)
    (over, e), (unsure, f), (lost, g) = of(5), of(6), of(7)
    more = day.page_row("boston:3", hop=2, method="sms")
    again = day.page_row("boston:4", hop=2, method="sms")
    return [
        dead, day.ended(a, "dead_lettered"),
        late, day.ended(b, "expired"),
        told, more, day.ended(c, "dead_lettered"), day.ended(more.notification_id, "accepted"),
        waits, again, day.ended(d, "dead_lettered"),
        over, day.page_row("boston:5", hop=2, method="sms"), day.ended(e, "expired"),
        day.ended(f"{e}+2", "superseded"),
        unsure, day.ended(f, "unknown"),
        lost, day.ended(g, "accepted"), day.noted(g, "undelivered"),
    ]  # fmt: skip


async def test_a_dry_run_counts_what_it_would_send_and_why_not_the_others() -> None:
    async with open_house(sends_again) as house:
        await house.tell_people(*everything_that_can_be())
        answer = await house.post("/v1/notifications/redrive", {"dry_run": True}, key="boss")
        assert house.commands("redrive_requested", PEOPLE_LOG) == []

    assert answer.status_code == 200
    told = answer.json()
    assert (told["matched"], told["chosen"], told["dry_run"]) == (7, 2, True)
    assert [it.partition("#")[0] for it in told["notification_ids"]] == ["boston:1", "boston:2"]
    assert told["left_out"] == {
        "told": 1, "still_open": 1, "superseded": 1, "may_have_arrived": 1, "taken_by_provider": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "pools"),
    [
        ({}, ["boston:1", "boston:2"]),
        ({"end": "expired"}, ["boston:2"]),
        ({"end": "unknown"}, ["boston:6"]),
        ({"method": "sms"}, []),
        ({"person": "omar"}, []),
        ({"person": "maria", "method": "email"}, ["boston:1", "boston:2"]),
        ({"escalation": "boston:2#first_reply/1"}, ["boston:2"]),
        ({"since_ms": T0 + 11}, []),
        ({"until_ms": T0 + 10}, []),
        ({"since_ms": T0 + 10, "until_ms": T0 + 11}, ["boston:1", "boston:2"]),
    ],
)
async def test_what_fits_and_nothing_got_through_for_is_sent_again(
    asked: dict[str, Any], pools: list[str]
) -> None:
    async with open_house() as house:
        await house.tell_people(*everything_that_can_be())
        answer = await house.post("/v1/notifications/redrive", asked | WHY, key="boss")
        events = house.commands("redrive_requested", PEOPLE_LOG)

    assert answer.status_code == (202 if pools else 200)
    assert [it.notification_id.partition("#")[0] for it in events] == pools
    assert len({it.event_id for it in events}) == len(pools)


async def test_a_customer_who_may_have_been_told_is_not_told_again() -> None:
    row = "boston:7:receipt"
    async with open_house() as house:
        await house.tell_people(day.customer_row(), day.ended(row, "unknown", "customer:boston:7"))
        answer = await house.post(
            "/v1/notifications/redrive", {"end": "unknown", **WHY}, key="boss"
        )

    assert (answer.json()["chosen"], answer.json()["left_out"]) == (0, {"may_have_arrived": 1})


async def test_many_go_a_hundred_at_a_time_and_nobody_asks_for_more_meanwhile() -> None:
    rows = [day.page_row(f"boston:{number}") for number in range(BATCH + 1)]
    ends = [day.ended(row.notification_id, "expired") for row in rows]
    async with open_house(redrive_period_s=0.2) as house:
        await house.tell_people(*rows, *ends)
        first = await house.post("/v1/notifications/redrive", WHY, key="boss")
        at_once = len(house.commands("redrive_requested", PEOPLE_LOG))
        second = await house.post("/v1/notifications/redrive", WHY, key="boss")
        await until(lambda: len(house.commands("redrive_requested", PEOPLE_LOG)) == BATCH + 1)
        await until(lambda: not house.desk.redrives.waiting)

    assert (first.status_code, first.json()["chosen"]) == (202, BATCH + 1)
    assert (first.json()["takes_s"], at_once) == (0.2, BATCH)
    assert (second.status_code, second.json()["code"]) == (409, "redrive_under_way")


class FailsOnce:
    """A log that does not confirm one append, and then does."""

    def __init__(self, house: House, after: int) -> None:
        self.house, self.after, self.failed = house, after, False

    async def append(
        self, topic: str, key: str, event: Event, *, partition: int | None = None
    ) -> None:
        self.after -= 1
        if self.after < 0 and not self.failed:
            self.failed = True
            raise AppendError("no broker")
        await self.house.log.append(topic, key, event, partition=partition)


@pytest.mark.parametrize("after", [0, BATCH])
async def test_what_the_log_did_not_confirm_is_asked_for_again(after: int) -> None:
    rows = [day.page_row(f"boston:{number}") for number in range(BATCH + 1)]
    ends = [day.ended(row.notification_id, "expired") for row in rows]
    async with open_house(redrive_period_s=0.01) as house:
        await house.tell_people(*rows, *ends)
        house.desk.redrives._appender = FailsOnce(house, after)
        answers = [await house.post("/v1/notifications/redrive", WHY, key="boss")]
        if answers[0].status_code == 503:
            answers.append(await house.post("/v1/notifications/redrive", WHY, key="boss"))
        await until(
            lambda: (
                {it.notification_id for it in house.commands("redrive_requested", PEOPLE_LOG)}
                == {row.notification_id for row in rows}
            )
        )

    assert [it.status_code for it in answers] == ([503, 202] if after == 0 else [202])


async def test_a_connector_of_ones_own_reports_a_bounce() -> None:
    body = {"notification_id": PAGE, "status": "undelivered", "detail": "550 5.1.1"}
    async with open_house() as house:
        await house.tell_people(day.page_row(), day.ended(PAGE, "accepted"))
        answers = [await house.post("/v1/receipts", body) for _ in range(2)]
        events = house.commands("delivery_reported", PEOPLE_LOG)
        (key,) = {it.key for it in house.log.records if it.kind == "delivery_reported"}

    assert [it.status_code for it in answers] == [202, 202]
    assert (events[0].notification_id, events[0].person, key) == (PAGE, "maria", "maria")
    assert (events[0].status, events[0].detail) == ("undelivered", "550 5.1.1")
    assert len({it.event_id for it in events}) == 1


def read_with(detail: str) -> dict[str, str]:
    return {"notification_id": PAGE, "status": "read", "detail": detail}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"notification_id": "nothing", "status": "read"}, 404, "unknown_notification"),
        ({"notification_id": PAGE, "status": "seen"}, 422, "invalid_field"),
        (read_with("x@y.org"), 422, "invalid_field"),
        (read_with("failed 15555550123"), 422, "invalid_field"),
        ({"notification_id": PAGE}, 422, "invalid_field"),
    ],
)  # fmt: skip
async def test_a_receipt_that_is_wrong_or_holds_an_address_is_refused(
    body: dict[str, Any], status: int, code: str
) -> None:
    async with open_house() as house:
        await house.tell_people(day.page_row())
        answer = await house.post("/v1/receipts", body)
        assert house.commands("delivery_reported", PEOPLE_LOG) == []

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("key", ["desk", "lead", "boss"])
async def test_only_a_system_reports_receipts(key: str) -> None:
    async with open_house() as house:
        answer = await house.post(
            "/v1/receipts", {"notification_id": PAGE, "status": "read"}, key=key
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")


def test_the_ledger_forgets_the_oldest_that_ended_and_keeps_all_that_is_open() -> None:
    ledger = Ledger(kept=2)
    for number in range(5):
        row = day.page_row(f"boston:{number}")
        opened(ledger, row)
        follow(ledger, day.ended(row.notification_id, "accepted"), b"{}")
    for number in range(5, 10):
        opened(ledger, day.page_row(f"boston:{number}"))

    kept = [it.interaction_id for it in ledger.tellings.values()]
    assert kept == [f"boston:{number}" for number in range(3, 10)]
    gone = day.page_row("boston:0").notification_id
    assert ledger.of_row(gone) is None
    assert list(ledger.found(escalation="boston:0#first_reply/1")) == []
    assert len(ledger.by_person["maria"]) == 7
    follow(ledger, day.noted(gone, "read"), b"{}")  # forgotten: changes nothing


def test_many_who_were_told_do_not_push_out_the_one_who_was_not() -> None:
    ledger = Ledger(kept=2)
    opened(ledger, day.page_row("boston:1"))
    follow(ledger, day.ended(day.page_row("boston:1").notification_id, "expired"), b"{}")
    for number in range(10):
        row = day.page_row(f"boston:1{number}")
        opened(ledger, row)
        follow(ledger, day.ended(row.notification_id, "accepted"), b"{}")
        receipt = day.customer_row(f"boston:1{number}")
        opened(ledger, receipt)
        lost = day.ended(receipt.notification_id, "expired", receipt.person)
        follow(ledger, lost, b"{}")

    staff = [it for it in ledger.found(states=("not_told",)) if not it.to_customer]
    assert [it.interaction_id for it in staff] == ["boston:1"]
    assert len(ledger.tellings) == 1 + 2 + 2


async def test_readiness_waits_for_what_people_were_told() -> None:
    async with open_house() as house:
        await asyncio.sleep(0)
        assert house.desk.view.behind() == []
        del house.desk.view._followers[PEOPLE_LOG]
        ready = await house.http.get("/readyz")

    assert ready.json()["reasons"] == ["the view has not caught up with people-log"]
