"""The embedded broker: the part of Kafka's protocol that Switchyard uses, in memory, on loopback.

For trying out and for tests, never for production: nothing survives its end, and it has no
groups, transactions, compaction or retention (docs/decisions/0005).
"""

from switchyard.brokers.embedded.process import EmbeddedBroker, EmbeddedBrokerError

__all__ = ["EmbeddedBroker", "EmbeddedBrokerError"]
