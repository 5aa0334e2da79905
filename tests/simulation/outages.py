"""Outages of channels: the looks from outside, the people who declare, and the faults."""

from functools import partial
from random import Random

from shared.contracts.configuration import INSTALLATION
from shared.contracts.outage import (
    IncidentDeclared,
    IncidentOpened,
    IncidentResolved,
    IncidentResolveRequested,
    IncidentUpdatePosted,
    ProbeEnded,
)
from shared.contracts.topics import SYSTEM_LOG
from shared.contracts.words import Channel
from tests.simulation.faults import Fault
from tests.simulation.gateway import Front, Make
from tests.simulation.installation import Installation
from tests.simulation.process import Life, Process
from tests.simulation.topics import SeenRecord
from tests.simulation.weather import Weather
from tests.simulation.world import World

_TARGET = [(SYSTEM_LOG, INSTALLATION)]


class Prober:
    """Looks at each channel; it runs in every process that believes it holds the outage shard."""

    def __init__(
        self, world: World, installation: Installation, weather: Weather, chance: Random
    ) -> None:
        self._world, self._installation, self._weather = world, installation, weather
        self._chance = chance
        self.until_ms = 0

    def begin(self) -> None:
        for channel, watched in sorted(self._world.centre.outages.channels.items()):
            for probe in watched.probes:
                look = partial(self._look, channel, probe.name, probe.every_s * 1000)
                self._world.schedule.after(self._chance.randint(1_000, 60_000), look)

    def _look(self, channel: Channel, probe: str, every_ms: int) -> None:
        if self._world.now_ms > self.until_ms:
            return
        again = partial(self._look, channel, probe, every_ms)
        self._world.schedule.after(every_ms + self._chance.randint(-500, 500), again)
        processes = {self._installation.owners["outage", 0].process.name}
        processes |= {
            name
            for name, _, _ in self._installation.retired
            if name.startswith("outage.") and not self._world.calm
        }
        for name in sorted(processes):
            process = self._installation.processes[name]
            if process.life is Life.RUNNING and not process.clock.refuses():
                self._tell(process, channel, probe)

    def _tell(self, process: Process, channel: Channel, probe: str) -> None:
        at_ms = process.clock.now_ms()
        ended = ProbeEnded(
            event_id=f"probe:{channel}:{probe}:{process.name}:{at_ms}",
            pool=INSTALLATION,
            at_ms=at_ms,
            by="outage",
            channel=channel,
            probe=probe,
            outcome=self._weather.probe(channel, self._world.now_ms),
        )
        took_ms = self._chance.randint(20, 4_000)
        process.after(took_ms, partial(self._world.broker.append, SYSTEM_LOG, INSTALLATION, ended))


class Outages:
    """Faults of channels, and what people say of them."""

    def __init__(self, world: World, front: Front, weather: Weather, chance: Random) -> None:
        self._world, self._front, self._weather, self._chance = world, front, weather, chance
        self._said = 0
        self._open: dict[str, Channel] = {}
        world.broker.watch(("incident_opened",), self._opened)
        world.broker.watch(("incident_resolved",), self._resolved)

    def faults(self) -> list[Fault]:
        return [self.break_channel, self.break_channel, self.flap, self.quiet, self.cut_off,
                self.declare]  # fmt: skip

    def plan(self, over_ms: int) -> None:
        """Nearly every history has an outage long enough to be noticed by itself."""
        if self._chance.random() < 0.9:
            at_ms = self._chance.randint(over_ms // 10, over_ms * 6 // 10)
            self._world.schedule.after(at_ms, self.break_channel)

    def break_channel(self) -> None:
        channel: Channel = self._chance.choice(("chat", "chat", "voice", "email"))
        down_ms = self._chance.randint(3, 30) * 60_000
        self._weather.down.add(channel)
        self._world.story.fault("channel down", f"{channel}, for {down_ms // 60_000} minutes")
        self._world.schedule.after(down_ms, partial(self._weather.down.discard, channel))

    def flap(self) -> None:
        channel: Channel = self._chance.choice(("chat", "voice"))
        self._weather.flapping.add(channel)
        self._world.story.fault("channel flapping", channel)
        self._world.schedule.after(
            self._chance.randint(5, 20) * 60_000,
            partial(self._weather.flapping.discard, channel),
        )

    def quiet(self) -> None:
        channel: Channel = self._chance.choice(("chat", "email", "sms"))
        self._weather.quiet.add(channel)
        self._world.story.fault("channel quiet", f"no contact comes by {channel}")
        self._world.schedule.after(
            self._chance.randint(10, 40) * 60_000, partial(self._weather.quiet.discard, channel)
        )

    def cut_off(self) -> None:
        """Our own line is down: every look fails, also those at the references."""
        self._weather.cut_off = True
        self._world.story.fault("own line down", "looks say nothing")
        self._world.schedule.after(self._chance.randint(60_000, 600_000), self._reconnected)

    def _reconnected(self) -> None:
        self._weather.cut_off = False

    # People

    def declare(self) -> None:
        channel: Channel = self._chance.choice(("chat", "sms", "email", "voice"))
        pools = self._world.centre.names
        some = tuple(pools[:1]) if self._chance.random() < 0.2 else ()
        self._world.story.fault("declared by hand", f"{channel}, by a manager")
        self._say(
            lambda stamp: IncidentDeclared(
                **stamp, pool=INSTALLATION, actor="manager:m0", channel=channel, pools=some,
                severity=self._chance.choice(("minor", "minor", "major", "critical")),
                message="It is down.",
            )
        )  # fmt: skip

    def _opened(self, record: SeenRecord) -> None:
        opened = record.event()
        assert isinstance(opened, IncidentOpened)
        self._open[opened.incident_id] = opened.channel
        self._world.story.exercised["incident opened"] += 1
        by_hand = opened.opened_by == "person"
        if self._chance.random() < 0.4:
            self._later(60, 900, partial(self._update, opened.incident_id))
        if by_hand or self._chance.random() < 0.2:
            self._later(300, 2_400, partial(self._resolve, opened.incident_id))

    def _resolved(self, record: SeenRecord) -> None:
        resolved = record.event()
        assert isinstance(resolved, IncidentResolved)
        self._open.pop(resolved.incident_id, None)
        self._world.story.exercised["incident resolved"] += 1

    def _update(self, incident_id: str) -> None:
        self._say(
            lambda stamp: IncidentUpdatePosted(
                **stamp, pool=INSTALLATION, actor="manager:m1", incident_id=incident_id,
                status="identified", message="We know more.",
            )
        )  # fmt: skip

    def _resolve(self, incident_id: str) -> None:
        if incident_id in self._open:
            self._say(
                lambda stamp: IncidentResolveRequested(
                    **stamp, pool=INSTALLATION, actor="manager:m1", incident_id=incident_id
                )
            )

    def settle(self) -> None:
        """Everything works again; what nobody resolved is resolved by hand, after a while."""
        self._weather.clear()
        self._world.schedule.after(1_500_000, self._resolve_all)

    def _resolve_all(self) -> None:
        for incident_id in sorted(self._open):
            self._resolve(incident_id)

    def _later(self, least_s: int, most_s: int, call: Fault) -> None:
        self._world.schedule.after(self._chance.randint(least_s, most_s) * 1000, call)

    def _say(self, make: Make) -> None:
        self._said += 1
        self._front.submit(f"said:{self._said}", make, _TARGET)
