"""What a shard of the notifier remembers: rows, and all that is known beside them."""

from dataclasses import dataclass
from enum import Enum

from services.notifier.core.causes.lines import LineKey, place_of
from services.notifier.core.causes.threads import ThreadKey
from services.notifier.core.ledger.roots import RootKey
from services.notifier.core.ledger.targets import TargetKey
from shared.contracts.contacts import VerificationRequested
from shared.contracts.customers import CustomerNoticeRequested
from shared.contracts.escalation import PageRequested
from shared.contracts.interactions import Personal
from shared.contracts.notification import HopCopy
from shared.contracts.outage import NoticeRequested
from shared.contracts.rooms import GroupFlushed
from shared.contracts.troubles import TroubleReported

Cause = (  # what a message is made from
    PageRequested
    | NoticeRequested
    | CustomerNoticeRequested
    | TroubleReported
    | VerificationRequested
    | GroupFlushed
)


@dataclass(frozen=True, slots=True)
class Digest:
    """Several causes in one message."""

    causes: tuple[Cause, ...]


Content = Cause | Digest
CycleKey = str  # `<escalation id>/c<cycle>/<person>`, from `cycle_key`
TRIES_KEPT = 32
HORIZON_MS = 86_400_000  # how long recalls and ended notifications are remembered, at least


def cycle_key(escalation_id: str, cycle: int, person: str) -> CycleKey:
    """One person's part in one cycle: what a recall is about. Ids of escalations hold no `/c`."""
    return f"{escalation_id}/c{cycle}/{person}"


_CAME_TO_NOTHING = frozenset({"superseded", "expired", "dead_lettered"})
_MAY_HAVE_ARRIVED = frozenset({"accepted", "delivered", "unknown"})


class Phase(Enum):
    WAITING = "waiting"  # `due_ms`: the next try, or the expiry if that comes first
    LEASED = "leased"  # `due_ms`: the end of the lease
    BUNDLED = "bundled"  # a digest carries it, and ends it
    ENDED = "ended"  # kept for a while, so that the same content told again opens nothing


@dataclass(slots=True)
class Notification:
    """One row: one page or notice to one person. Its id is that of the page or notice.

    A page belongs to a cycle, a notice to a thread. What ended has no cause any more, but for a
    dead letter, which may be sent again.
    """

    id: str
    escalation_id: str
    cycle: int
    person: str
    expires_at_ms: int
    page: PageRequested | None
    notice: NoticeRequested | None = None
    incident_id: str = ""  # of a notice; empty: it is a page
    method: str = ""
    sequence: int = 0  # of a notice, in its incident
    phase: Phase = Phase.WAITING
    due_ms: int = 0
    attempts: int = 0  # leased so far; the number of the last one
    in_doubt: bool = False  # an attempt may have been sent without our knowing
    possible_repeats: int = 0  # attempts that were leased in spite of such a doubt
    forget_at_ms: int = 0  # set when it ends
    purpose: str = ""  # of a notice
    end: str = ""  # how it ended
    told_under: str = ""  # a document of people by which its thread may have reached the person
    not_before_ms: int = 0  # a provider asked us to wait until then
    cause_id: str = ""  # all rows of one chain have the same; empty in rows of older versions
    hop: int = 1
    hops: tuple[HopCopy, ...] = ()  # the chain, on its first row
    because: str = "first"
    members: tuple[str, ...] = ()  # of a digest
    carrier: str = ""  # the digest that carries it
    priority: int = 5
    held: str = ""  # why it is held; empty: it is not
    tried_at_ms: tuple[int, ...] = ()  # the last tries, at most `TRIES_KEPT`
    shorter: bool = False  # the provider found it too big
    provider_id: str = ""
    receipt: str = ""  # the newest that the provider told of its way
    redrives: int = 0
    customer_notice: CustomerNoticeRequested | None = None
    trouble: TroubleReported | None = None
    verification: VerificationRequested | None = None
    group: GroupFlushed | None = None
    asked: str = ""  # of a notice: the method that it asks for, such as `rules`; empty: `method`
    carried: tuple[tuple[str, str], ...] = ()  # method: `told_under`, of its thread
    next_hop_ms: int = 0  # when the next hop of its chain opens; 0: not by time
    thread_root: str = ""  # what the provider calls the first message of its thread
    redriven_by: str = ""  # the command by which it was sent again

    @property
    def key(self) -> CycleKey:
        return cycle_key(self.escalation_id, self.cycle, self.person)

    @property
    def target(self) -> TargetKey:
        return (self.person, self.method or (self.page.method if self.page else ""))

    @property
    def line(self) -> LineKey:
        return (place_of(self.incident_id)[0], self.person, self.asked or self.method)

    @property
    def stands(self) -> bool:
        """Whether it makes older news of its incident worthless.

        News that came to nothing does not. A recovery does in any case: what came before it is
        not true any more.
        """
        return self.purpose == "recovery" or self.end not in _CAME_TO_NOTHING

    @property
    def thread(self) -> ThreadKey:
        return (self.incident_id, self.person, self.asked or self.method)

    @property
    def root_key(self) -> RootKey:
        """Messages with the same one belong together, as a reader sees it."""
        cycle = f"{self.escalation_id}/c{self.cycle}" if self.escalation_id else ""
        return (self.incident_id or cycle or self.id, *self.target)

    @property
    def chain(self) -> str:
        """The id of its cause, which is that of the first row of its chain."""
        return self.cause_id or self.id

    def is_carried_by(self, digest: "Notification") -> bool:
        """Not if it was sent again by itself since: another one may carry it by now."""
        return self.phase is Phase.BUNDLED and self.carrier == digest.id

    @property
    def may_have_arrived(self) -> bool:
        if self.phase in (Phase.LEASED, Phase.BUNDLED) or self.in_doubt:
            return True
        if self.receipt:
            return self.receipt != "undelivered"
        return self.end in _MAY_HAVE_ARRIVED

    @property
    def cause(self) -> Cause | None:
        """None: it is a digest, or has ended and is not sent again."""
        return (
            self.page
            or self.notice
            or self.customer_notice
            or self.trouble
            or self.verification
            or self.group
        )


@dataclass(slots=True)
class Recall:
    """No page of this cycle is leased for this person any more."""

    escalation_id: str
    cycle: int
    person: str
    reason: str
    forget_at_ms: int

    @property
    def key(self) -> CycleKey:
        return cycle_key(self.escalation_id, self.cycle, self.person)


@dataclass(slots=True)
class Taken:
    """The document of people that is in force."""

    hash: str = ""
    version: int = 0


@dataclass(slots=True)
class ReportedTrouble:
    """A trouble that operators were told of in an hour; see causes/troubles.py."""

    about: str  # `<with>:<about>`
    hour: int


@dataclass(slots=True)
class Verified:
    """An address that its person has confirmed."""

    address_hash: str


@dataclass(slots=True)
class Customer:
    """Where the customer of an interaction is reached, should he have to hear more."""

    person: str
    personal: Personal  # handed on unread: what is erased there must change no decision
    forget_at_ms: int
