"""Who may serve what, who is chosen, and what an agent gets: one rule of the floor at a time."""

from dataclasses import dataclass
from typing import Any

import pytest

from services.router.core.floor import floor as floor_module
from services.router.core.floor.floor import Floor
from services.router.core.floor.rack import Rack
from services.router.core.floor.search import Search
from services.router.core.floor.seat import Seat
from services.router.core.floor.shelf import Key, Shelf
from services.router.core.model import Agent, Interaction, Preferred, Step
from services.router.core.needs.urgency import EMERGENCY_MS
from services.router.core.plan import INTERPRETER, Plan
from shared.contracts.configuration import Agent as ConfiguredAgent
from shared.contracts.configuration import ChannelSettings, LanguageLevel, Pace
from shared.contracts.words import Channel
from tests.support.router_shard import agent, document

NOW = 1_000_000


def floor_of(*agents: ConfiguredAgent, ready: bool = True, **settings: Any) -> Floor:
    """All are ready, each a second longer than the next."""
    floor = Floor(Plan(document(*agents, **settings), "hash"))
    for number, it in enumerate(agents):
        seat = floor.seat(Agent(it.id))
        seat.agent.ready_since_ms = number * 1000
        seat.agent.status = "ready" if ready else "away"
        floor.place(seat)
    return floor


def interaction(id_: str = "1", *, channel: Channel = "chat", **given: Any) -> Interaction:
    base: dict[str, Any] = {
        "body_hash": "", "queue": "general", "language": "en", "language_source": "given",
        "priority": "normal", "waiting_since_ms": NOW, "order_ms": NOW,
    }  # fmt: skip
    return Interaction(id=f"boston:{id_}", channel=channel, **(base | given))


def chosen(floor: Floor, it: Interaction) -> list[str]:
    return [its.agent_id for its in floor.agents_for(floor.line(it))]


def hold(floor: Floor, agent_id: str, channel: Channel, number: int = 1) -> Seat:
    seat = floor.seats[agent_id]
    floor.take(seat, channel, number)
    floor.place(seat)
    return seat


def first(floor: Floor, agent_id: str) -> str | None:
    return floor.first_waiting(floor.seats[agent_id], lambda _: False, NOW)


@pytest.mark.parametrize(
    ("strategy", "order"),
    [
        ("longest_ready", ["old", "idle", "keen", "rested"]),
        ("least_loaded", ["idle", "keen", "rested", "old"]),
        ("round_robin", ["rested", "keen", "idle", "old"]),
        ("most_proficient", ["keen", "idle", "rested", "old"]),
        ("least_flexible", ["rested", "idle", "keen", "old"]),
    ],
)
def test_a_strategy_is_an_order_of_the_same_parts(strategy: str, order: list[str]) -> None:
    floor = floor_of(
        agent("old", skills={"snow": 4, "ski": 3, "sled": 1}),
        agent("idle", skills={"snow": 4, "ski": 2}),
        agent("keen", skills={"snow": 5, "sled": 2}),
        agent("rested", skills={"snow": 4}),
        strategy=strategy,
    )
    for number, agent_id in enumerate(("rested", "keen", "idle", "old")):
        floor.seats[agent_id].agent.last_offer = number
        floor.place(floor.seats[agent_id])
    hold(floor, "old", "chat")
    assert chosen(floor, interaction(skills=(("snow", 3),))) == order


def test_a_pools_own_rank_goes_before_its_strategy() -> None:
    floor = floor_of(agent("ana", skills={"snow": 1}), agent("ben"), rank=("flexibility",))
    line = floor.line(interaction())
    assert list(floor.agents_for(line)) == [((1,), "ben"), ((2,), "ana")]


def test_a_ring_takes_part_when_it_is_open_and_agents_without_one_always_do() -> None:
    floor = floor_of(agent("ana", rings=("helpers",)), agent("ben"))
    it = interaction(steps=(Step(0, ("en",)), Step(60, ("en",), rings=("helpers",))))
    assert chosen(floor, it) == ["ben"]
    it.step = 1
    assert chosen(floor, it) == ["ana", "ben"]


