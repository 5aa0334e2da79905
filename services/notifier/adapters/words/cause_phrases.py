"""What is said of causes other than pages and notices, in one language; placeholders in braces."""

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.words import TroubleWith


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ToCustomer(_Words):
    subject: str
    lead: str
    short: str


class CustomerPhrases(_Words):
    """Politely, to whom we do not know."""

    receipt: ToCustomer
    longer_wait: ToCustomer
    before: str  # what we had told
    wait: str
    wait_short: str  # for phones
    wait_unknown: str
    keeps: str
    footer: str


class VerificationPhrases(_Words):
    subject: str
    lead: str
    valid: str
    unasked: str
    short: str


class OneTrouble(_Words):
    subject: str
    lead: str
    steps: tuple[str, ...] = Field(min_length=1)  # the first one also on phones


class TroubleLabels(_Words):
    method: str
    person: str
    details: str
    at: str


class TroublePhrases(_Words):
    by: dict[TroubleWith, OneTrouble]
    labels: TroubleLabels


class GroupPhrases(_Words):
    everything: str  # the name of a group that has nothing in common
    subject: str
    subject_over: str
    lead: str
    lead_over: str
    firing: str
    ended: str


class DigestPhrases(_Words):
    lead: str
