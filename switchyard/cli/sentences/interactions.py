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
from switchyard.cli.sentences.base import because, duration, listed, sentence, spaced


def skills(needs: tuple[SkillNeed, ...]) -> str:
    return listed(f"{need.skill} (level {need.level}{_drops(need)})" for need in needs)


def _drops(need: SkillNeed) -> str:
    if need.drops_after_s is None:
        return ""
    return f", for {duration(need.drops_after_s * 1000)}"


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
    if event.topic and event.topic_source == "keywords":
        topic += f" (its text has `{event.topic_keyword}`)" if event.topic_keyword else ""
    asked = f", and it asked for queue {event.queue}" if event.queue else ""
    if event.preferred_agent:
        asked += f", and for agent {event.preferred_agent}"
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
    to_agent = f"agent {event.to_agent}" if event.to_agent else ""
    where = listed(place for place in (to_pool, to_queue, to_agent) if place) or "somewhere else"
    back = ", and to have it back afterwards" if event.consult else ""
    anew = "; what it requires begins anew" if event.restart else ""
    return f"{event.actor} asked to transfer it to {where}{back}{anew}.{because(event.reason)}"


@sentence.register
def _(event: CloseRequested) -> str:
    return f"{event.actor} asked to close it as {spaced(event.outcome)}.{because(event.reason)}"


@sentence.register
def _(event: PresenceReported) -> str:
    note = f" ({event.note})" if event.note else ""
    after = ", when the work is done" if event.after_work else ""
    back = "; the work is put back" if event.requeue_work else ""
    if event.actor.startswith(("supervisor:", "manager:")):  # who speaks for him says why
        said = f"{event.actor} said that agent {event.agent_id} is {event.status}"
        return f"{said}{note}{after}{back}.{because(event.reason)}"
    return f"Agent {event.agent_id} said: {event.status}{note}{after}{back}."


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
