"""Judges a history by its logs, and by what only the simulated world knows. It imports no core."""
