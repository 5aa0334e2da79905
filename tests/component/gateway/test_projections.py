"""What is shown of an interaction and an agent after each fact of the router."""

from typing import Any

from services.gateway.adapters.view.view import View
from shared.contracts import presence
from shared.contracts import routing as r
from shared.contracts.agents import LanguageSkill
from shared.contracts.configuration import PoolDocument
from shared.contracts.event import Event
from shared.contracts.system import ConfigTaken
from shared.contracts.topics import POOL_LOG
from shared.log import LogRecord
from tests.component.gateway.house import BOSTON, T0, assigned, offered, queued

ID = "boston:7"


def fact(model: type[Event], what: str, **more: Any) -> Event:
    return model.model_validate(
        {
            "event_id": f"{ID}#{what}",
            "pool": "boston",
            "at_ms": T0 + 9,
            "by": "router",
            "interaction_id": ID,
        }
        | more
    )


def routing(**more: Any) -> dict[str, Any]:
    told = {"queue": "streets", "priority": "urgent", "language": "he"}
    return told | {"steps_since_ms": T0, "order_ms": T0} | more


def requeued(**more: Any) -> Event:
    told = {"queue": "general", "reason": "by_hand", "waiting_since_ms": T0, "order_ms": T0}
    return fact(r.InteractionRequeued, "requeued/1", **told | more)


def changed(*names: str, **more: Any) -> Event:
    told = {"number": 1, "changed": names, "actor": "supervisor:lead"}
    return fact(r.InteractionChanged, "changed/1", **told, routing=routing(**more))


def ended(attempt: int = 1, agent: str = "ana", end: str = "superseded") -> Event:
    told = {"offer_id": f"{ID}:{attempt}", "agent_id": agent, "end": end}
    return fact(r.OfferEnded, f"ended/{attempt}", **told)


def widened(step: int, let_go: str | None = None) -> Event:
    return fact(r.InteractionWidened, f"widened/{step}", step=step, let_go=let_go, why="waited")


def of_agent(model: type[Event], **more: Any) -> Event:
    told = {"event_id": f"boston/ana#{len(more)}", "pool": "boston", "at_ms": T0, "by": "router"}
    return model.model_validate(told | {"agent_id": "ana"} | more)


def seen(*events: Event) -> View:
    view = View(documents={}, ended_kept=10)
    for event in events:
        kind: str = event.kind  # type: ignore[attr-defined] # every event of the catalogue has a kind
        value = event.model_dump_json().encode()
        view.apply(LogRecord(POOL_LOG, 0, 0, kind, event.by, event.at_ms, event.pool, value, ""))
    assert view.unreadable == 0
    return view


def shown(view: View, *names: str) -> tuple[Any, ...]:
    known = view.interaction(ID)
    assert known is not None
    return tuple(getattr(known, name) for name in names)


def lines(view: View) -> dict[str, dict[str, int]]:
    """What waits, by queue and language."""
    there = view.board.pool("boston").lines
    return {name: dict(line.by_language) for name, line in there.items() if len(line)}


def test_several_live_offers_are_shown_until_one_wins_and_the_others_are_superseded() -> None:
    both = (queued(ID), offered(ID, "ana"), offered(ID, "ben", attempt=2))
    view = seen(*both)
    assert shown(view, "state", "offer_id", "agent_id") == ("offered", f"{ID}:1", "ana")
    assert list(shown(view, "live_offers")[0]) == [f"{ID}:1", f"{ID}:2"]

    view = seen(*both, ended(end="declined"))
    assert shown(view, "state", "offer_id", "agent_id") == ("offered", f"{ID}:2", "ben")
    assert list(view.board.pool("boston").offers) == [f"{ID}:2"]

    won = fact(
        r.InteractionAssigned, "assigned/2", offer_id=f"{ID}:2", agent_id="ben", channel="chat",
        queue="general", language="en", waited_ms=2,
    )  # fmt: skip
    for after in ((won, ended()), (ended(), won)):
        view = seen(*both, *after)
        assert shown(view, "state", "offer_id", "agent_id") == ("assigned", f"{ID}:2", "ben")
        assert view.board.pool("boston").offers == {}
        assert view.board.agent("boston", "ana").offers == {}
        assert list(view.board.agent("boston", "ben").assigned) == [ID]


def test_a_change_moves_what_waits_to_its_new_line_and_keeps_its_step_unless_that_is_new() -> None:
    waits = (queued(ID), widened(1))
    view = seen(*waits, changed("queue", "language"))
    assert shown(view, "state", "queue", "language", "priority", "step") == (
        "waiting", "streets", "he", "urgent", 1,
    )  # fmt: skip
    assert lines(view) == {"streets": {"he": 1}}
    assert shown(seen(*waits, changed("steps")), "step") == (0,)


def test_what_was_offered_waits_after_a_change_that_took_the_offer_back() -> None:
    view = seen(queued(ID), offered(ID, "ana"), ended(end="withdrawn"), changed("language"))
    assert shown(view, "state", "agent_id") == ("waiting", None)
    assert lines(view) == {"streets": {"he": 1}}


def test_a_change_of_what_is_offered_or_parked_leaves_it_there() -> None:
    offer = seen(queued(ID), offered(ID, "ana"), changed("priority", queue="general"))
    assert shown(offer, "state", "agent_id", "priority") == ("offered", "ana", "urgent")
    assert lines(offer) == {}
    aside = seen(queued(ID), parked("closed"), changed("queue"))
    assert shown(aside, "state", "queue") == ("parked", "streets")
    assert lines(aside) == {}


def parked(reason: str, resumes_at_ms: int | None = None) -> Event:
    told = {"queue": "general", "reason": reason, "detail": "", "resumes_at_ms": resumes_at_ms}
    return fact(r.InteractionParked, "parked/1", **told)


