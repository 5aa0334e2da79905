"""Which channels truly work, as the world knows it and our system has to find out."""

from dataclasses import dataclass, field

from shared.contracts.words import Channel, ProbeOutcome


@dataclass(slots=True)
class Weather:
    """`down`: contacts do not get in, and looks from outside fail. `quiet`: only the first."""

    down: set[Channel] = field(default_factory=set)
    quiet: set[Channel] = field(default_factory=set)
    flapping: set[Channel] = field(default_factory=set)
    cut_off: bool = False  # our own line is down: nothing can be reached from here

    def reaches(self, channel: Channel) -> bool:
        return channel not in self.down and channel not in self.quiet

    def probe(self, channel: Channel, at_ms: int) -> ProbeOutcome:
        if self.cut_off:
            return "isolated"
        if channel in self.flapping:
            return "ok" if at_ms // 120_000 % 2 else "failed"
        return "failed" if channel in self.down else "ok"

    def clear(self) -> None:
        self.down.clear()
        self.quiet.clear()
        self.flapping.clear()
        self.cut_off = False
