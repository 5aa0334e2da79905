"""Chance from the seed: one stream per subject, so that one subject's dice disturb no other's."""

from random import Random


class Chance:
    def __init__(self, seed: int) -> None:
        self.seed = seed

    def of(self, subject: str) -> Random:
        """The same stream for the same seed and subject, on every machine."""
        return Random(f"{self.seed}/{subject}")
