"""Each kind of event as one plain English sentence, with its reason."""

from switchyard.cli.sentences import (
    escalation,
    interactions,
    notification,
    outage,
    routing,
    system,
)
from switchyard.cli.sentences.base import sentence, sentence_of

__all__ = [
    "escalation",
    "interactions",
    "notification",
    "outage",
    "routing",
    "sentence",
    "sentence_of",
    "system",
]
