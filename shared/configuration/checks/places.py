"""Where the parts of a pool's document stand in its files."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.configuration.findings import Findings
from shared.configuration.folder import PoolFolder
from shared.configuration.shape import Report, Steps


@dataclass(frozen=True, slots=True)
class Places:
    """Tells findings about a document: of an agent at his own line, all others in pool.yaml."""

    pool: Report
    agents: dict[str, tuple[Report, Steps]] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: PoolFolder, findings: Findings) -> "Places":
        assert folder.pool is not None
        agents: dict[str, tuple[Report, Steps]] = {}
        for file in folder.agents:
            report = Report(file, findings)
            for index, agent in enumerate(file.value.agents):
                agents.setdefault(agent.id, (report, ("agents", index)))
        return cls(Report(folder.pool, findings), agents)

    def error(self, steps: Steps, problem: str, remedy: str, *, on_key: bool = False) -> None:
        self.pool.error(steps, problem, remedy, on_key=on_key)

    def warning(self, steps: Steps, problem: str, remedy: str) -> None:
        self.pool.warning(steps, problem, remedy)

    def agent_error(self, agent_id: str, steps: Steps, problem: str, remedy: str) -> None:
        report, place = self.agents[agent_id]
        report.error((*place, *steps), problem, remedy)

    def agent_warning(self, agent_id: str, steps: Steps, problem: str, remedy: str) -> None:
        report, place = self.agents[agent_id]
        report.warning((*place, *steps), problem, remedy)


def quoted(names: Iterable[str], most: int = 6) -> str:
    """Names for a sentence: `a`, `b` and 3 more."""
    words = [f"`{name}`" for name in names]
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
