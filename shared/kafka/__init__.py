"""The Kafka edge: one way to connect, to append, to follow, and to declare topics."""
