"""The shape of configuration: a document per pool, one for the people, one for outages.

A document is immutable and known by the hash of its canonical JSON. Cores read these types; YAML
files are turned into them at the edge (`shared/configuration`). All durations are seconds.
"""

from hashlib import blake2b
from typing import Literal

from pydantic import Field, TypeAdapter

from shared.contracts.interactions import SkillNeed
from shared.contracts.people import PeopleDocument, Recipient
from shared.contracts.setting import Setting
from shared.contracts.words import Channel, ContactMethod, Metric, RankName, Strategy

Name = str  # of a queue, skill, calendar, policy: lower case, digits, `-`, `_`
SkillLevel = int  # 1 (beginner) to 5 (expert)


class LanguageLevel(Setting):
    """How well a language is spoken and written, 0 (not at all) to 5 (native)."""

    spoken: int = Field(default=5, ge=0, le=5)
    written: int = Field(default=5, ge=0, le=5)


class Agent(Setting):
    id: str
    skills: dict[Name, SkillLevel] = Field(default_factory=dict)
    languages: dict[str, LanguageLevel] = Field(default_factory=dict)  # BCP 47
    capacity_units: int = Field(default=100, ge=0)
    channels: dict[Channel, int] = Field(default_factory=dict)  # cap per channel; absent: none
    rings: tuple[Name, ...] = ()  # asked only when a queue opens one of them; empty: always
    interpreter: bool = False  # serves any language with an interpreter, where a queue allows it
    calendar: Name | None = None  # outside its hours he is asked for nothing new
    overdraft_units: int = Field(default=0, ge=0)  # beyond capacity, for conversations that wake


class ChannelSettings(Setting):
    """How the pool treats one channel."""

    units: int = Field(default=100, ge=0)  # capacity that one interaction takes
    offer_expires_s: int = Field(default=30, gt=0)
    wrap_up_s: int = Field(default=0, ge=0)
    presence_grace_s: int = Field(default=0, ge=0)  # after a lost lease, before work is re-queued
    auto_accept: bool = False
    min_language_level: int = Field(default=1, ge=0, le=5)  # in the mode of the channel
    wrap_up_extension_s: int = Field(default=0, ge=0)  # that an agent may ask for once; 0: never
    interruptible: bool = False  # other work may come on top of it: its units bar only its like
    idle_after_s: int | None = Field(default=None, gt=0)  # silence until it takes no units
    backups: tuple[Channel, ...] = ()  # where its contacts go while it is down, best first


class RingOpening(Setting):
    """Agents of this ring may be asked after the time."""

    ring: Name
    after_s: int = Field(default=0, ge=0)


class LanguageNeed(Setting):
    """How well the customer's language must be spoken or written, until it drops.

    The language itself never drops; without any need the least level of the channel holds.
    """

    level: int = Field(ge=1, le=5)
    drops_after_s: int | None = Field(default=None, ge=0)


class Queue(Setting):
    """Times run since an interaction began to wait; None: never."""

    name: Name
    skills: tuple[SkillNeed, ...] = ()
    expires_after_s: int | None = Field(default=None, gt=0)  # None: waits for ever
    sla_policy: Name | None = None
    language_needs: tuple[LanguageNeed, ...] = ()
    other_languages_after_s: int = Field(default=0, ge=0)  # when the customer's others count, too
    interpreters_after_s: int | None = Field(default=None, ge=0)
    rings: tuple[RingOpening, ...] = ()
    skip_empty_steps: bool = True  # go on to the next step where nobody of this one has signed in
    prefer_s: int = Field(default=0, ge=0)  # how long a preferred agent is waited for
    prefer_last_agent: bool = False  # of the same customer, within the dedupe horizon
    offers_at_once: int = Field(default=1, ge=1, le=50)
    max_waiting: int | None = Field(default=None, ge=1)  # waiting at once
    overflow_to: Name | None = None  # another queue of the pool: when full, closed, or …
    overflow_after_s: int | None = Field(default=None, gt=0)  # … when one has waited this long
    calendar: Name | None = None
    when_closed: Literal["wait", "park", "overflow"] = "wait"
    handle_time_s: int | None = Field(default=None, gt=0)  # mean, where nothing is measured yet


