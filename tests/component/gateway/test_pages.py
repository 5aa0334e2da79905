"""A page is acknowledged by its link or with a manager's key: once, in both logs."""

from collections.abc import Callable, Iterable
from urllib.parse import quote

import pytest

from shared.contracts.escalation import EscalationAcknowledged, EscalationResolved
from shared.contracts.event import Event
from shared.contracts.topics import PEOPLE_LOG
from shared.links import AckClaim, AckLinks, ack_url, short_ack_url
from tests.component.gateway.house import LINKS, T0, escalated, open_house, queued

KEY = "boston:7#first_reply/1"
PAGE = f"{KEY}:c1:r1:l1:maria:email"
CLAIM = AckClaim(
    page_id=PAGE, escalation_id=KEY, cycle=1, person="maria", expires_at_ms=T0 + 60_000
)


def link(claim: AckClaim = CLAIM, links: AckLinks = LINKS) -> str:
    token = links.sign_short(claim)
    assert token is not None
    return short_ack_url("http://gateway", token)


def long_link(claim: AckClaim = CLAIM, links: AckLinks = LINKS) -> str:
    return ack_url("http://gateway", claim.page_id, links.sign(claim))


either_form = pytest.mark.parametrize("url", [link(), long_link()], ids=["short", "long"])


def acknowledged(cause: str | None) -> EscalationAcknowledged:
    return EscalationAcknowledged(
        event_id=f"{KEY}/acknowledged/1",
        pool="boston",
        at_ms=T0 + 5,
        by="escalation",
        cause=cause,
        escalation_id=KEY,
        cycle=1,
        person="maria",
        after_ms=2,
    )


def acknowledges(event: Event) -> Iterable[Event]:
    if event.kind == "page_acknowledged":  # type: ignore[attr-defined] # every event of the catalogue has a kind
        yield acknowledged(event.event_id)


@either_form
async def test_opening_the_link_shows_and_changes_nothing(url: str) -> None:
    async with open_house(acknowledges) as house:
        await house.tell(queued("boston:7"), *escalated("boston:7"))
        before = len(house.log.records)
        english = await house.http.get(url)
        hebrew = await house.http.get(url, headers={"Accept-Language": "he-IL,he;q=0.9"})
        assert len(house.log.records) == before

    assert english.status_code == 200
    assert '<form method="post">' in english.text
    assert PAGE in english.text
    assert english.headers["referrer-policy"] == "no-referrer"
    assert 'dir="rtl"' in hebrew.text


@either_form
async def test_the_post_writes_one_event_to_both_logs(url: str) -> None:
    async with open_house(acknowledges) as house:
        await house.tell(queued("boston:7"), *escalated("boston:7"))
        answer = await house.http.post(url)
        (for_pool,) = house.commands("page_acknowledged")
        (for_person,) = house.commands("page_acknowledged", PEOPLE_LOG)
        keys = {r.topic: r.key for r in house.log.records if r.kind == "page_acknowledged"}

    assert answer.json()["state"] == "acknowledged"
    assert answer.json()["facts"] == ["escalation_acknowledged"]
    assert for_pool == for_person
    assert keys == {"pool-log": "boston", "people-log": "maria"}
    assert (for_pool.person, for_pool.via, for_pool.actor) == ("maria", "link", "person:maria")


