"""What the notifier tells of itself: operators hear when telling others does not work."""

from typing import Literal

from shared.contracts.event import Fact, Milliseconds
from shared.contracts.words import TroubleWith


class TroubleReported(Fact):
    """To one operator, at most once an hour for the same thing. Also in people-log, by `person`.

    `trouble_id` is `trouble:<with>:<about>:<hour>:<person>:<method>`.
    """

    kind: Literal["trouble_reported"] = "trouble_reported"
    trouble_id: str
    person: str  # the operator
    method: str
    trouble_with: TroubleWith
    about: str  # a contact method, or `<method>/<person>`; never an address
    detail: str  # the provider's answer, as of an attempt
    expires_at_ms: Milliseconds
