"""Answers to the requests that need no waiting: versions, metadata, produce, offsets, topics."""

from dataclasses import dataclass

from switchyard.brokers.embedded.storage import Topics
from switchyard.brokers.embedded.wire import Reader, Writer

PRODUCE, FETCH, LIST_OFFSETS, METADATA, API_VERSIONS, CREATE_TOPICS = 0, 1, 2, 3, 18, 19
VERSIONS = {  # API: lowest and highest version offered
    PRODUCE: (3, 3),
    FETCH: (4, 4),
    LIST_OFFSETS: (1, 1),
    METADATA: (0, 1),
    API_VERSIONS: (0, 0),
    CREATE_TOPICS: (0, 1),
}
NONE, OUT_OF_RANGE, UNKNOWN_TOPIC, UNSUPPORTED_VERSION, TOPIC_EXISTS = 0, 1, 3, 35, 36
NODE, LATEST, NO_TIME = 1, -1, -1


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int


def api_versions(error: int) -> bytes:
    answer = Writer().int16(error).int32(len(VERSIONS))
    for key, (lowest, highest) in VERSIONS.items():
        answer.int16(key).int16(lowest).int16(highest)
    return answer.result()


def metadata(request: Reader, version: int, topics: Topics, address: Address) -> bytes:
    wanted = request.array(request.text)
    if wanted is None or (version == 0 and not wanted):
        wanted = list(topics.by_name)
    answer = Writer().int32(1).int32(NODE).text(address.host).int32(address.port)
    if version >= 1:
        answer.text(None).int32(NODE)  # rack, controller
    answer.int32(len(wanted))
    for name in wanted:
        partitions = topics.by_name.get(name)
        answer.int16(NONE if partitions else UNKNOWN_TOPIC).text(name)
        if version >= 1:
            answer.int8(0)  # not internal
        answer.int32(len(partitions or []))
        for number in range(len(partitions or [])):
            answer.int16(NONE).int32(number).int32(NODE)
            answer.int32(1).int32(NODE).int32(1).int32(NODE)  # replicas, in sync
    return answer.result()


def create_topics(request: Reader, version: int, topics: Topics) -> bytes:
    """Name, number of partitions; replicas and settings mean nothing here."""

    def one() -> tuple[str, int]:
        name, partitions = request.text(), request.int32()
        request.int16()
        request.array(lambda: (request.int32(), request.array(request.int32)))
        request.array(lambda: (request.text(), request.string()))
        return name, partitions

    wanted = request.array(one) or []
    answer = Writer().int32(len(wanted))
    for name, partitions in wanted:
        created = topics.create(name, max(1, partitions))
        answer.text(name).int16(NONE if created else TOPIC_EXISTS)
        if version >= 1:
            answer.text(None)
    return answer.result()


def produce(request: Reader, topics: Topics) -> bytes | None:
    """None: the client wants no answer (acks=0)."""
    request.string()  # transactional id: there are no transactions
    acks = request.int16()
    request.int32()
    sent = request.array(
        lambda: (request.text(), request.array(lambda: (request.int32(), request.data())))
    )
    answer = Writer().int32(len(sent or []))
    for name, partitions in sent or []:
        answer.text(name).int32(len(partitions or []))
        for number, records in partitions or []:
            partition = topics.partition(name, number)
            error, first = UNKNOWN_TOPIC, -1
            if partition is not None:
                error, first = NONE, partition.append(records)
            answer.int32(number).int16(error).int64(first).int64(NO_TIME)
    return None if acks == 0 else answer.int32(0).result()


def list_offsets(request: Reader, topics: Topics) -> bytes:
    request.int32()  # replica
    asked = request.array(
        lambda: (request.text(), request.array(lambda: (request.int32(), request.int64())))
    )
    answer = Writer().int32(len(asked or []))
    for name, partitions in asked or []:
        answer.text(name).int32(len(partitions or []))
        for number, timestamp in partitions or []:
            partition = topics.partition(name, number)
            error = UNKNOWN_TOPIC if partition is None else NONE
            end = partition.next_offset if partition is not None else -1
            answer.int32(number).int16(error).int64(NO_TIME)
            answer.int64(end if timestamp == LATEST else 0)
    return answer.result()
