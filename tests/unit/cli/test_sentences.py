"""Facts as sentences: the reason is in them, personal data never."""

from typing import Any

import pytest
from pydantic import BaseModel

from shared.contracts.catalogue import KINDS
from switchyard.cli.explain import story
from switchyard.cli.sentences import sentence, sentence_of
from switchyard.cli.sentences.base import duration, listed

ID = "boston:42"
AT = 1_423_040_400_000  # 2015-02-04 09:00:00 UTC


def fact(kind: str, **fields: Any) -> dict[str, Any]:
    common = {"event_id": "x", "pool": "boston", "at_ms": AT, "by": "router"}
    return {**common, "kind": kind, "interaction_id": ID, **fields}


RECEIVED = fact(
    "interaction_received",
    actor="system:helpdesk",
    channel="web_form",
    body_hash="h",
    language="he",
    language_source="detected",
    language_confidence_permille=987,
    topic="snow",
    personal={"name": "Ada Lovelace", "text": "my street"},
)
QUEUED = fact(
    "interaction_queued",
    channel="web_form",
    queue="streets",
    language="he",
    language_source="detected",
    other_languages=["en"],
    skills=[{"skill": "snow", "level": 2}],
    priority="urgent",
    waiting_since_ms=AT,
    order_ms=AT - 900_000,
    why={"rule": "snow-first", "matched": {"topic": "snow"}},
)
OFFER = fact(
    "offer_made",
    offer_id=f"{ID}:1",
    attempt=1,
    agent_id="ana",
    agent_epoch=1,
    channel="web_form",
    queue="streets",
    language="he",
    expires_at_ms=AT + 30_000,
    waited_ms=12_500,
    why={
        "strategy": "longest_ready",
        "rank_names": ["language", "ready_since"],
        "chosen": {"agent_id": "ana", "rank": [0, 5]},
        "runner_up": {"agent_id": "ben", "rank": [0, 9]},
        "eligible": 2,
        "eligible_counted_to": 10,
        "language_tag": "he",
        "trigger": "received",
    },
)
GOLDEN = [
    (RECEIVED, ("It arrived by web form about snow from system:helpdesk; its language was detected "
     "as he (98.7 % sure).")),
    (QUEUED, ("It waits in queue streets with priority urgent, 15 min ahead of its age, because "
     "rule snow-first matched: topic is snow. It needs he (or en) and snow (level 2).")),
    (QUEUED | {"why": {"rule": "default"}, "skills": [], "other_languages": [], "order_ms": AT},
     ("It waits in queue streets with priority urgent, because no routing rule matched. "
     "It needs he.")),
    (OFFER, ("It was offered to agent ana after 12 s, until 2015-02-04 09:00:30 UTC. Of 2 eligible "
     "the strategy longest ready chose ana over ben (ready 4 ms longer); the language is he; "
     "looked at on received.")),
    (OFFER | {"why": OFFER["why"] | {"runner_up": None, "waiting_before": 3}},
     ("It was offered to agent ana after 12 s, until 2015-02-04 09:00:30 UTC. Nobody else was "
     "eligible; the language is he; looked at on received; 3 others were in line.")),
    (OFFER | {"why": OFFER["why"] | {"runner_up": None, "waiting_before": 1}},
     ("It was offered to agent ana after 12 s, until 2015-02-04 09:00:30 UTC. Nobody else was "
     "eligible; the language is he; looked at on received; 1 other was in line.")),
    (fact("offer_ended", offer_id="o", agent_id="ana", end="expired", aside_until_ms=AT),
     ("Agent ana did not answer the offer in time; is not asked for it again before "
     "2015-02-04 09:00:00 UTC.")),
    (fact("sla_breached", metric="first_reply", queue="q", channel="voice", language="en",
          due_at_ms=AT - 40),
     "The first reply was missed: due 2015-02-04 08:59:59 UTC (told 40 ms after)."),
    (fact("escalation_opened", escalation_id="e", metric="first_reply", cycle=1, policy="duty",
          levels=[{"after_ms": 0, "people": ["noor"]},
                  {"after_ms": 600_000, "people": ["dana", "pieter"]}],
          rounds=3, round_ms=1, queue="q", channel="voice", language="en", due_at_ms=AT),
     ("Escalation by policy duty, cycle 1: noor at once and dana and pieter after 10 min, in 3 "
     "rounds.")),
    (OFFER | {"why": OFFER["why"] | {"runner_up": None}, "callback": True},
     ("It was offered to agent ana after 12 s, until 2015-02-04 09:00:30 UTC; the customer is to "
      "be called. Nobody else was eligible; the language is he; looked at on received.")),
    (QUEUED | {"skills": [{"skill": "snow", "level": 2, "drops_after_s": 90}],
               "language_level": 4, "other_languages": [], "order_ms": AT, "callback": True,
               "not_before_ms": AT + 60_000,
               "steps": [{"after_s": 0, "languages": ["he"]}, {"after_s": 90, "languages": ["he"]}],
               "preference": {"agent_id": "ana", "until_ms": AT + 20_000},
               "why": {"rule": "asked", "flowed_over": ["roads", "snow"]}},
     ("It waits in queue streets with priority urgent, because the sender asked for that queue, "
      "and queues roads and snow were full or closed. It needs he at level 4 and snow (level 2, "
      "for 1 min 30 s). It asks for less after 1 min 30 s. Until 2015-02-04 09:00:20 UTC only "
      "agent ana is asked, unless he leaves. The customer is called back, not before 2015-02-04 "
      "09:01:00 UTC.")),
    (fact("interaction_requeued", queue="q", reason="woken", waiting_since_ms=AT, order_ms=AT),
     ("It waits again in queue q, with the age it had, because its customer wrote again, and its "
      "agent has no room any more.")),
    (fact("interaction_requeued", queue="q", reason="transferred", waiting_since_ms=AT, order_ms=AT,
          hand_back_to="ana",
          routing={"queue": "q", "priority": "normal", "language": "he", "language_level": 3,
                   "steps_since_ms": AT, "order_ms": AT}),
     ("It waits again in queue q, with the age it had, because it was transferred. It needs he at "
      "level 3. Agent ana gets it back.")),
    (fact("interaction_widened", step=1, why="nobody_there"),
     ("More agents may serve it, by step 2 of its needs, for nobody of those who were asked for "
      "has signed in.")),
    (fact("interaction_widened", step=0, let_go="ana", why="nobody_there"),
     "Agent ana is not waited for any longer, for he is not there: others may have it."),
    (fact("interaction_parked", queue="q", reason="queue_full", detail=""),
     "It is parked in queue q: that queue is full, and so is where it flows over to."),
    (fact("interaction_parked", queue="q", reason="callback", detail="", resumes_at_ms=AT),
     ("It is parked in queue q: the customer is called back later. It waits again at 2015-02-04 "
      "09:00:00 UTC.")),
    (fact("offer_ended", offer_id="o", agent_id="ana", end="superseded"),
     "Agent ana lost the offer, for another agent was quicker."),
    (fact("agent_changed", agent_id="ana", status="ready", epoch=1, number=2, reason="reported",
          next_status="away"),
     ("Agent ana is ready, as the agent said. Nothing new comes; when the work is done, the status "
      "is away.")),
    (fact("agent_withheld", agent_id="ana", why="hours", withheld=False),
     "Agent ana may be asked again: his hours have begun."),
    (fact("presence_reported", agent_id="ana", status="offline", actor="supervisor:lead",
          requeue_work=True, reason="went home"),
     ("supervisor:lead said that agent ana is offline; the work is put back. The reason given: "
      '"went home".')),
    (fact("customer_notice_requested", notice_id="n", person="customer:x", purpose="receipt",
          channel="email", language="he", expires_at_ms=AT,
          wait={"p50_s": 95, "p90_s": 600, "rests_on": ["staffing"]},
          personal={"address": "ada@example.com", "name": "Ada"}),
     ("The customer is told by email, in he, that it arrived, and that it takes about 1 min 35 s "
      "from now on, perhaps 10 min.")),
    (fact("customer_notice_requested", notice_id="n", person="customer:x", purpose="longer_wait",
          channel="sms", language="en", expires_at_ms=AT, told_before_s=120),
     ("The customer is told by sms, in en, that it takes longer than about 2 min; how long it "
      "takes is not said.")),
    (fact("event_rejected", code="unknown_queue", field="queue", message="No queue `x`.",
          cause="c1"),
     "That was refused (unknown_queue): No queue `x`."),
    (fact("notification_opened", notification_id="n", person="dana", method="slack",
          expires_at_ms=AT,
          hops=[{"method": "slack", "succeed_by_ms": 60_000},
                {"method": "sms", "succeed_by_ms": 120_000, "succeed_on": "delivered"},
                {"method": "voice", "succeed_by_ms": 60_000}]),
     ("dana will be told by slack, until 2015-02-04 09:00:00 UTC. Of the chain slack has 1 min and "
      "sms has 2 min to be delivered, then comes voice.")),
    (fact("notification_opened", notification_id="n+2", person="dana", method="sms", hop=2,
          expires_at_ms=AT, because="not_in_time"),
     ("dana will be told by sms, hop 2, until 2015-02-04 09:00:00 UTC, for the hop before had not "
      "got through by its time.")),
    (fact("notification_held", notification_id="n", person="dana", why="quiet_hours", until_ms=AT),
     "The message to dana is held until 2015-02-04 09:00:00 UTC: these are quiet hours."),
    (fact("attempt_leased", attempt_id="d/2", notification_id="d", person="dana", method="sms",
          number=2, message_id="m", lease_until_ms=AT, possible_repeat=True, shorter=True,
          members=["a", "b"]),
     ("Try 2 to reach dana by sms, with 2 messages in one, shorter than before; it may be a "
      "repeat.")),
    (fact("delivery_reported", notification_id="n", person="dana", status="undelivered",
          detail="30003"),
     "The provider says that the message to dana is undelivered (30003)."),
    (fact("redrive_requested", notification_id="n", person="dana", actor="operator:noor",
          reason="mended"),
     'operator:noor sends the message to dana again. The reason given: "mended".'),
    (fact("trouble_reported", trouble_id="t", person="noor", method="email", detail="401",
          trouble_with="provider", about="sms", expires_at_ms=AT),
     "noor is to be told by email that sms does not work as it is set up (401)."),
    (fact("verification_requested", verification_id="v", person="dana", method="sms",
          actor="manager:dana", address_hash="h", expires_at_ms=AT),
     ("manager:dana has a code sent to dana by sms, good until 2015-02-04 09:00:00 UTC.")),
    (fact("group_flushed", announcement_id="g", person="room", route="0.1", number=2,
          group=[["channel", "chat"]], because="some_resolved", expires_at_ms=AT,
          alerts=[{"alert_id": "a", "starts_at_ms": AT},
                  {"alert_id": "b", "starts_at_ms": AT, "ends_at_ms": AT}]),
     ("Message 2 about the group with channel chat goes to room, for a part of it is over: 1 going "
      "on, 1 over.")),
    (fact("notice_requested", notice_id="n", incident_id="chat-1", sequence=1, purpose="opening",
          audience="it", person="ivo", method="rules", channel="chat", severity="major",
          status="investigating", opened_by="probe", started_at_ms=AT, expires_at_ms=AT),
     "ivo (IT) is to be told of the outage as the personal rules say."),
]  # fmt: skip


