"""Creates the declared topics, and compares what is there with what is declared."""

from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from shared.contracts.topics import TOPICS, Topic
from shared.kafka.connection import Connection

DEFAULT_PARTITIONS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something about a topic that is not as declared, and what to do."""

    topic: str
    problem: str
    remedy: str


def settings_of(topic: Topic) -> dict[str, str]:
    """The topic's settings on the broker; state compacts early, so that a restore stays short."""
    settings = {
        "cleanup.policy": topic.cleanup,
        "retention.ms": str(topic.retention_ms),
        "message.timestamp.type": topic.timestamps,
    }
    if topic.cleanup == "compact":
        settings |= {
            "segment.bytes": str(64 << 20),
            "segment.ms": "600000",
            "min.cleanable.dirty.ratio": "0.2",
        }
    return settings


async def create_topics(
    connection: Connection,
    *,
    partitions: int = DEFAULT_PARTITIONS,
    replication: int = 1,
    topics: tuple[Topic, ...] = TOPICS,
) -> list[str]:
    """Create what is missing and leave the rest as it is. Returns the names created.

    Raises:
        aiokafka.errors.KafkaError: the broker refused.
    """
    admin = AIOKafkaAdminClient(**connection.client())
    await admin.start()
    try:
        there = set(await admin.list_topics())
        created = []
        for topic in topics:
            if topic.name in there:
                continue
            new = NewTopic(
                name=topic.name,
                num_partitions=topic.partitions or partitions,
                replication_factor=replication,
                topic_configs=settings_of(topic) if connection.transactions else {},
            )
            answer = await admin.create_topics([new])
            for _name, code, *_rest in answer.topic_errors:
                error = for_code(code)
                if code and error is not TopicAlreadyExistsError:
                    raise error(f"topic {topic.name}")
            created.append(topic.name)
        return created
    finally:
        await admin.close()


async def check_topics(
    connection: Connection, topics: tuple[Topic, ...] = TOPICS
) -> list[Difference]:
    """What differs from the declaration; empty if all is well."""
    admin = AIOKafkaAdminClient(**connection.client())
    await admin.start()
    try:
        there = {each["topic"]: each for each in await admin.describe_topics()}
        differences = []
        sizes: dict[str, int] = {}
        for topic in topics:
            if topic.name not in there:
                differences.append(
                    Difference(
                        topic=topic.name,
                        problem="does not exist",
                        remedy="run `switchyard topics create`",
                    )
                )
                continue
            sizes[topic.name] = len(there[topic.name]["partitions"])
            if connection.transactions:
                differences += await _compare_settings(admin, topic)
        return differences + _compare_sizes(sizes, topics)
    finally:
        await admin.close()


async def _compare_settings(admin: AIOKafkaAdminClient, topic: Topic) -> list[Difference]:
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name)])
    found = {entry[0]: entry[1] for answer in answers for entry in answer.resources[0][4]}
    return [
        Difference(
            topic=topic.name,
            problem=f"{name} is {found.get(name)}, declared is {wanted}",
            remedy=f"alter the topic: --add-config {name}={wanted}",
        )
        for name, wanted in settings_of(topic).items()
        if found.get(name) != wanted
    ]


def _compare_sizes(sizes: dict[str, int], topics: tuple[Topic, ...]) -> list[Difference]:
    """A log and the state of its readers must have equally many partitions."""
    free = {topic.name: sizes[topic.name] for topic in topics if topic.name in sizes}
    counts = {n for name, n in free.items() if _declared(name, topics).partitions is None}
    if len(counts) <= 1:
        return []
    told = ", ".join(f"{name}: {number}" for name, number in sorted(free.items()))
    return [
        Difference(
            topic="*",
            problem=f"logs and state topics differ in partitions ({told})",
            remedy="create them anew with one `--partitions`; the number is fixed at creation",
        )
    ]


def _declared(name: str, topics: tuple[Topic, ...]) -> Topic:
    return next(topic for topic in topics if topic.name == name)
