"""Who is told of what in the benchmark of the notifier: pages, and one outage, three methods each.

Everybody has a mailbox, a webhook and a Slack id of his own, so that no limit of one address binds.
"""

from itertools import cycle, islice, product

from shared.contracts.configuration import INSTALLATION
from shared.contracts.people import PeopleDocument, Person
from shared.contracts.escalation import PageRequested
from shared.contracts.outage import Evidence, NoticeRequested

METHODS = ("email", "webhook", "slack")
LOCALES = ("en", "nl", "he-IL", "es", "de")
_HOUR_MS = 3_600_000


def people(count: int, http_port: int) -> PeopleDocument:
    """With the schedule, lease and limits that ship."""
    return PeopleDocument(
        people=tuple(
            Person(
                id=f"p{n}",
                locale=locale,
                email=f"p{n}@example.org",
                webhook=f"http://127.0.0.1:{http_port}/hooks/{n}",
                slack=f"U{n:08d}",
            )
            for n, locale in zip(range(count), cycle(LOCALES), strict=False)
        )
    )


def people_for(notifications: int) -> int:
    return -(-notifications // len(METHODS))


def pages(notifications: int, *, at_ms: int, mark: str = "") -> list[PageRequested]:
    """One for each person and method, so that each is a message of its own."""
    each = product(range(people_for(notifications)), METHODS)
    return [_page(f"p{n}", method, at_ms, mark) for n, method in islice(each, notifications)]


def openings(count: int, *, at_ms: int) -> list[NoticeRequested]:
    """Of one outage, to each of so many staff, by one method or another."""
    methods = islice(cycle(METHODS), count)
    return [_opening(f"p{n}", method, at_ms) for n, method in enumerate(methods)]


def _page(person: str, method: str, at_ms: int, mark: str) -> PageRequested:
    escalation_id = f"boston:{mark}{person}-{method}#first_reply/1"
    page_id = f"{escalation_id}:c1:r1:l1:{person}:{method}"
    return PageRequested(
        event_id=page_id,
        pool="boston",
        at_ms=at_ms,
        by="escalation",
        page_id=page_id,
        escalation_id=escalation_id,
        interaction_id=escalation_id.partition("#")[0],
        metric="first_reply",
        cycle=1,
        round=1,
        level=1,
        person=person,
        method=method,
        queue="streets",
        channel="chat",
        language="es",
        due_at_ms=at_ms - 125_000,
        expires_at_ms=at_ms + 4 * _HOUR_MS,
    )


def _opening(person: str, method: str, at_ms: int) -> NoticeRequested:
    notice_id = f"chat-7:n1:{person}:{method}"
    return NoticeRequested(
        event_id=notice_id,
        pool=INSTALLATION,
        at_ms=at_ms,
        by="outage",
        notice_id=notice_id,
        incident_id="chat-7",
        sequence=1,
        purpose="opening",
        audience="staff",
        person=person,
        method=method,
        channel="chat",
        backups=("email",),
        pools=("boston",),
        severity="critical",
        status="investigating",
        opened_by="probe",
        evidence=(Evidence(signal="probe", at_ms=at_ms, detail="timeout after 5 s"),),
        started_at_ms=at_ms,
        next_update_at_ms=at_ms + 900_000,
        moved=12,
        parked=3,
        returned=0,
        expires_at_ms=at_ms + 24 * _HOUR_MS,
    )