@pytest.mark.parametrize(("record", "expected"), GOLDEN)
def test_a_fact_is_told_with_its_reason(record: dict[str, Any], expected: str) -> None:
    assert sentence_of(record) == expected


def test_every_kind_of_the_catalogue_has_a_sentence_of_its_own() -> None:
    generic = sentence.dispatch(object)
    assert [kind for kind, model in KINDS.items() if sentence.dispatch(model) is generic] == []


def test_every_kind_is_told_whatever_its_optional_fields_hold() -> None:
    for kind, model in KINDS.items():
        for full in (False, True):
            event = model.model_validate(example(model, full=full))
            told = sentence_of(event.model_dump(mode="json"))
            assert "None" not in told, kind
            assert "secret text" not in told, kind


def example(model: type[BaseModel], *, full: bool) -> dict[str, Any]:
    """A value of the model from its schema: with all fields, or only with the required ones."""
    schema = model.model_json_schema()
    return dict(of_schema(schema, schema, full=full))


def of_schema(schema: Any, root: Any, *, full: bool) -> Any:
    if "$ref" in schema:
        return of_schema(root["$defs"][schema["$ref"].rpartition("/")[2]], root, full=full)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return of_schema(schema["anyOf"][0], root, full=full)
    match schema.get("type"):
        case "object" if "properties" in schema:
            wanted = schema["properties"] if full else schema.get("required", [])
            return {
                name: "secret text"
                if name == "text"
                else of_schema(schema["properties"][name], root, full=full)
                for name in wanted
            }
        case "object" if "propertyNames" in schema:
            name = of_schema(schema["propertyNames"], root, full=full)
            return {name: of_schema(schema["additionalProperties"], root, full=full)}
        case "object" if isinstance(of := schema.get("additionalProperties"), dict):
            return {"snow": of_schema(of, root, full=full)}
        case "array" if "prefixItems" in schema:
            return [of_schema(item, root, full=full) for item in schema["prefixItems"]]
        case "array":
            return [of_schema(schema["items"], root, full=full)]
        case "integer":
            return max(1, int(schema.get("minimum", 1)))
        case "number":
            return 1.5
        case "boolean":
            return True
        case _ if schema.get("format") == "date-time":
            return "2015-02-04T09:00:00Z"
        case _:
            return "word"


