"""Brokers that Switchyard can start itself: the embedded one, and Apache Kafka without Docker."""
