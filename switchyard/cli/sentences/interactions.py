"""What customers, agents and helpdesks did."""

from shared.contracts.agents import AgentsSeen, OfferAnswered, PresenceReported, WrapUpEnded
from shared.contracts.interactions import (
    AgentReplied,
    CloseRequested,
    CustomerAbandoned,
    CustomerMessaged,
    InteractionReceived,
    SkillNeed,
    TransferRequested,
)
from switchyard.cli.sentences.base import because, listed, sentence, spaced


def skills(needs: tuple[SkillNeed, ...]) -> str:
    return listed(f"{need.skill} (level {need.level})" for need in needs)


@sentence.register
def _(event: InteractionReceived) -> str:
    language = {
        "given": f"its language was given as {event.language}",
        "detected": (
            f"its language was detected as {event.language} "
            f"({event.language_confidence_permille / 10:g} % sure)"
        ),
        "default": f"its language is unknown, so {event.language} was taken",
    }[event.language_source]
    topic = f" about {event.topic}" if event.topic else ""
    asked = f", and it asked for queue {event.queue}" if event.queue else ""
    return f"It arrived by {spaced(event.channel)}{topic} from {event.actor}; {language}{asked}."


@sentence.register
def _(event: CustomerMessaged) -> str:
    return f"The customer wrote again, through {event.actor}."


@sentence.register
def _(event: AgentReplied) -> str:
    return f"Agent {event.agent_id} replied."


@sentence.register
def _(event: CustomerAbandoned) -> str:
    return f"The customer left; {event.actor} told so.{because(event.reason)}"


@sentence.register
def _(event: TransferRequested) -> str:
    to_pool = f"pool {event.to_pool}" if event.to_pool else ""
    to_queue = f"queue {event.to_queue}" if event.to_queue else ""
    where = listed(place for place in (to_pool, to_queue) if place) or "somewhere else"
    return f"{event.actor} asked to transfer it to {where}.{because(event.reason)}"


@sentence.register
def _(event: CloseRequested) -> str:
    return f"{event.actor} asked to close it as {spaced(event.outcome)}.{because(event.reason)}"


@sentence.register
def _(event: PresenceReported) -> str:
    note = f" ({event.note})" if event.note else ""
    return f"Agent {event.agent_id} said: {event.status}{note}."


@sentence.register
def _(event: AgentsSeen) -> str:
    return f"The gateway heard from {len(event.agent_ids)} agents."


@sentence.register
def _(event: OfferAnswered) -> str:
    answer = "accepted" if event.answer == "accept" else "declined"
    return f"Agent {event.agent_id} {answer} offer {event.offer_id}.{because(event.reason)}"


@sentence.register
def _(event: WrapUpEnded) -> str:
    return f"Agent {event.agent_id} ended the wrap-up."
