"""The floor of one pool: lines of waiting interactions against shelves of ready agents.

All of it is derived from entities and the plan, and is built anew when either is replaced. Cost
per change does not grow with agents or interactions; a requirement seen for the first time costs
one pass over the kinds of agents who speak its languages.
"""

from collections.abc import Callable, Iterator

from services.router.core.languages import fallbacks
from services.router.core.line import Line
from services.router.core.lineup import Place
from services.router.core.model import Agent, Interaction
from services.router.core.plan import Kind, Plan, Requirement
from services.router.core.seat import Seat
from services.router.core.shelf import Shelf, tell
from shared.contracts.words import Channel

LINES_BEFORE_CLEARING = 5_000  # empty lines are forgotten when so many requirements were seen


class Floor:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.seats: dict[str, Seat] = {}
        self.shelves: dict[Kind, Shelf] = {}
        self._by_language: dict[tuple[Channel, str], list[Shelf]] = {}
        self.lines: dict[Requirement, Line] = {}
        self._by_bit: dict[int, Line] = {}
        self._occupied = 0  # bit set of lines in which somebody waits
        self._stirred: dict[int, Shelf] = {}
        self._lines_seen = 0
        self._lines_bound = LINES_BEFORE_CLEARING
        for agent_id in plan.agents:
            self.seat(Agent(id=agent_id))

    # Agents

    def seat(self, agent: Agent) -> Seat:
        """The agent's seat, made on first sight; it refers to the stored entity from then on."""
        seat = self.seats.get(agent.id)
        if seat is None:
            seat = self.seats[agent.id] = Seat(agent)
            configured = self.plan.agents.get(agent.id)
            if configured is not None:
                seat.capacity = configured.capacity_units
                for channel, kind in self.plan.kinds[agent.id].items():
                    seat.shelves[channel] = self._shelf(kind)
                    units = self.plan.channel(channel).units
                    seat.room[channel] = (units, self.plan.cap(configured, channel))
        seat.agent = agent
        return seat

    def take(self, seat: Seat, channel: Channel, number: int) -> None:
        """Hold (1) or release (-1) the capacity of one interaction."""
        seat.used += number * self.plan.channel(channel).units
        seat.load[channel] = seat.load.get(channel, 0) + number

    def place(self, seat: Seat) -> bool:
        """Put the agent on, and off, the shelves of his channels; True if he is on any."""
        agent, ready = seat.agent, seat.agent.status == "ready"
        stands = False
        for channel, shelf in seat.shelves.items():
            if ready and seat.has_room(channel):
                stands = True
                if shelf.live.get(agent.id) != agent.ready_since_ms:
                    shelf.add(agent.id, agent.ready_since_ms)
                    self._stirred[shelf.number] = shelf
            else:
                shelf.live.pop(agent.id, None)
        return stands

    def may_serve(self, agent_id: str, requirement: Requirement) -> bool:
        kind = self.plan.kinds.get(agent_id, {}).get(requirement.channel)
        return kind is not None and kind.position(requirement) is not None

    # Interactions

    def requirement(self, it: Interaction) -> Requirement:
        return Requirement(it.channel, (it.language, *it.other_languages), it.skills)

    def line(self, it: Interaction) -> Line:
        """The line for what this interaction requires; new requirements look at all shelves."""
        requirement = self.requirement(it)
        line = self.lines.get(requirement)
        return self._open(requirement) if line is None else line

    def anybody_for(self, it: Interaction, channel: Channel) -> bool:
        """Whether a configured agent could serve it by this channel, ready or not."""
        requirement = self.requirement(it)._replace(channel=channel)
        line = self.lines.get(requirement)
        return bool((self._open(requirement) if line is None else line).qualified)

    def waiting_by(self, channel: Channel) -> list[str]:
        """Ids of all who wait by this channel now."""
        return [
            id_
            for requirement, line in self.lines.items()
            if requirement.channel == channel
            for id_ in line.live
        ]

    def enqueue(self, it: Interaction) -> None:
        line = self.line(it)
        line.add(it.id, it.order_ms)
        self._occupied |= line.bit

    def dequeue(self, it: Interaction) -> None:
        line = self.lines.get(self.requirement(it))
        if line is not None:
            line.discard(it.id)
            if not line.live:
                self._occupied &= ~line.bit

    # Who and what

    def agents_for(self, line: Line) -> Iterator[tuple[int, Place]]:
        """(position of the customer's language, place) of eligible agents with room, in rank."""
        for shelf in self._stirred.values():
            tell(shelf)
        self._stirred.clear()
        for position, contest in enumerate(line.contests):
            for place, _ in contest.in_rank():
                yield position, place

    def count_eligible(self, line: Line, most: int) -> int:
        found = 0
        for contest in line.contests:
            found += contest.count(most - found)
        return found

    def first_waiting(self, seat: Seat, skip: Callable[[str], bool]) -> str | None:
        """The interaction that this agent should get, over all channels where he has room."""
        best: Place | None = None
        for shelf in seat.shelves.values():
            if seat.agent.id not in shelf.live:
                continue
            lines = shelf.serves & self._occupied
            while lines:
                bit = lines & -lines
                lines ^= bit
                line = self._by_bit[bit]
                place = line.first()
                if place is not None and skip(place[1]):
                    place = next((it for it in line if not skip(it[1])), None)
                if place is not None and (best is None or place < best):
                    best = place
        return best[1] if best else None

    def _shelf(self, kind: Kind) -> Shelf:
        shelf = self.shelves.get(kind)
        if shelf is None:
            shelf = self.shelves[kind] = Shelf(len(self.shelves), kind)
            for tag in kind.languages:
                self._by_language.setdefault((kind.channel, tag), []).append(shelf)
        return shelf

    def _open(self, requirement: Requirement) -> Line:
        if len(self.lines) >= self._lines_bound:
            self._clear_lines()
        line = Line(self._lines_seen, requirement)
        self._lines_seen += 1
        self.lines[requirement] = self._by_bit[line.bit] = line
        self._admit(line)
        return line

    def _admit(self, line: Line) -> None:
        channel, languages, _ = line.requirement
        for position, tag in enumerate(languages):
            for form in fallbacks(tag):
                for shelf in self._by_language.get((channel, form), ()):
                    line.admit(shelf, position)

    def _clear_lines(self) -> None:
        """Forget requirements nobody waits with, so that odd ones do not pile up for ever."""
        kept = [line for line in self.lines.values() if line.live]
        for shelf in self.shelves.values():
            shelf.serves, shelf.contests, shelf.dropped_by, shelf.told = 0, [], [], None
        self.lines, self._by_bit, self._occupied, self._lines_seen = {}, {}, 0, len(kept)
        for number, old in enumerate(kept):
            line = Line(number, old.requirement)
            for id_, order_ms in old.live.items():
                line.add(id_, order_ms)
            self.lines[line.requirement] = self._by_bit[line.bit] = line
            self._occupied |= line.bit
            self._admit(line)
        self._lines_bound = max(LINES_BEFORE_CLEARING, 2 * len(kept))
