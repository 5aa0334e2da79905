"""What providers, operators and people say of messages, and what rooms are told."""

from shared.contracts.contacts import ContactConfirmed, ContactVerified, VerificationRequested
from shared.contracts.notification import DeliveryReported, ReceiptNoted, RedriveRequested
from shared.contracts.rooms import AlertGrouped, AlertRouted, GroupFlushed
from shared.contracts.troubles import TroubleReported
from shared.contracts.words import TroubleWith
from switchyard.cli.sentences.base import because, by, listed, moment, sentence, spaced

_TROUBLES: dict[TroubleWith, str] = {
    "provider": "does not work as it is set up",
    "address": "does not know the address",
    "endpoint": "is gone, as it says itself",
    "undelivered": "did not reach a person who had to be told",
    "platform": "could not work",
    "platform_works": "works again",
}
_FLUSHED = {
    "first": "for the first time",
    "new_alerts": "for there are new alerts",
    "all_resolved": "for all of it is over",
    "some_resolved": "for a part of it is over",
    "repeat": "again, for it still lasts",
}


@sentence.register
def _(event: DeliveryReported) -> str:
    detail = f" ({event.detail})" if event.detail else ""
    return f"The provider says that the message to {event.person} is {event.status}{detail}."


@sentence.register
def _(event: ReceiptNoted) -> str:
    detail = f" ({event.detail})" if event.detail else ""
    return f"The newest of the message to {event.person} is that it is {event.status}{detail}."


@sentence.register
def _(event: RedriveRequested) -> str:
    return f"{event.actor} sends the message to {event.person} again.{because(event.reason)}"


@sentence.register
def _(event: TroubleReported) -> str:
    detail = f" ({event.detail})" if event.detail else ""
    what = spaced(event.about.replace("/", " of "))
    return (
        f"{event.person} is to be told {by(event.method)} that {what} "
        f"{_TROUBLES[event.trouble_with]}{detail}."
    )


@sentence.register
def _(event: VerificationRequested) -> str:
    return (
        f"{event.actor} has a code sent to {event.person} {by(event.method)}, good until "
        f"{moment(event.expires_at_ms)}.{because(event.reason)}"
    )


@sentence.register
def _(event: ContactConfirmed) -> str:
    return f"{event.person} had the code, so the address for {spaced(event.method)} is right."


@sentence.register
def _(event: ContactVerified) -> str:
    return f"The address of {event.person} for {spaced(event.method)} counts as verified."


@sentence.register
def _(event: AlertRouted) -> str:
    change = "began" if event.alert.ends_at_ms is None else "is over"
    told = f"{event.alert.alert_id} {change}"
    if not event.route:
        return f"{told}; {event.person} is not told, but it may keep others back there."
    return f"{told}; {event.person} hears of it by route {event.route}{_group(event.group)}."


@sentence.register
def _(event: AlertGrouped) -> str:
    if not event.route:
        return f"{event.alert.alert_id} may keep others back from {event.person}."
    return f"The group of {event.person}{_group(event.group)} has heard of {event.alert.alert_id}."


@sentence.register
def _(event: GroupFlushed) -> str:
    firing = sum(alert.ends_at_ms is None for alert in event.alerts)
    return (
        f"Message {event.number} about the group{_group(event.group)} goes to {event.person}, "
        f"{_FLUSHED[event.because]}: {firing} going on, {len(event.alerts) - firing} over."
    )


def _group(labels: tuple[tuple[str, str], ...]) -> str:
    told = listed(f"{name} {value or 'none'}" for name, value in labels)
    return f" with {told}" if told else ""