def test_an_interpreter_serves_any_language_once_that_is_allowed_and_after_those_who_speak_it() -> (
    None
):
    floor = floor_of(agent("ana", interpreter=True), agent("ben", "lv"))
    it = interaction(language="lv", steps=(Step(0, ("lv",)), Step(60, ("lv", INTERPRETER))))
    assert chosen(floor, it) == ["ben"]
    it.step = 1
    assert chosen(floor, it) == ["ben", "ana"]
    assert floor.position(floor.line(it), "ana") == 1


@pytest.mark.parametrize(
    ("asked", "able"), [(0, ["ana", "ben"]), (3, ["ana", "ben"]), (4, ["ben"])]
)
def test_the_higher_of_the_levels_of_interaction_and_channel_counts(
    asked: int, able: list[str]
) -> None:
    level = LanguageLevel
    floor = floor_of(
        ConfiguredAgent(id="ana", languages={"en": level(spoken=5, written=3)}),
        ConfiguredAgent(id="ben", languages={"en": level(spoken=0, written=4)}),
        ConfiguredAgent(id="cy", languages={"en": level(spoken=5, written=1)}),
        channels={"chat": ChannelSettings(min_language_level=2)},
    )
    assert chosen(floor, interaction(language_level=asked)) == able


def test_only_the_preferred_agent_is_asked_and_only_if_he_is_eligible() -> None:
    floor = floor_of(agent("ana"), agent("ben"), agent("cy", "lv"))
    mine = interaction("mine", preferred=Preferred("ben", NOW))
    lost = interaction("lost", preferred=Preferred("cy", NOW))
    assert (chosen(floor, mine), chosen(floor, lost)) == (["ben"], [])
    floor.enqueue(mine)
    floor.enqueue(lost)
    assert (first(floor, "ana"), first(floor, "ben"), first(floor, "cy")) == (None, mine.id, None)


def test_urgent_work_comes_on_top_of_interruptible_work_and_not_the_other_way_round() -> None:
    floor = floor_of(
        agent("ana"),
        channels={
            "voice": ChannelSettings(),
            "email": ChannelSettings(units=50, interruptible=True),
        },
    )
    call, mail = interaction("call", channel="voice"), interaction("mail", channel="email")
    seat = hold(floor, "ana", "email", 2)
    assert (chosen(floor, call), chosen(floor, mail)) == (["ana"], [])
    hold(floor, "ana", "voice")
    assert (chosen(floor, call), chosen(floor, mail)) == ([], [])
    assert (seat.used, seat.firm, seat.overdrawn()) == (200, 100, False)
    hold(floor, "ana", "email", -1)
    assert chosen(floor, mail) == []  # his call and one mail are more than he has
    hold(floor, "ana", "email", 2)
    assert seat.overdrawn()


def test_the_cap_of_a_channel_holds_beside_the_units() -> None:
    floor = floor_of(agent("ana", channels={"chat": 1, "voice": 1}))
    hold(floor, "ana", "chat")
    assert chosen(floor, interaction()) == []
    assert not floor.seats["ana"].has_room("chat", beyond=1000)


@pytest.mark.parametrize(
    ("withheld", "paced", "asked"),
    [
        ({}, (), ["chat", "voice"]),
        ({"pace": NOW}, (), []),
        ({"pace": NOW}, ("chat",), ["voice"]),
        ({"hours": None}, ("chat",), []),
        ({"hours": None, "pace": NOW}, ("chat",), []),
    ],
)
def test_who_is_withheld_is_not_asked_but_by_channels_without_a_pace(
    withheld: Any, paced: Any, asked: list[Channel]
) -> None:
    floor = floor_of(agent("ana"), pace=Pace(offers=1, per_s=60, channels=paced))
    seat = floor.seats["ana"]
    seat.agent.withheld = withheld
    floor.place(seat)
    channels: tuple[Channel, ...] = ("chat", "voice")
    assert [it for it in channels if chosen(floor, interaction(channel=it))] == asked
    assert floor.present(floor.line(interaction())) is ("hours" not in withheld)


