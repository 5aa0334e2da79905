"""The floor's lazy heaps against plain sorting: the same agents in the same order."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.router.core.floor import Floor
from services.router.core.line import Line
from services.router.core.lineup import Lineup
from services.router.core.model import Agent, Interaction
from services.router.core.plan import Plan
from shared.contracts.configuration import PoolDocument
from tests.support.router_shard import agent, document

AGENTS = tuple(
    agent(f"a{number}", *languages, skills=skills)
    for number, (languages, skills) in enumerate(
        (languages, skills)
        for languages in (("en",), ("en", "pt"))
        for skills in ({"snow": 1}, {"snow": 3})
        for _ in range(2)
    )
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from([it.id for it in AGENTS]),
        st.sampled_from((None, 1, 2, 3, 4, 5, 6, 7)),  # away, or ready since; may go back in time
        st.booleans(),  # whether somebody looks after this step
        st.sampled_from([("en",), ("en",), ("pt", "en"), ("pt-BR",)]),
        st.sampled_from([(), (), (("snow", 3),)]),
    ),
    max_size=40,
)


def expected(
    doc: PoolDocument, floor: Floor, languages: tuple[str, ...], skills: tuple[tuple[str, int], ...]
) -> list[tuple[int, tuple[int, str]]]:
    found = []
    for it in doc.agents:
        entity = floor.seats[it.id].agent
        speaks = [n for n, tag in enumerate(languages) if tag.split("-")[0] in it.languages]
        able = all(it.skills.get(skill, 0) >= level for skill, level in skills)
        if entity.status == "ready" and able and speaks:
            found.append((speaks[0], (entity.ready_since_ms, it.id)))
    return sorted(found)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_agents_come_in_rank_whatever_happened_before(
    steps: list[tuple[str, int | None, bool, tuple[str, ...], tuple[tuple[str, int], ...]]],
) -> None:
    doc = document(*AGENTS)
    floor = Floor(Plan(doc, "hash"))
    for id_, since, looks, languages, skills in steps:
        seat = floor.seat(Agent(id=id_) if id_ not in floor.seats else floor.seats[id_].agent)
        seat.agent.status = "ready" if since is not None else "away"
        seat.agent.ready_since_ms = since if since is not None else seat.agent.ready_since_ms
        floor.place(seat)
        if looks:
            line: Line = floor.line(
                Interaction(
                    id="boston:1", channel="chat", body_hash="", queue="general",
                    language=languages[0], other_languages=languages[1:], skills=skills,
                    language_source="given", priority="normal", waiting_since_ms=0, order_ms=0,
                )
            )  # fmt: skip
            wanted = expected(doc, floor, languages, skills)
            assert next(floor.agents_for(line), None) == (wanted[0] if wanted else None)
            assert list(floor.agents_for(line)) == wanted
            assert floor.count_eligible(line, 50) == len(wanted)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.one_of(st.none(), st.integers(-9, 9))), max_size=90)
)
def test_a_lineup_is_a_sorted_dict(steps: list[tuple[int, int | None]]) -> None:
    lineup, plain = Lineup(), dict[str, int]()
    for number, place in steps:
        if place is None:
            lineup.discard(str(number))
            plain.pop(str(number), None)
        else:
            lineup.add(str(number), place)
            plain[str(number)] = place
        wanted = sorted((place, id_) for id_, place in plain.items())
        assert list(lineup) == wanted
        assert lineup.first() == (wanted[0] if wanted else None)
