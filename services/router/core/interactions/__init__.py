"""The life of an interaction: arrival, messages, idling, transfer, end."""
