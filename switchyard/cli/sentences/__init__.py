"""Each kind of event as one plain English sentence, with its reason."""

from switchyard.cli.sentences import (
    agents,
    customers,
    endings,
    escalation,
    explained,
    interactions,
    needs,
    notification,
    outage,
    routing,
    supervision,
    system,
    telling,
)
from switchyard.cli.sentences.base import sentence, sentence_of

__all__ = [
    "agents",
    "customers",
    "endings",
    "escalation",
    "explained",
    "interactions",
    "needs",
    "notification",
    "outage",
    "routing",
    "sentence",
    "sentence_of",
    "supervision",
    "system",
    "telling",
]
