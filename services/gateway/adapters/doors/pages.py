"""A page's acknowledgement: by the signed link in the page, or with a manager's key."""

import time
from dataclasses import dataclass
from typing import Literal

from starlette.responses import HTMLResponse, Response

from services.gateway.adapters.doors import bodies
from services.gateway.adapters.doors.commands import submit
from services.gateway.adapters.doors.confirmation import Screen, screen
from services.gateway.adapters.doors.door import Call, told
from services.gateway.adapters.problems import Problem
from services.gateway.adapters.view.model import Escalation
from shared.contracts.escalation import PageAcknowledged
from shared.contracts.topics import PEOPLE_LOG
from shared.links import AckClaim, ExpiredLinkError, LinkError
from shared.page_ids import PageId

Standing = Literal["confirm", "acknowledged", "resolved"]
_LINK_REQUESTS_PER_S = 20.0  # of one person
_WRONG_LINKS_PER_S = 20.0  # of all together: nobody needs many, except to guess one


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    page_id: str
    escalation_id: str
    cycle: int
    person: str
    by_link: bool


async def show(call: Call) -> Response:
    """Changes nothing: mail scanners open links."""
    try:
        page = _page(call)
    except Problem as problem:
        page_id = call.path.get("page_id", "")
        return _told_to_person(call, "bad_link", problem.status, page_id)
    known = call.desk.view.board.escalations.get(page.escalation_id)
    return _told_to_person(call, _screen_of(page, known), 200, page.page_id)


async def acknowledge(call: Call) -> Response:
    """Acts. Acknowledging twice, or what is resolved, is no error and changes nothing."""
    page = _page(call)
    known = call.desk.view.board.escalations.get(page.escalation_id)
    pool = known.pool if known is not None else page.escalation_id.partition(":")[0]
    if page.by_link:
        _limit(call, f"link/{page.person}", _LINK_REQUESTS_PER_S)
    else:
        call.enter(pool)
    screen_now = _screen_of(page, known)
    if screen_now == "confirm":
        response = await submit(
            call,
            _event(call, page, pool),
            also=[(PEOPLE_LOG, page.person)],
            about=lambda: {"page_id": page.page_id, "state": _state(call, page)},
        )
        if response.status_code >= 400 or not _wants_html(call):
            return response
        return _told_to_person(call, "done", response.status_code, page.page_id)
    if _wants_html(call):
        return _told_to_person(call, screen_now, 200, page.page_id)
    return told(
        200,
        {
            "event_id": None,
            "page_id": page.page_id,
            "state": screen_now,
            "facts": [],
            "acknowledged_by": known.acknowledged_by if known is not None else None,
        },
    )


def _page(call: Call) -> _Page:
    """Of the short link, whose token says which page; of the long one; or with a key."""
    if (token := call.path.get("token")) is not None:
        return _by_link(_claim(call, token))
    page_id = call.path["page_id"]
    token = call.asked(bodies.TokenQuery).token
    if token is None:
        return _with_key(call, page_id)
    claim = _claim(call, token)
    if claim.page_id != page_id:
        raise Problem(403, "bad_link", "This link belongs to another page.", field="token")
    return _by_link(claim)


def _claim(call: Call, token: str) -> AckClaim:
    try:
        return call.desk.links.verify(token, call.desk.clock.now_ms())
    except LinkError as error:
        if not isinstance(error, ExpiredLinkError):
            _limit(call, "links/wrong", _WRONG_LINKS_PER_S)
        raise Problem(403, "bad_link", str(error), field="token") from None


def _by_link(claim: AckClaim) -> _Page:
    return _Page(
        page_id=claim.page_id,
        escalation_id=claim.escalation_id,
        cycle=claim.cycle,
        person=claim.person,
        by_link=True,
    )


def _with_key(call: Call, page_id: str) -> _Page:
    if call.key.role != "manager":
        raise Problem(
            403,
            "role_not_allowed",
            f"Key `{call.key.name}` has role {call.key.role}; acknowledge with the page's link, or "
            "with a key of role manager.",
        )
    found = PageId.read(page_id)
    if found is None:
        raise Problem(404, "unknown_page", "This is no id of a page.", field="page_id")
    return _Page(
        page_id=page_id,
        escalation_id=found.escalation_id,
        cycle=found.cycle,
        person=found.person,
        by_link=False,
    )


def _event(call: Call, page: _Page, pool: str) -> PageAcknowledged:
    return PageAcknowledged(
        # One id in both logs, and for a second click: who acknowledges which cycle.
        event_id=ack_id(page.escalation_id, page.cycle, page.person),
        pool=pool,
        at_ms=call.desk.clock.now_ms(),
        by="gateway",
        actor=f"person:{page.person}" if page.by_link else call.key.actor,
        reason=call.given(bodies.Acknowledgement).reason,
        escalation_id=page.escalation_id,
        cycle=page.cycle,
        person=page.person,
        page_id=page.page_id,
        via="link" if page.by_link else "api",
    )


def ack_id(escalation_id: str, cycle: int, person: str) -> str:
    """The id of an acknowledgement, by whichever way it came."""
    return f"{escalation_id}:c{cycle}#ack/{person}"


def _screen_of(page: _Page, known: Escalation | None) -> Screen:
    return standing(known, page.cycle)


def standing(
    known: Escalation | None, cycle: int
) -> Literal["confirm", "acknowledged", "resolved"]:
    """Whether this cycle still asks for an acknowledgement."""
    if known is None:
        return "confirm"  # not in the view any more, or not yet: the escalation service decides
    if known.cycle > cycle or known.state == "resolved":
        return "resolved"
    return "acknowledged" if known.state == "acknowledged" else "confirm"


def _state(call: Call, page: _Page) -> str:
    known = call.desk.view.board.escalations.get(page.escalation_id)
    return known.state if known is not None else "open"


def _limit(call: Call, name: str, per_s: float) -> None:
    wait_s = call.desk.rates.take(name, per_s, time.monotonic())
    if wait_s:
        raise Problem(
            429,
            "too_many_requests",
            f"Links like this were used too often. Try again in {wait_s} s.",
            headers={"Retry-After": str(wait_s)},
        )


def _wants_html(call: Call) -> bool:
    return "text/html" in call.headers.get("accept", "")


def _told_to_person(call: Call, which: Screen, status: int, page_id: str) -> Response:
    language = call.asked(bodies.ScreenQuery).lang
    if language is None:
        language = "he" if call.headers.get("accept-language", "").startswith("he") else "en"
    return HTMLResponse(
        screen(which, language, page_id),
        status_code=status,
        headers={
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",  # the address holds the token
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
            "form-action 'self'; frame-ancestors 'none'",
        },
    )
