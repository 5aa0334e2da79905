"""How many are before one that waits: among those whom the same agents may serve."""

from shared.contracts.configuration import PriorityClass
from shared.contracts.explanation import InteractionExplained
from shared.contracts.interactions import CustomerAbandoned, ExplanationRequested
from tests.support.router_shard import Shard, agent, document, find


def ahead(shard: Shard, local: str) -> int | None:
    told = find(shard.say(ExplanationRequested, local=local), "interaction_explained")
    assert isinstance(told, InteractionExplained)
    return told.ahead


def test_a_position_counts_those_who_came_before() -> None:
    shard = Shard(document(agent("ana")))
    for number in range(5):
        shard.receive(str(number))
        shard.wait(1)
    assert [ahead(shard, str(number)) for number in range(5)] == [0, 1, 2, 3, 4]


def test_a_position_gets_better_when_one_before_it_leaves_and_not_when_one_after_does() -> None:
    shard = Shard(document(agent("ana")))
    for number in range(3):
        shard.receive(str(number))
        shard.wait(1)
    shard.say(CustomerAbandoned, local="2")
    assert ahead(shard, "1") == 1
    shard.say(CustomerAbandoned, local="0")
    assert ahead(shard, "1") == 0


def test_a_head_start_comes_before_older_ones() -> None:
    shard = Shard(document(agent("ana")))
    shard.receive("1")
    shard.wait(10)
    shard.receive("2", priority="high")
    assert (ahead(shard, "1"), ahead(shard, "2")) == (1, 0)


def test_an_emergency_is_before_all() -> None:
    classes = (PriorityClass(name="normal"), PriorityClass(name="911", emergency=True))
    shard = Shard(document(agent("ana"), priorities=classes))
    shard.receive("1")
    shard.wait(36_000)
    shard.receive("2", priority="911")
    assert (ahead(shard, "1"), ahead(shard, "2")) == (1, 0)


def test_those_whom_no_agent_of_mine_may_serve_are_not_before_me() -> None:
    shard = Shard(document(agent("ana", "en"), agent("lva", "lv")))
    shard.receive("1", language="lv")
    shard.wait(1)
    shard.receive("2", language="en")
    assert ahead(shard, "2") == 0


def test_those_who_share_an_agent_with_me_are_before_me_also_with_other_needs() -> None:
    shard = Shard(document(agent("ana", "en", "lv"), agent("lva", "lv")))
    shard.receive("1", language="lv", channel="voice")
    shard.wait(1)
    shard.receive("2", language="en")
    shard.wait(1)
    shard.receive("3", language="lv")
    assert (ahead(shard, "2"), ahead(shard, "3")) == (1, 2)


def test_a_position_survives_a_restore() -> None:
    shard = Shard(document(agent("ana")))
    for number in range(3):
        shard.receive(str(number))
    before = [ahead(shard, str(number)) for number in range(3)]
    shard.restore()
    assert [ahead(shard, str(number)) for number in range(3)] == before == [0, 1, 2]
