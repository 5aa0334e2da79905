"""Bringing a configuration to running services: what to publish, and the short visit that does."""
