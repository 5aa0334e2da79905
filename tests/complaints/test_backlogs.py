"""What lies about after a long absence: stale rows, storms at a restart, digests that vanish."""

from collections import Counter

import pytest

from shared.contracts.event import Event
from shared.contracts.notification import AttemptLeased
from shared.contracts.people import MethodLimits, PeopleDocument, Person, Route
from shared.contracts.rooms import AlertRouted
from tests.support.ledger import (
    HOUR,
    SECOND,
    T0,
    LedgerShard,
    ends,
    leases,
    notice,
    outcome_of,
    page,
    recall,
    tick,
)

ROWS, PER_PERSON = 10_000, 4


def people(count: int) -> tuple[Person, ...]:
    return tuple(Person(id=f"p{n}", email=f"p{n}@example.org") for n in range(count))


# bcgov/entity #2253 "floods email inboxes on restart"; Molecule #1947: old rows deleted by SQL


def test_after_a_restart_with_10_000_old_rows_only_the_newest_of_each_story_is_tried() -> None:
    """Rows that nobody could be told of: pages, the opening of an outage, two updates, each."""
    shard = LedgerShard(PeopleDocument(people=people(ROWS // PER_PERSON)))
    for person in (f"p{n}" for n in range(ROWS // PER_PERSON)):
        asked = page(person, expires_ms=4 * HOUR)
        for event in (asked, *(notice(person, sequence=n) for n in (1, 2, 3))):
            for lease in leases(shard.hear(event)):
                shard.hear(outcome_of(lease, "transient"))
    shard.hear(recall("p0"))
    # when: the provider is back and the process starts anew, after the pages have expired
    shard.reload()
    shard.now = T0 + 5 * HOUR
    told = shard.hear(tick(shard.now), shard.now)
    told += shard.wait(SECOND)
    # then: of each outage the newest alone is tried, once, and nothing else
    sent = leases(told)
    assert len(sent) == ROWS // PER_PERSON
    assert {it.notification_id.split(":")[1] for it in sent} == {"n3"}
    assert max(Counter(it.person for it in sent).values()) == 1
    # and what is stale has ended with its reason, each row once
    whole = Counter(it.notification_id for it in ends(shard.facts))
    assert set(whole.values()) == {1}
    ways = Counter((it.end, it.notification_id.startswith("chat-7")) for it in ends(shard.facts))
    assert ways == {
        ("superseded", True): ROWS // 2,  # openings and first updates
        ("expired", False): ROWS // PER_PERSON - 1,
        ("superseded", False): 1,  # was recalled
    }


def test_a_restart_repeats_nothing_that_was_told() -> None:
    """gatus #679: alerts that had been sent are sent again after a restart."""
    shard = LedgerShard(PeopleDocument(people=people(100)))
    asked = [notice(f"p{n}") for n in range(100)]
    for event in asked:
        for lease in leases(shard.hear(event)):
            shard.hear(outcome_of(lease, "accepted"))
    shard.reload()
    # when: time passes, and all of it is told to it again
    told = shard.wait(HOUR)
    for event in asked:
        told += shard.hear(event)
    assert leases(told) == []


# A process that is killed in `leased`: GoAlert gives such a message up, others send it blindly


@pytest.mark.parametrize("method", ["email", "webhook", "slack", "sms"])
def test_a_page_leased_by_a_process_that_died_goes_again_under_its_id_and_says_so(
    method: str,
) -> None:
    ana = Person(
        id="ana", email="a@example.org", webhook="https://h.example", slack="U01", phone="+3161"
    )
    shard = LedgerShard(PeopleDocument(people=(ana,)))
    (first,) = leases(shard.hear(page(method=method)))
    shard.reload()
    # when: not before the lease is over, so that a process that only hangs cannot send as well
    assert leases(shard.wait(first.lease_until_ms - shard.now - 1)) == []
    (second,) = leases(shard.wait(1))
    # then
    assert second.message_id == first.message_id
    assert (first.possible_repeat, second.possible_repeat) == (False, True)
    (end,) = ends(shard.hear(outcome_of(second, "accepted")))
    assert end.possible_repeats == 1


# Novu #2569, #1633, #12373: digests are sent twice, or vanish


@pytest.mark.parametrize("killed_when", ["held", "leased", "ended"])
def test_a_digest_neither_vanishes_nor_is_repeated_wherever_its_process_dies(
    killed_when: str,
) -> None:
    document = PeopleDocument(people=people(1), limits={"email": MethodLimits(bundle_s=120)})
    shard = LedgerShard(document)
    updates = [notice("p0", sequence=2, incident_id=f"chat-{n}") for n in range(1, 5)]
    for event in updates:  # the first leaves at once, the others wait for company
        for lease in leases(shard.hear(event)):
            shard.hear(outcome_of(lease, "accepted"))
    if killed_when == "held":
        shard.reload()
    (digest,) = leases(shard.wait(120 * SECOND))
    carried = digest.members
    if killed_when == "leased":
        shard.reload()
        (digest,) = _leased_again(shard)
        assert digest.members == carried
    shard.hear(outcome_of(digest, "accepted"))
    if killed_when == "ended":
        shard.reload()
    # then: it carried the three, each ended once, and nothing follows
    assert sorted(carried) == sorted(it.notice_id for it in updates[1:])
    assert leases(shard.wait(HOUR)) == []
    over = Counter(it.notification_id for it in ends(shard.facts))
    assert all(over[it.notice_id] == 1 for it in updates)


def _leased_again(shard: LedgerShard) -> list[AttemptLeased]:
    found: list[AttemptLeased] = []
    while not found:
        assert shard.now < T0 + HOUR
        found = leases(shard.wait(SECOND))
    return found


# Grafana #66203: what has ended stays in its group, which grows without end


def test_a_group_that_never_ends_keeps_nothing_of_what_ended_and_was_told() -> None:
    room = Route(receiver="p1", group_by=("queue",), group_wait_s=30, group_interval_s=300)
    shard = LedgerShard(PeopleDocument(people=people(2), rooms=room))
    _hear_and_deliver(shard, page("p0"))  # goes on all the time
    sizes = []
    for number in range(1, 31):
        escalation_id = f"boston:{number}#first_reply/1"
        _hear_and_deliver(shard, page("p0", escalation_id=escalation_id))
        _hear_and_deliver(shard, recall("p0", escalation_id=escalation_id))
        (group,) = shard.state.groups.values()
        sizes.append(len(group.alerts))
    assert max(sizes) <= 2
    assert sizes[-1] == sizes[0]


def _hear_and_deliver(shard: LedgerShard, event: Event) -> None:
    """And ten minutes, in which all that leaves is taken."""
    told = shard.hear(event)
    for alert in [it for it in told if isinstance(it, AlertRouted)]:
        told += shard.hear(alert)
    for _ in range(600):
        for lease in leases(told):
            shard.hear(outcome_of(lease, "accepted"))
        told = shard.wait(SECOND)