class RoutingRule(Setting):
    """First match wins. A field of `when` matches if the interaction's value is in its list.

    Fields: channel, topic, topic_source, topic_keyword, language, other_languages, language_source,
    language_confidence_permille, priority, customer, skills, reachable_by, preferred_agent, queue,
    and `attributes.<name>`. An item of a list is a word, a word that ends with `*` (begins with),
    `!word` (is not), `>=5`, `>5`, `<=5`, `<5` (a number), `*` (is there) or `!*` (is not there).
    All barred items must be absent, one other is enough.
    """

    name: Name
    when: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # empty: matches everything
    queue: Name
    skills: tuple[SkillNeed, ...] = ()  # in addition to the queue's
    priority: Name | None = None
    prefer_agent: str | None = None  # an agent's id, or `attributes.<name>` that holds it


class TopicRule(Setting):
    """A topic, the words that show it in a text, by language, and the skills that it needs.

    Words are looked for by the gateway, without regard to case, as whole words; `*` at the end of
    one stands for any ending. They count only where the sender gave no topic.
    """

    topic: str
    keywords: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # BCP 47
    skills: tuple[SkillNeed, ...] = ()


class UnsureLanguage(Setting):
    """Where interactions go whose language was detected with less confidence than this."""

    below_permille: int = Field(default=600, ge=0, le=1000)
    queue: Name


class PriorityClass(Setting):
    """A head start in waiting time: bounded, so overtaking has a bound. `emergency`: before all."""

    name: Name
    head_start_s: int = Field(default=0, ge=0)
    emergency: bool = False  # strict: it can starve all others, so one class at most


class Pace(Setting):
    """At most so many offers to one agent within the time; he who comes first is not buried."""

    offers: int = Field(ge=1)
    per_s: int = Field(gt=0)
    channels: tuple[Channel, ...] = ()  # whose offers are paced; empty: all


class Span(Setting):
    """Open hours of one day, local wall-clock minutes since midnight, `[opens, closes)`."""

    opens_min: int = Field(ge=0, lt=1440)
    closes_min: int = Field(gt=0, le=1440)


class Calendar(Setting):
    name: Name
    timezone: str  # IANA
    week: dict[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], tuple[Span, ...]]
    holidays: tuple[str, ...] = ()  # ISO dates, closed all day
    dated: dict[str, tuple[Span, ...]] = Field(default_factory=dict)  # replaces the week's hours


class SlaTarget(Setting):
    """First target that fits an interaction wins, per metric.

    Exactly one of the three lengths. `open_s`: open time of the calendar (all time without one).
    `business_days`: same time of day N open days after the start, which is the next opening if
    the interaction came outside hours. `calendar_days`: same local time N days later.
    """

    metric: Metric
    channels: tuple[Channel, ...] = ()  # empty: all
    topics: tuple[str, ...] = ()  # empty: all
    priorities: tuple[Name, ...] = ()
    open_s: int | None = Field(default=None, gt=0)
    business_days: int | None = Field(default=None, gt=0)
    calendar_days: int | None = Field(default=None, gt=0)
    calendar: Name | None = None
    met_by: Literal["assignment", "reply", "close"]
    escalation_policy: Name | None = None  # None: a breach is told, nobody is paged


class SlaPolicy(Setting):
    name: Name
    targets: tuple[SlaTarget, ...]


class EscalationLevel(Setting):
    after_s: int = Field(default=0, ge=0)  # since the escalation opened
    people: tuple[str, ...] = Field(min_length=1)
    method: ContactMethod | Literal["rules"] = "email"


class EscalationPolicy(Setting):
    name: Name
    levels: tuple[EscalationLevel, ...] = Field(min_length=1)
    rounds: int = Field(default=1, ge=1, le=100)
    round_s: int = Field(default=1800, gt=0)  # from the start of a round to that of the next


class CustomerNotices(Setting):
    """What the pool's customers are told of their own contact; by default nothing.

    `receipt`: channels whose contacts are confirmed on arrival, with the likely wait where that can
    be told. `longer_wait`: who was told a wait hears once when it has doubled.
    """

    receipt: tuple[Channel, ...] = ()
    longer_wait: bool = False