def test_it_is_shown_for_what_it_is_parked_and_until_when() -> None:
    for reason in ("closed", "queue_full", "callback"):
        view = seen(queued(ID), parked(reason, T0 + 60))
        assert shown(view, "state", "park_reason", "resumes_at_ms") == ("parked", reason, T0 + 60)
    view = seen(queued(ID), parked("closed", T0 + 60), requeued(reason="unparked"))
    assert shown(view, "state", "park_reason", "resumes_at_ms") == ("waiting", None, None)


def test_a_callback_is_shown_as_promised() -> None:
    view = seen(queued(ID), fact(r.CallbackPromised, "callback", not_before_ms=T0 + 60))
    assert shown(view, "state", "callback") == ("waiting", True)


def test_a_new_way_comes_with_a_requeue_and_its_preferred_agent_is_let_go() -> None:
    preference = {"agent_id": "ben", "until_ms": T0 + 60}
    there = (
        queued(ID), offered(ID, "ana"), assigned(ID, "ana"), widened(2),
        requeued(queue="streets", reason="transferred", routing=routing(), preference=preference),
    )  # fmt: skip
    view = seen(*there)
    assert shown(view, "state", "queue", "language", "preferred_agent", "step", "agent_id") == (
        "waiting", "streets", "he", "ben", 0, None,
    )  # fmt: skip
    assert lines(view) == {"streets": {"he": 1}}
    assert view.board.agent("boston", "ana").assigned == {}
    assert shown(seen(*there, widened(0, let_go="ben")), "preferred_agent", "step") == (None, 0)


def idle(model: type[Event], agent: str = "ana") -> Event:
    return fact(model, f"{model.__name__}/1", agent_id=agent, number=1)


def test_an_agent_who_only_holds_idle_conversations_is_not_busy() -> None:
    ready = of_agent(presence.AgentChanged, status="ready", epoch=1, number=1, reason="reported")
    has_it = (ready, queued(ID), offered(ID, "ana"), assigned(ID, "ana"))
    sums = [
        dict(+seen(*has_it, *more).board.pool("boston").activities)
        for more in (
            (),
            (idle(r.InteractionIdled),),
            (idle(r.InteractionIdled), idle(r.InteractionWoken)),
            (idle(r.InteractionIdled), requeued(reason="woken")),
        )
    ]
    assert sums == [{"busy": 1}, {"ready": 1}, {"busy": 1}, {"ready": 1}]
    view = seen(*has_it, idle(r.InteractionIdled))
    assert shown(view, "state", "held", "agent_id") == ("assigned", True, "ana")
    assert list(view.board.agent("boston", "ana").held) == [ID]
    after = seen(*has_it, idle(r.InteractionIdled), requeued(reason="woken"))
    assert shown(after, "held") == (False,)
    assert after.board.agent("boston", "ana").held == {}


def test_work_after_an_interaction_may_go_on_longer() -> None:
    closed = fact(
        r.InteractionClosed, "closed", queue="general", agent_id="ana", outcome="solved",
        answered=True, wrap_up_until_ms=T0 + 30,
    )  # fmt: skip
    longer = fact(r.WrapUpExtended, "extended", agent_id="ana", until_ms=T0 + 60)
    view = seen(queued(ID), offered(ID, "ana"), assigned(ID, "ana"), closed, longer)
    assert shown(view, "state", "wrap_up_until_ms") == ("closed", T0 + 60)
    assert list(view.board.agent("boston", "ana").wrapping_up) == [ID]


def test_an_agent_is_shown_with_what_comes_next_and_why_he_is_not_asked() -> None:
    drains = of_agent(
        presence.AgentChanged,
        status="ready",
        next_status="away",
        epoch=1,
        number=1,
        reason="reported",
    )
    paced = of_agent(presence.AgentWithheld, why="pace", withheld=True, until_ms=T0 + 60)
    hours = of_agent(presence.AgentWithheld, why="hours", withheld=True)
    over = of_agent(presence.AgentWithheld, why="pace", withheld=False)
    agent = seen(drains, paced, hours).board.agent("boston", "ana")
    assert (agent.next_status, agent.withheld) == ("away", {"pace": T0 + 60, "hours": None})
    assert seen(paced, hours, over).board.agent("boston", "ana").withheld == {"hours": None}


def test_skills_by_hand_end_when_the_router_takes_a_configuration() -> None:
    skills = of_agent(
        presence.AgentSkillsChanged,
        skills={"snow": 2},
        languages={"he": {}},
        actor="supervisor:lead",
    )
    agent = seen(skills).board.agent("boston", "ana")
    assert (agent.skills, agent.languages) == ({"snow": 2}, {"he": LanguageSkill()})
    for service, by_hand in (("escalation", {"snow": 2}), ("router", None)):
        taken = seen(skills, config_taken(service, BOSTON)).board.agent("boston", "ana")
        assert taken.skills == by_hand


def config_taken(service: str, document: PoolDocument) -> ConfigTaken:
    return ConfigTaken(
        event_id=f"{document.pool}#taken/2/{service}", pool=document.pool, at_ms=T0, by=service,
        hash="h", version=2, service=service,
    )  # fmt: skip


def test_a_queue_is_shown_closed_until_it_opens() -> None:
    hours = {"event_id": "h", "pool": "boston", "at_ms": T0, "by": "router", "queue": "general"}
    closes = r.QueueHoursChanged.model_validate(hours | {"open": False, "until_ms": T0 + 60})
    opens = r.QueueHoursChanged.model_validate(hours | {"open": True})
    assert seen(closes).board.pool("boston").closed == {"general": T0 + 60}
    assert seen(closes, opens).board.pool("boston").closed == {}