def test_an_unknown_kind_is_told_in_general_words() -> None:
    record = fact("moon_landed", crew=3, personal={"name": "Neil"})
    assert sentence_of(record) == "Moon landed: interaction_id boston:42, crew 3."


def test_a_known_kind_of_a_newer_shape_is_told_in_general_words() -> None:
    record = fact("interaction_closed", outcome="moved_to_the_moon")
    assert sentence_of(record).startswith("Interaction closed: ")


def test_a_story_is_in_order_with_the_time_since_the_first() -> None:
    later = OFFER | {"at_ms": AT + 12_500}
    lines = story({"interaction_id": ID, "state": "offered", "left_out": 2}, [RECEIVED, later])
    assert lines[0] == "boston:42: offered"
    assert lines[1] == "first heard of at 2015-02-04 09:00:00 UTC"
    assert lines[2].startswith("       +0 ms  router      It arrived by web form")
    assert lines[3].startswith("       +12 s  router      It was offered to agent ana")
    assert lines[4] == "2 records in the middle are left out"


@pytest.mark.parametrize(
    ("length_ms", "expected"),
    [(0, "0 ms"), (999, "999 ms"), (12_000, "12 s"), (125_000, "2 min 5 s"), (3_600_000, "1 h"),
     (97_200_000, "1 d 3 h")],
)  # fmt: skip
def test_lengths_are_told_in_two_units(length_ms: int, expected: str) -> None:
    assert duration(length_ms) == expected


def test_lists_are_told_as_people_do() -> None:
    assert [listed(words) for words in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]