@either_form
async def test_a_browser_is_thanked_on_a_page(url: str) -> None:
    async with open_house(acknowledges) as house:
        await house.tell(queued("boston:7"), *escalated("boston:7"))
        answer = await house.http.post(
            url,
            headers={
                "Accept": "text/html,application/xhtml+xml",
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )

    assert answer.status_code == 200
    assert "It is noted" in answer.text


@either_form
async def test_a_second_click_changes_nothing_and_is_no_error(url: str) -> None:
    async with open_house(acknowledges) as house:
        await house.tell(queued("boston:7"), *escalated("boston:7"))
        await house.http.post(url)
        again = await house.http.post(url)
        shown = await house.http.get(url)
        assert len(house.commands("page_acknowledged")) == 1

    assert (again.status_code, again.json()["acknowledged_by"]) == (200, "maria")
    assert "already" in shown.text
    assert "<form" not in shown.text


@either_form
async def test_what_is_resolved_needs_no_acknowledgement(url: str) -> None:
    resolved = EscalationResolved(
        event_id=f"{KEY}/resolved/1",
        pool="boston",
        at_ms=T0 + 5,
        by="escalation",
        escalation_id=KEY,
        cycle=1,
        reason="met",
    )
    async with open_house(acknowledges) as house:
        await house.tell(queued("boston:7"), *escalated("boston:7"), resolved)
        answer = await house.http.post(url)
        assert not house.commands("page_acknowledged")

    assert (answer.status_code, answer.json()["state"]) == (200, "resolved")


@pytest.mark.parametrize("made", [link, long_link], ids=["short", "long"])
async def test_a_link_that_is_not_ours_or_too_old_or_cut_is_refused(
    made: Callable[..., str],
) -> None:
    other = AckLinks([b"another key for the links"])
    old = AckClaim(page_id=PAGE, escalation_id=KEY, cycle=1, person="maria", expires_at_ms=T0)
    async with open_house(acknowledges) as house:
        for url in (made(links=other), made(old), made()[:-5]):
            posted = await house.http.post(url)
            shown = await house.http.get(url)
            assert (posted.status_code, posted.json()["code"]) == (403, "bad_link")
            assert shown.status_code == 403
            assert "not valid" in shown.text
        assert not house.commands("page_acknowledged")


async def test_a_long_link_with_the_path_of_another_page_is_refused() -> None:
    elsewhere = long_link().replace("maria:email", "nora:email", 1)
    async with open_house(acknowledges) as house:
        answer = await house.http.post(elsewhere)
        assert not house.commands("page_acknowledged")

    assert (answer.status_code, answer.json()["code"]) == (403, "bad_link")


async def test_both_links_of_a_page_are_one_acknowledgement() -> None:
    async with open_house(acknowledges) as house:
        await house.tell(queued("boston:7"), *escalated("boston:7"))
        await house.http.post(long_link())
        again = await house.http.post(link())
        assert len(house.commands("page_acknowledged")) == 1

    assert (again.status_code, again.json()["state"]) == (200, "acknowledged")


async def test_who_guesses_links_is_slowed_down_and_the_others_are_not() -> None:
    async with open_house(acknowledges) as house:
        await house.tell(queued("boston:7"), *escalated("boston:7"))
        guesses = [await house.http.post(link() + "x")]
        while guesses[-1].status_code == 403 and len(guesses) < 2_000:
            guesses.append(await house.http.post(f"{link()}{len(guesses)}"))
        shown = await house.http.get(link())
        answer = await house.http.post(link())

    assert len(guesses) > 10, "who only cut a link may try again"
    assert guesses[-1].status_code == 429
    assert int(guesses[-1].headers["retry-after"]) >= 1
    assert (shown.status_code, answer.status_code) == (200, 200)


async def test_a_manager_acknowledges_with_a_key_and_a_reason() -> None:
    async with open_house(acknowledges) as house:
        await house.tell(queued("boston:7"), *escalated("boston:7"))
        path = f"/v1/pages/{quote(PAGE, safe=':')}/ack"
        answer = await house.post(path, {"reason": "on the phone with IT"}, key="boss")
        nobody = await house.http.post(path)
        (event,) = house.commands("page_acknowledged")

    assert answer.status_code == 200
    assert (event.actor, event.via, event.person) == ("manager:boss", "api", "maria")
    assert event.reason == "on the phone with IT"
    assert nobody.status_code == 401


async def test_what_is_no_id_of_a_page_is_not_found() -> None:
    async with open_house(acknowledges) as house:
        for page_id in ("seven", PAGE.replace(":c1:", f":c{'1' * 5_000}:")):
            answer = await house.post(f"/v1/pages/{quote(page_id, safe=':')}/ack", {}, key="boss")
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_page")
