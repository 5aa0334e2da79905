"""The shape of configuration: a document per pool, one for the people, one for outages.

A document is immutable and known by the hash of its canonical JSON. Cores read these types; YAML
files are turned into them at the edge (`shared/configuration`). All durations are seconds.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from shared.contracts.interactions import SkillNeed
from shared.contracts.words import Channel, ContactMethod, Criterion, Metric, RankName, Strategy

Name = str  # of a queue, skill, calendar, policy: lower case, digits, `-`, `_`
SkillLevel = int  # 1 (beginner) to 5 (expert)


class Setting(BaseModel):
    """Strict where events are tolerant: an unknown key is a typing error, and is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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


class Person(Setting):
    """A member of staff who can be told, or a system that speaks for some: a chat room, a list."""

    id: str
    locale: str = "en"  # BCP 47, of the templates
    timezone: str = "UTC"
    email: str | None = None
    webhook: str | None = None  # an https URL; its signing secret comes from the environment
    phone: str | None = None  # E.164; for sms and voice
    slack: str | None = None  # id of a user or a channel, or the name of a webhook
    # Names; the URL or key that each stands for is a secret, and comes from the environment.
    teams: str | None = None
    zoom: str | None = None
    pagerduty: str | None = None
    opsgenie: str | None = None
    statuspage: str | None = None
    apprise: str | None = None
    rules: "PersonalRules | None" = None
    quiet: "QuietHours | None" = None


ADDRESS_OF: Mapping[ContactMethod, str] = {  # the field of a Person by which a method reaches him
    "email": "email", "webhook": "webhook", "sms": "phone", "voice": "phone", "slack": "slack",
    "teams": "teams", "zoom": "zoom", "pagerduty": "pagerduty", "opsgenie": "opsgenie",
    "statuspage": "statuspage", "apprise": "apprise",
}  # fmt: skip


class Hop(Setting):
    """One step of a fallback chain. The one before it goes on trying until one has succeeded."""

    method: ContactMethod
    succeed_by_s: int = Field(default=60, gt=0)  # since it may be sent; then the next hop begins
    succeed_on: Criterion = "accepted"


class PersonalRules(Setting):
    """By which contact methods, in order, a person wants to hear of what is urgent, and of else."""

    high: tuple[Hop, ...] = ()
    low: tuple[Hop, ...] = ()


class QuietHours(Setting):
    """When what can wait is held for a person: minutes since midnight in his zone, end exclusive.

    `end` at or before `start` is on the next day; `days` are those of the start, Monday is 0.
    """

    start_minute: int = Field(ge=0, lt=1440)
    end_minute: int = Field(ge=0, lt=1440)
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)


class RetrySchedule(Setting):
    """Waits before tries 2, 3, …; the last one repeats until the page expires or is recalled.

    Each wait varies by a fifth either way, so that a crowd of tries does not stay one.
    """

    waits_s: tuple[int, ...] = (5, 15, 60, 300)
    lease_s: int = Field(default=30, gt=0)
    by_method: dict[ContactMethod, tuple[int, ...]] = Field(default_factory=dict)


class Rung(Setting):
    """At most so many messages to one address in so long."""

    most: int = Field(gt=0)
    within_s: int = Field(gt=0)


class MethodLimits(Setting):
    """How much one address takes by a contact method.

    The first rung is allowed as a burst, the others spread evenly over their length. One place of
    each is kept for openings and recoveries. `bundle_s`: what follows one message in this time goes
    in one (Grafana OnCall's leading-edge bundle).
    """

    ladder: tuple[Rung, ...] = ()
    bundle_s: int = Field(default=0, ge=0)


SMS_LADDER = (
    Rung(most=5, within_s=900),
    Rung(most=11, within_s=3600),
    Rung(most=21, within_s=10_800),
)
VOICE_LADDER = (
    Rung(most=3, within_s=900),
    Rung(most=7, within_s=3600),
    Rung(most=15, within_s=10_800),
)


def default_limits() -> dict[ContactMethod, MethodLimits]:
    """GoAlert's ladders of phones. Rooms and mailboxes have none: there they delay the urgent."""
    return {
        "sms": MethodLimits(ladder=SMS_LADDER, bundle_s=120),
        "voice": MethodLimits(ladder=VOICE_LADDER, bundle_s=120),
    }


class Matcher(Setting):
    """One label of an alert; a label that it lacks counts as empty. `pattern` matches the whole."""

    label: str
    value: str
    pattern: bool = False
    negated: bool = False


class Route(Setting):
    """A node of the tree by which rooms hear of alerts, with Prometheus Alertmanager's rules.

    What is None is inherited. `group_by` `...` means each alert on its own.
    """

    receiver: str | None = None  # a person's id
    match: tuple[Matcher, ...] = ()
    go_on: bool = False  # whether siblings after it are looked at, too
    group_by: tuple[str, ...] | None = None
    group_wait_s: float | None = None
    group_interval_s: float | None = None
    repeat_interval_s: float | None = None
    tell_ended: bool | None = None  # whether the end of an alert is told, too
    routes: tuple["Route", ...] = ()


class Inhibition(Setting):
    """While a source fires, targets with equal labels are not told. No alert inhibits itself."""

    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...] = ()


class Recipient(Setting):
    """A person, and the contact method by which he is told, or `rules`."""

    person: str
    method: ContactMethod | Literal["rules"] = "email"


class PeopleDocument(Setting):
    schema_version: Literal[1] = 1
    people: tuple[Person, ...]
    retries: RetrySchedule = RetrySchedule()
    page_expires_s: int = Field(default=14_400, gt=0)
    limits: dict[ContactMethod, MethodLimits] = Field(default_factory=default_limits)
    require_verified: bool = False  # whether an address is used that its person has not confirmed
    operators: tuple[Recipient, ...] = ()  # told when telling does not work
    rooms: Route | None = None
    inhibitions: tuple[Inhibition, ...] = ()


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