def test_a_line_knows_whether_anybody_for_it_is_there_or_exists() -> None:
    floor = floor_of(agent("ana", "en", "lv"), agent("ben"))
    waiting = [interaction("1", language="lv"), interaction("2"), interaction("3", language="ru")]
    waiting.append(interaction("4", preferred=Preferred("ana", NOW)))
    for it in waiting:
        floor.enqueue(it)
    seat = floor.seats["ana"]
    seat.agent.status = "away"
    floor.place(seat)
    lines = [floor.line(it) for it in waiting]
    assert [floor.present(line) for line in lines] == [False, True, False, False]
    assert [floor.exists(line) for line in lines] == [True, True, False, True]


def test_skills_changed_by_hand_count_at_once_also_for_those_who_wait() -> None:
    floor = floor_of(agent("ana"))
    it = interaction(language="et", skills=(("sled", 2),))
    floor.enqueue(it)
    assert first(floor, "ana") is None
    person = floor.seats["ana"].agent
    person.skills, person.languages = {"sled": 3}, {"et": LanguageLevel()}
    floor.reskill(person)
    assert (first(floor, "ana"), chosen(floor, it)) == (it.id, ["ana"])
    person.skills = {"sled": 1}
    floor.reskill(person)
    assert (first(floor, "ana"), chosen(floor, it)) == (None, [])


def test_what_a_restored_agent_may_serve_by_hand_counts_from_the_start() -> None:
    floor = Floor(Plan(document(agent("ana")), "hash"))
    seat = floor.seat(Agent("ana", status="ready", languages={"et": LanguageLevel()}))
    floor.place(seat)
    assert chosen(floor, interaction(language="et")) == ["ana"]
    assert chosen(floor, interaction(language="en")) == []


def test_cost_of_delay_goes_before_age_and_an_emergency_before_all() -> None:
    floor = floor_of(agent("ana"), order="cost_of_delay")
    old = interaction("old", order_ms=NOW - 9_000, delay_weight=1)
    dear = interaction("dear", order_ms=NOW - 1_000, delay_weight=10**15)
    urgent = interaction("urgent", order_ms=NOW - EMERGENCY_MS, delay_weight=1)
    for it, wanted in ((old, old), (dear, dear), (urgent, urgent)):
        floor.enqueue(it)
        assert first(floor, "ana") == wanted.id
    standings = [floor.standing(it, NOW) for it in (urgent, dear, old)]
    assert standings == sorted(standings)


def test_requirements_that_nobody_waits_with_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(floor_module, "LINES_BEFORE_CLEARING", 10)
    floor = floor_of(agent("ana"))
    for number in range(100):
        floor.line(interaction("odd", skills=((f"skill-{number}", 1),)))
    it = interaction()
    floor.enqueue(it)
    for number in range(100):
        floor.line(interaction("odd", skills=((f"skill-{number}", 2),)))
    assert len(floor.lines) <= 10
    assert (first(floor, "ana"), chosen(floor, it)) == (it.id, ["ana"])
    floor.dequeue(it)
    assert first(floor, "ana") is None


def test_a_seat_works_until_it_holds_nothing_that_was_accepted() -> None:
    floor = floor_of(agent("ana"))
    seat = hold(floor, "ana", "chat")
    seat.offered.add("boston:1")
    assert not seat.works()
    seat.offered.clear()
    assert seat.works()
    hold(floor, "ana", "chat", -1)
    assert not seat.works()


def test_a_shelf_that_takes_the_place_of_an_empty_one_is_found_once() -> None:
    # given: a search that has passed two shelves of a rack
    @dataclass(eq=False, slots=True)
    class One:
        traits: tuple[int, ...] = (0,)
        open: tuple[int, ...] = (0,)
        shelf: Shelf[Any] | None = None
        bit: int = 0
        key: Key = ()

    rack: Rack[One] = Rack(1, size=2)
    ones = [One() for _ in range(6)]
    for number, one in enumerate(ones):
        rack.add(one, (number,))
    search = Search(rack, 0, [(0,)])
    assert sum(found[1].bit_count() for at in range(3) if (found := search.nth(at))) == 6
    # when: the first becomes empty, so that the second is the first now
    for one in ones[:2]:
        rack.remove(one)
    # then
    counted, at = 0, 0
    while (found := search.nth(at)) is not None:
        counted, at = counted + found[1].bit_count(), at + 1
    assert counted == 4