class PoolDocument(Setting):
    """All that the router and the escalation service need to know of one pool."""

    schema_version: Literal[1] = 1
    pool: Name
    default_language: str
    default_queue: Name
    queues: tuple[Queue, ...] = Field(min_length=1)
    skills: tuple[Name, ...] = ()
    priorities: tuple[PriorityClass, ...] = (PriorityClass(name="normal"),)  # first: the default
    rules: tuple[RoutingRule, ...] = ()
    channels: dict[Channel, ChannelSettings]
    agents: tuple[Agent, ...] = ()
    strategy: Strategy = "longest_ready"
    rank: tuple[RankName, ...] = ()  # the strategy's own order of the tuple, where it is not empty
    order: Literal["age", "cost_of_delay"] = "age"  # which interaction an agent gets first
    topics: tuple[TopicRule, ...] = ()
    unsure_language: UnsureLanguage | None = None
    pace: Pace | None = None
    presence_lease_s: int = Field(default=30, gt=0)
    aside_s: int = Field(default=60, ge=0)  # after a decline or miss; doubles per pair, at most 8x
    misses_until_away: int = Field(default=3, ge=1)  # missed offers in a row
    dedupe_horizon_s: int = Field(default=86_400, gt=0)
    calendars: tuple[Calendar, ...] = ()
    sla_policies: tuple[SlaPolicy, ...] = ()
    default_sla_policy: Name | None = None
    escalation_policies: tuple[EscalationPolicy, ...] = ()
    customer_notices: CustomerNotices = CustomerNotices()


class Probe(Setting):
    """A look at something from outside. `http`: a GET that ends 2xx; `tcp`: a connection."""

    name: Name
    kind: Literal["http", "tcp"] = "http"
    target: str  # a URL, or host:port
    every_s: int = Field(default=30, gt=0)  # half of it while the channel is suspect
    timeout_s: float = Field(default=5.0, gt=0)  # real time, less than `every_s`


class WatchedChannel(Setting):
    """When a channel counts as down, and when as well again.

    The numbers are those of Gatus (3 bad in a row, 2 good), Better Stack (a recovery period) and
    Airlock (a least time on the backup).
    """

    probes: tuple[Probe, ...] = ()
    silent_after_s: int | None = Field(default=None, gt=0)  # without a contact: a bad signal
    bad_in_a_row: int = Field(default=3, ge=1)  # signals until it is failed over
    good_in_a_row: int = Field(default=2, ge=1)  # that end a mere suspicion
    recovered_in_a_row: int = Field(default=5, ge=1)  # good probes until contacts go back …
    recovered_for_s: int = Field(default=180, ge=0)  # … over at least this long
    failed_over_for_s: int = Field(default=300, ge=0)  # and not sooner than this


class PoolInOutage(Setting):
    """What the outage service must know of a pool; taken from the pool's own files."""

    backups: dict[Channel, tuple[Channel, ...]] = Field(default_factory=dict)  # of all channels
    managers: tuple[Recipient, ...] = ()
    staff: tuple[Recipient, ...] = ()


class Promises(Setting):
    """How long after one update the next one is promised, by severity."""

    critical_s: int = Field(default=900, gt=0)
    major_s: int = Field(default=1800, gt=0)
    minor_s: int = Field(default=3600, gt=0)


class OutageDocument(Setting):
    """All that the outage service needs to know of the installation."""

    schema_version: Literal[1] = 1
    pools: dict[Name, PoolInOutage] = Field(default_factory=dict)
    it: tuple[Recipient, ...] = ()
    channels: dict[Channel, WatchedChannel] = Field(default_factory=dict)
    references: tuple[Probe, ...] = ()  # if none of them answers, the fault is on our side
    promises: Promises = Promises()
    notice_expires_s: int = Field(default=86_400, gt=0)


Document = PoolDocument | PeopleDocument | OutageDocument
_DOCUMENT: TypeAdapter[Document] = TypeAdapter(Document)
PEOPLE = "*"  # stands for the pool in what concerns the people's document
INSTALLATION = "@installation"  # and in what concerns the whole installation, as outages do


def canonical(document: Document) -> bytes:
    """The bytes that are hashed and stored: JSON, keys in declared order, defaults included."""
    return document.model_dump_json().encode()


def hash_of(content: bytes) -> str:
    """Hash under which a document is stored: BLAKE2b, 16 bytes, hexadecimal."""
    return blake2b(content, digest_size=16).hexdigest()


def read_document(content: bytes) -> Document:
    """Decode a stored document.

    Raises:
        pydantic.ValidationError: the content is not a document of a known schema version.
    """
    return _DOCUMENT.validate_json(content)
