"""By which contact methods a person is told, in which order: his own rules, as hops."""

from services.notifier.core.ledger.reach import address_of, is_usable, methods_of
from services.notifier.core.state import NotifierState, person_of
from shared.contracts.notification import HopCopy
from shared.contracts.people import Hop, Person, PersonalRules
from shared.contracts.words import BY_RULES, Urgency

_LOUD = frozenset({"major", "critical"})
_ALONE = Hop.model_fields["succeed_by_s"].default * 1000  # nothing follows a hop that is alone


def hops_of(
    state: NotifierState, person_id: str, method: str, urgency: Urgency
) -> tuple[str, tuple[HopCopy, ...]]:
    """The first contact method, and the hops; no hops where the cause names its method.

    Hops that cannot reach him are left out. Who has no rules is told by the first method he has;
    `rules` stands for the method of somebody who has none.
    """
    if method != BY_RULES:
        return method, ()
    person = person_of(state, person_id)
    hops = tuple(
        HopCopy(method=hop.method, succeed_by_ms=hop.succeed_by_s * 1000, succeed_on=hop.succeed_on)
        for hop in _rules(person, urgency)
        if address_of(person, hop.method) and is_usable(state, person_id, hop.method)
    )
    if not hops:
        first = methods_of(state, person_id)[:1]
        hops = tuple(HopCopy(method=one, succeed_by_ms=_ALONE) for one in first)
    return (hops[0].method, hops) if hops else (BY_RULES, ())


def urgency_of(severity: str) -> Urgency:
    """Of a notice of an outage."""
    return "high" if severity in _LOUD else "low"


def _rules(person: Person | None, urgency: Urgency) -> tuple[Hop, ...]:
    rules = (person.rules if person is not None else None) or PersonalRules()
    return rules.high if urgency == "high" else rules.low
