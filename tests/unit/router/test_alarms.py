"""Nobody can serve it: that rings at once, and says what is missing."""

from structlog.testing import capture_logs

from services.router.adapters.alarms import ring
from shared.contracts.configuration import Queue, RingOpening
from shared.contracts.interactions import SkillNeed
from shared.runner.owner import Counters
from tests.support.router_shard import Shard, agent, document

EXPERTS_FIRST = Queue(name="experts", skills=(SkillNeed(skill="tax", level=5, drops_after_s=30),))


def test_a_language_that_nobody_speaks_rings_when_it_arrives_once_per_queue() -> None:
    shard, counters = Shard(document(agent("ana"))), Counters()
    facts = [fact for local in "123" for fact in shard.receive(local, language="lv")]
    with capture_logs() as lines:
        ring(facts, counters)
    (line,) = lines
    assert (line["event"], line["queue"], line["number"]) == ("nobody_can_serve", "general", 3)
    assert "speaks any of: lv" in line["detail"]
    assert counters.alarms == 3


def test_a_step_without_agents_rings_though_the_interaction_goes_on() -> None:
    queues = (Queue(name="general"), EXPERTS_FIRST)
    shard = Shard(document(agent("ana"), queues=queues, skills=("tax",)))
    shard.presence("ana")
    with capture_logs() as lines:
        ring(shard.receive("1", queue="experts"), Counters())
    assert [it["event"] for it in lines] == ["step_without_agents"]


def test_what_somebody_can_serve_rings_nothing() -> None:
    queues = (Queue(name="general", rings=(RingOpening(ring="helpers", after_s=9),)),)
    shard = Shard(document(agent("ana"), queues=queues))
    with capture_logs() as lines:
        ring([*shard.receive("1"), *shard.wait(60)], Counters())
    assert lines == []
