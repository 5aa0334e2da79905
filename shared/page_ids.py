"""The id of a page, and what it is made of.

`<interaction>#<metric>/<number>:c<cycle>:r<round>:l<level>:<person>:<method>`; the part before
`:c` is the id of the escalation. The escalation service makes it.
"""

import re
from dataclasses import dataclass

_PAGE_ID = re.compile(
    r"(?P<interaction_id>[^#]+)#(?P<metric>[a-z_]+)/(?P<number>[0-9]{1,9})"
    r":c(?P<cycle>[0-9]{1,9}):r(?P<round>[0-9]{1,9}):l(?P<level>[0-9]{1,9})"
    r":(?P<person>.+):(?P<method>[a-z_]+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageId:
    interaction_id: str
    metric: str
    number: int  # of the interaction's clock of this metric
    cycle: int
    round: int
    level: int
    person: str
    method: str

    @property
    def escalation_id(self) -> str:
        return f"{self.interaction_id}#{self.metric}/{self.number}"

    def __str__(self) -> str:
        return (
            f"{self.escalation_id}:c{self.cycle}:r{self.round}:l{self.level}"
            f":{self.person}:{self.method}"
        )

    @classmethod
    def read(cls, page_id: str) -> "PageId | None":
        """Its parts; None if this is no id of a page, or spelled in another way than we do."""
        found = _PAGE_ID.fullmatch(page_id)
        if found is None:
            return None
        read = cls(
            interaction_id=found["interaction_id"],
            metric=found["metric"],
            number=int(found["number"]),
            cycle=int(found["cycle"]),
            round=int(found["round"]),
            level=int(found["level"]),
            person=found["person"],
            method=found["method"],
        )
        return read if str(read) == page_id else None
