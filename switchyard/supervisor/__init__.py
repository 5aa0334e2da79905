"""Starts a whole Switchyard on this machine: broker, topics, configuration, one process each."""
