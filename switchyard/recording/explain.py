"""Why an interaction was where it was, asked of a recording: the log decided again up to there."""

from typing import Any

from shared.contracts.configuration import hash_of, read_document
from shared.contracts.event import Event
from shared.contracts.explanation import InteractionExplained
from shared.contracts.interactions import ExplanationRequested
from shared.contracts.system import EventRejected
from shared.contracts.topics import partition_of
from shared.runner.shard import Shard
from switchyard.recording.compare import skips_of
from switchyard.recording.cores import CORES
from switchyard.recording.file import Recording

QUESTION = "explain"  # event id of a question that is in no log
POOLS_AT_MOST = 20  # that an interaction was moved through; a router lets it move ten times


class NotInRecordingError(Exception):
    """The recording cannot answer; the message says why."""


def explain_recorded(
    recording: Recording, interaction_id: str, *, at_ms: int | None = None
) -> InteractionExplained:
    """What the router would have answered then.

    Args:
        at_ms: as of this logical time, all that it led to included; None: the end of the recording.

    Raises:
        NotInRecordingError: not a recording of the router, or the interaction was not known then.
    """
    if recording.service != "router":
        raise NotInRecordingError(f"the recording is of the {recording.service}, not of the router")
    pool, _, _ = interaction_id.partition(":")
    for _ in range(POOLS_AT_MOST):
        answer = _answer(recording, pool, interaction_id, at_ms)
        if isinstance(answer, InteractionExplained):
            return answer
        if isinstance(answer, EventRejected):
            raise NotInRecordingError(answer.message)
        if not isinstance(answer, ExplanationRequested):
            break
        pool = answer.pool  # it had been transferred there
    raise NotInRecordingError(f"the recording does not say where {interaction_id} went")


def _answer(
    recording: Recording, pool: str, interaction_id: str, at_ms: int | None
) -> Event | None:
    shard = _shard_at(recording, partition_of(pool, recording.partitions), at_ms)
    now = max(shard.meta.now_ms, at_ms or 0)
    question = ExplanationRequested(
        event_id=QUESTION,
        pool=pool,
        at_ms=now,
        by="operator",
        actor="operator",
        interaction_id=interaction_id,
    )
    answer: Event | None = None
    for fact in shard.core.decide(shard.state, question, now):
        shard.core.evolve(shard.state, fact)
        if QUESTION in (fact.cause, fact.event_id):
            answer = fact
    return answer


def _shard_at(recording: Recording, partition: int, at_ms: int | None) -> Shard[Any]:
    """The router's shard as it was after the last record by then."""
    shard: Shard[Any] = Shard(
        CORES["router"],
        partition=partition,
        partitions=recording.partitions,
        documents={hash_of(it): read_document(it) for it in recording.documents},
    )
    heard = []
    for record in recording.records:
        if record.partition == partition:
            if at_ms is not None and record.at_ms > at_ms:
                break  # the log is in the order of what was heard
            heard.append(record)
    if heard:
        shard.take(heard, skips_of(recording.records, recording.service))
    return shard
