"""R7 at the end of a demo: what every service decided is decided again from its log."""

import asyncio

from shared.contracts.topics import PEOPLE_LOG, POOL_LOG, SYSTEM_LOG, partitions_of_topic
from shared.log import LogRecord
from switchyard.recording.compare import replay
from switchyard.recording.cores import CORES
from switchyard.recording.file import Recording
from switchyard.report.build import Topics
from switchyard.report.checker import replay_verdict
from switchyard.report.verdict import Verdict

# Not the runner's own batch size: another one must give the same facts.
BATCH_SIZE = 97


async def replay_all(topics: Topics, *, partitions: int) -> Verdict:
    """Replay every core, and say whether every fact came out equal."""
    return await asyncio.to_thread(_replay_all, topics, partitions)


def _replay_all(topics: Topics, partitions: int) -> Verdict:
    logs = {
        POOL_LOG: list(topics.pool_log),
        PEOPLE_LOG: list(topics.people_log),
        SYSTEM_LOG: list(topics.system_log),
    }
    documents = [record.value for record in topics.config if _is_document(record)]
    compared, differences = 0, list[str]()
    for name, core in CORES.items():
        found = replay(
            Recording(
                name,
                core.log,
                partitions_of_topic(core.log, partitions),
                documents,
                logs[core.log],
            ),
            core,
            batch_size=BATCH_SIZE,
        )
        compared += found.recorded
        if not found.equal:
            differences.append(f"{name}: {found.first_difference}")
    if differences:
        return replay_verdict("broken", compared, tuple(differences))
    return replay_verdict("held" if compared else "not_exercised", compared)


def _is_document(record: LogRecord) -> bool:
    return record.key is not None and record.key.startswith("document/") and bool(record.value)
