"""The floor of one pool: lines of waiting interactions against racks of ready agents.

All of it is derived from entities and the plan, and is built anew when either is replaced. Cost
per change does not grow with agents or interactions, nor with how much agents differ; a
requirement seen for the first time costs no pass over anybody.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import UNSET

from services.router.core.floor.asked import Asked
from services.router.core.floor.contest import SIGNED_IN, Contest, Racks, Ranked
from services.router.core.floor.line import Line
from services.router.core.floor.lineup import Place
from services.router.core.floor.order import Standing, by_age, by_cost, standing
from services.router.core.floor.rack import Rack
from services.router.core.floor.seat import Chair, Room, Rooms, Seat
from services.router.core.floor.traits import Kind, Traits
from services.router.core.floor.waiting import Waiting
from services.router.core.model import Agent, Interaction
from services.router.core.plan import Plan, Requirement
from shared.contracts.configuration import Agent as ConfiguredAgent
from shared.contracts.words import CHANNELS, Channel

LINES_BEFORE_CLEARING = 20_000  # empty lines are forgotten when so many requirements were seen
DOORS: Mapping[Channel, int] = {channel: door for door, channel in enumerate(CHANNELS)}
DOOR_SETS = tuple(  # by bit set, so that equal ones are one object
    tuple(door for door in range(len(CHANNELS)) if doors >> door & 1)
    for doors in range(1 << len(CHANNELS))
)
SEAT_SHELF = 512  # places; agents come in at the end, nearly always
LINE_SHELF = 512  # lines come in anywhere, so shelves are divided often
ROSTER_SHELF = 1024  # nobody comes in

__all__ = ["Floor", "Ranked"]


class Floor:
    """`places`: of a shelf, for all racks; None: as many as suit each. Tests take few."""

    def __init__(self, plan: Plan, places: int | None = None) -> None:
        self.plan = plan
        self.seats: dict[str, Seat] = {}
        self.lines: dict[Requirement, Line] = {}
        configured = plan.document.agents
        self._traits = Traits(with_rings=any(it.rings for it in configured))
        kinds = [self._kind(it, None) for it in configured]
        self._nobody = self._traits.kind({}, {}, (), interpreter=False)
        self._racks = Racks(plan.choice, self._traits, places or SEAT_SHELF)
        self._roster: Rack[Chair] = Rack(self._traits.count, places or ROSTER_SHELF)
        self._line_places = places or LINE_SHELF
        self._waiting = Waiting(self._traits, self._line_places)
        self._contests: dict[Requirement, Contest] = {}
        self._key = plan.choice.key
        self._only_rack = None if plan.choice.divides else self._racks.rack(())
        self._line_of: dict[str, Line] = {}
        self._lines_bound = LINES_BEFORE_CLEARING
        self._units = {it: _units(plan, it) for it in CHANNELS}
        self._rooms: dict[object, Rooms] = {}
        paced = plan.document.pace.channels if plan.document.pace is not None else ()
        self._unpaced = sum(1 << DOORS[it] for it in CHANNELS if paced and it not in paced)
        self._by_delay = plan.document.order == "cost_of_delay"
        for number, (it, kind) in enumerate(zip(configured, kinds, strict=True)):
            self._sit(it, kind, number)

    # Agents

    def seat(self, agent: Agent) -> Seat:
        """The agent's seat, made on first sight; it refers to the stored entity from then on."""
        seat = self.seats.get(agent.id)
        if seat is None:
            seat = self.seats[agent.id] = Seat(agent, self._nobody, 0, Rooms(()))
        if seat.agent is not agent:
            seat.agent = agent
            if agent.skills is not UNSET or agent.languages is not UNSET:
                self.reskill(agent)
        return seat

    def take(self, seat: Seat, channel: Channel, number: int) -> None:
        """Hold (1) or release (-1) the capacity of one interaction."""
        units, interruptible = self._units[channel]
        seat.used += number * units
        if not interruptible:
            seat.firm += number * units
        seat.load[channel] = seat.load.get(channel, 0) + number

    def place(self, seat: Seat) -> bool:
        """Put the agent where he stands among those who have room; False: he has none.

        To be called after any change of him or of what he holds.
        """
        here = seat.is_there
        if here is not seat.signed_in:
            self._sign_in(seat, here=here)
        open_ = self._open(seat) if here else ()
        rack = seat.rack if seat.shelf is not None else None
        if not open_:
            if rack is not None:
                rack.remove(seat)
            return False
        key, wanted = self._key(seat), self._only_rack
        if wanted is None:
            wanted = self._racks.rack(self.plan.choice.rack(seat))
        if rack is not None:
            if rack is wanted and seat.key == key:
                if seat.open is not open_:
                    rack.reopen(seat, open_)
                return True
            rack.remove(seat)
        seat.rack, seat.open = wanted, open_
        wanted.add(seat, key)
        return True

    def reskill(self, agent: Agent) -> None:
        """He may serve what his skills and languages say now, changed by hand or not any more."""
        seat, configured = self.seats[agent.id], self.plan.agents.get(agent.id)
        if configured is None:
            return
        known = self._traits.count
        kind = self._kind(configured, agent)
        if self._traits.count != known:
            self._renew()
        if seat.shelf is not None and seat.rack is not None:
            seat.rack.remove(seat)
        seat.kind, seat.traits = kind, kind.traits
        if seat.chair is not None:
            self._roster.remove(seat.chair)
            seat.chair.traits = kind.traits
            self._roster.add(seat.chair, seat.chair.key)
        self.place(seat)

    def may_serve(self, agent_id: str, requirement: Requirement) -> bool:
        """Whether he may at all, be he there and have room or not."""
        seat = self.seats.get(agent_id)
        return (
            seat is not None
            and requirement.channel in seat.room
            and requirement.agent_id in (None, agent_id)
            and self._contest(requirement).asked.admits(seat.kind)
        )

    def could_take(self, line: Line, agent_id: str) -> bool:
        """Whether he may serve it, and has room now."""
        seat = self.seats.get(agent_id)
        return (
            seat is not None
            and seat.shelf is not None
            and line.contest.door in seat.open
            and self.may_serve(agent_id, line.requirement)
        )

    # Interactions

    def requirement(self, it: Interaction) -> Requirement:
        """What it requires in its present step, of its preferred agent alone while it has one."""
        return Requirement._make(_required(it, it.delay_weight if self._by_delay else 0))

    def line(self, it: Interaction) -> Line:
        """The line for what this interaction requires; the one in which it waits, if it does."""
        return self._line_of.get(it.id) or self._line_by(it)

    def line_for(self, requirement: Requirement) -> Line:
        if requirement.delay_weight and not self._by_delay:
            requirement = requirement._replace(delay_weight=0)
        line = self.lines.get(requirement)
        if line is None:
            if len(self.lines) >= self._lines_bound:
                self._clear_lines()
            line = self.lines[requirement] = Line(requirement, self._contest(requirement))
        return line

    def anybody_for(self, it: Interaction, channel: Channel) -> bool:
        """Whether a configured agent could serve it by this channel, ready or not."""
        return self._contest(self.requirement(it)._replace(channel=channel)).exists()

    def waiting_by(self, channel: Channel) -> list[str]:
        """Ids of all who wait by this channel now."""
        return [
            id_
            for requirement, line in self.lines.items()
            if requirement.channel == channel
            for id_ in line.live
        ]

    def enqueue(self, it: Interaction) -> None:
        line = self._line_of[it.id] = self._line_by(it)
        self._waiting.add(line, it.id, it.order_ms)

    def dequeue(self, it: Interaction) -> None:
        line = self._line_of.pop(it.id, None)
        if line is not None:
            self._waiting.discard(line, it.id)

    def standing(self, it: Interaction, now: int) -> Standing:
        """The key by which interactions are compared; smaller is served earlier."""
        return standing(it, now, by_delay=self._by_delay)

    # Who and what

    def agents_for(self, line: Line) -> Iterator[Ranked]:
        """Eligible agents with room, best first. To be read while nothing changes."""
        agent_id = line.requirement.agent_id
        if agent_id is None:
            return line.contest.ranked()
        if not self.could_take(line, agent_id):
            return iter(())
        return iter((Ranked(line.contest.rank(self.seats[agent_id]), agent_id),))

    def count_eligible(self, line: Line, most: int) -> int:
        """How many agents_for() has, up to `most`."""
        agent_id = line.requirement.agent_id
        if agent_id is None:
            return line.contest.count(most)
        return min(most, int(self.could_take(line, agent_id)))

    def position(self, line: Line, agent_id: str) -> int:
        """Which language of the requirement he serves it in."""
        return line.contest.asked.position(self.seats[agent_id].kind) or 0

    def exists(self, line: Line) -> bool:
        """Whether anybody is configured who may serve it, there or not."""
        agent_id = line.requirement.agent_id
        if agent_id is not None:
            return self.may_serve(agent_id, line.requirement)
        return line.contest.exists()

    def present(self, line: Line) -> bool:
        """Whether anybody who may serve it is there, busy or not; who only ends his work is not."""
        agent_id = line.requirement.agent_id
        if agent_id is not None:
            return self.may_serve(agent_id, line.requirement) and self.seats[agent_id].is_there
        return line.contest.present()

    def signed_in(self, line: Line, most: int) -> tuple[list[Seat], int]:
        """Who is there and may serve it, busy or not: some, as configured, and how many more.

        Also where one agent is preferred: those whom it would go to without him.
        """
        numbers, more = line.contest.signed_in(most)
        configured = self.plan.document.agents
        return [self.seats[configured[number].id] for number in numbers], more

    def first_waiting(self, seat: Seat, skip: Callable[[str], bool], now: int) -> str | None:
        """The interaction that this agent should get, over all channels where he has room."""
        if seat.shelf is None:
            return None

        def stands(line: Line, place: Place) -> Standing:
            if self._by_delay:
                return by_cost(*place, line.requirement.delay_weight, now)
            return by_age(*place)

        return self._waiting.first_for(seat, skip, stands)

    def beside(self, line: Line) -> Iterator[Line]:
        """Lines in which somebody waits for an agent who may serve this one, too; itself first.

        Looks at all lines and the whole roster: for explanations.
        """
        if line.live:
            yield line
        for other in self.lines.values():
            if other.live and other is not line and line.contest.meets(other.contest):
                yield other

    def occupied(self, most: int) -> list[Line] | None:
        """All lines in which somebody waits, in no order; None: they are more than `most`."""
        return self._waiting.occupied(most)

    def count_before(self, line: Line, it: Interaction, now: int) -> int:
        """How many of a line stand before this one; whoever came at the same instant counts, too.

        Costs one comparison of integers for each.
        """
        weight, orders = line.requirement.delay_weight, line.live.values()
        if not self._by_delay:
            mine_ms = it.order_ms
            found = len([at_ms for at_ms in orders if at_ms <= mine_ms])
        else:
            mine = by_cost(it.order_ms, it.id, it.delay_weight, now)[:2]
            found = sum(by_cost(at_ms, "", weight, now)[:2] <= mine for at_ms in orders)
        return found - (it.id in line.live)

    # Inside

    def _line_by(self, it: Interaction) -> Line:
        """A plain tuple finds the line of an equal Requirement, and takes less time to make."""
        required: Any = _required(it, it.delay_weight if self._by_delay else 0)
        return self.lines.get(required) or self.line_for(Requirement._make(required))

    def _sit(self, configured: ConfiguredAgent, kind: Kind, number: int) -> None:
        agent_id = configured.id
        room = self._room(configured)
        seat = Seat(Agent(id=agent_id), kind, configured.capacity_units, room)
        self.seats[agent_id] = seat
        seat.chair = Chair(number, kind.traits)
        seat.chair.open = DOOR_SETS[sum(1 << it.door for it in room.values())]
        self._roster.add(seat.chair, seat.chair.key)

    def _room(self, configured: ConfiguredAgent) -> Rooms:
        """A channel that never fits into his capacity is not his. Equal ones are one object."""
        key = (configured.capacity_units, tuple(sorted(configured.channels.items())))
        room = self._rooms.get(key)
        if room is None:
            plan = self.plan
            room = self._rooms[key] = Rooms(
                (channel, Room(units, plan.cap(configured, channel), interruptible, DOORS[channel]))
                for channel, (units, interruptible) in self._units.items()
                if plan.cap(configured, channel) != 0 and units <= configured.capacity_units
            )
        return room

    def _kind(self, configured: ConfiguredAgent, agent: Agent | None) -> Kind:
        skills, languages = configured.skills, configured.languages
        if agent is not None and agent.skills is not UNSET:
            skills = agent.skills
        if agent is not None and agent.languages is not UNSET:
            languages = agent.languages
        return self._traits.kind(
            skills, languages, configured.rings, interpreter=configured.interpreter
        )

    def _open(self, seat: Seat) -> tuple[int, ...]:
        """Doors of channels by which he may be offered something now; he is there."""
        rooms = seat.room
        doors = rooms.fitting(seat.capacity - seat.used, seat.capacity - seat.firm)
        for channel, cap, door in rooms.capped:
            if seat.load.get(channel, 0) >= cap:
                doors &= ~(1 << door)
        if seat.agent.withheld:
            doors &= self._unpaced if seat.agent.withheld.keys() == {"pace"} else 0
        return DOOR_SETS[doors]

    def _sign_in(self, seat: Seat, *, here: bool) -> None:
        """In, or out."""
        seat.signed_in = here
        if seat.chair is not None:
            doors = tuple(it.door for it in seat.room.values())
            present = tuple(SIGNED_IN + it for it in doors) if here else ()
            self._roster.reopen(seat.chair, doors + present)

    def _contest(self, requirement: Requirement) -> Contest:
        """Neither weight nor preference matters for who may serve it."""
        asked = requirement._replace(delay_weight=0, agent_id=None)
        contest = self._contests.get(asked)
        if contest is None:
            channel = requirement.channel
            least = self.plan.channel(channel).min_language_level
            wanted = Asked(asked, least, self._traits)
            contest = Contest(wanted, DOORS[channel], self._racks, self._roster)
            if len(self._contests) >= 2 * self._lines_bound:
                self._contests.clear()  # lines keep their own
            self._contests[asked] = contest
        return contest

    def _renew(self) -> None:
        """There are new traits, so what is asked may be met by more of them."""
        self._racks.widen()
        self._roster.widen(self._traits.count)
        self._contests.clear()
        self._rebuild(list(self.lines.values()))

    def _clear_lines(self) -> None:
        """Forget requirements nobody waits with, so that odd ones do not pile up for ever."""
        kept = [line for line in self.lines.values() if line.live]
        self._contests = {}
        self._traits.forget()
        self.lines = {it.requirement: it for it in kept}
        self._lines_bound = max(LINES_BEFORE_CLEARING, 2 * len(kept))

    def _rebuild(self, old: list[Line]) -> None:
        self._waiting = Waiting(self._traits, self._line_places)
        self.lines = {}
        for was in old:
            if was.live:
                line = self.line_for(was.requirement)
                for id_, order_ms in was.live.items():
                    self._line_of[id_] = line
                    self._waiting.add(line, id_, order_ms)


def _units(plan: Plan, channel: Channel) -> tuple[int, bool]:
    settings = plan.channel(channel)
    return settings.units, settings.interruptible


def _required(it: Interaction, weight: int) -> tuple[Any, ...]:
    """The fields of its Requirement."""
    agent_id = it.preferred.agent_id if it.preferred else None
    if it.steps is UNSET:
        languages = (it.language, *it.other_languages) if it.other_languages else (it.language,)
        return it.channel, languages, it.skills, it.language_level, (), weight, agent_id
    step = it.steps[it.step]
    return (
        it.channel, step.languages, step.skills, step.language_level, step.rings,
        weight, agent_id,
    )  # fmt: skip
