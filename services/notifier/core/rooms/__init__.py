"""Rooms that hear of alerts in groups, by the rules of Prometheus Alertmanager."""
