"""Channels that are down: by which one an interaction waits meanwhile."""
