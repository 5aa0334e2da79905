"""Small configuration documents for tests."""

from shared.contracts.configuration import ChannelSettings, PoolDocument, Queue


def small_pool(pool: str) -> PoolDocument:
    return PoolDocument(
        pool=pool,
        default_language="en",
        default_queue="general",
        queues=(Queue(name="general"),),
        channels={"chat": ChannelSettings()},
    )
