"""R4 and R6: who is asked for what, in which order, and that every offer ends."""

from collections import Counter
from collections.abc import Iterator

from shared.contracts.presence import AgentChanged, AgentSkillsChanged, AgentWithheld
from shared.contracts.routing import InteractionAssigned, InteractionWidened, OfferEnded, OfferMade
from switchyard.report.verdict import Finding
from tests.simulation.oracle.standing import Pool, Stay
from tests.support.router_eligible import fits

_LATE_MS = 900_000  # no standstill in a history, and no clock that is put forward, is that long


class AskingCheck:
    def __init__(self, seen: Counter[str]) -> None:
        self._seen = seen
        self.bounded = Finding("R6", "nobody is overtaken but by head starts; every offer ends")
        self.eligible = Finding(
            "R4 asked", "nobody is asked who may not serve it then; it only widens"
        )

    def agent(self, pool: Pool, fact: AgentChanged | AgentWithheld | AgentSkillsChanged) -> None:
        match fact:
            case AgentChanged():
                pool.status[fact.agent_id] = fact.status
                (pool.ready.add if fact.status == "ready" else pool.ready.discard)(fact.agent_id)
                pool.draining.pop(fact.agent_id, None)
                if fact.next_status is not None:
                    pool.draining[fact.agent_id] = fact.next_status
                    self._seen["after work: drains"] += 1
                self._seen["after work: done"] += fact.reason == "work_done"
            case AgentWithheld():
                self._seen[f"withheld: {fact.why}"] += fact.withheld
                who = (fact.agent_id, fact.why)
                (pool.withheld.add if fact.withheld else pool.withheld.discard)(who)
                if fact.why == "pace" and fact.withheld and pool.document is not None:
                    pace = pool.document.pace
                    if pace is None or self._within_pace(pool, fact.agent_id) < pace.offers:
                        self.bounded.broken(f"{fact.event_id}: withheld before his pace is used up")
            case AgentSkillsChanged():
                self._seen["skills changed by hand"] += 1
                pool.change_skills(fact)

    def offered(self, pool: Pool, stay: Stay, fact: OfferMade) -> None:
        self.eligible.exercised += 1
        first = not stay.offers
        for fault in self._faults(pool, stay, fact):
            self.eligible.broken(f"{fact.offer_id}: {fault}")
        if first:
            self._overtaken(pool, stay, fact)
            pool.move(stay, "offered")
        else:
            self._seen["offered to several at once"] += 1
        self._seen["preferred agent asked"] += stay.preference is not None
        self._seen["offered in a later step"] += stay.step > 0
        self._seen["emergency offered"] += pool.standing(stay)[0] == 0
        stay.offers[fact.offer_id] = (fact.agent_id, fact.expires_at_ms)
        pool.take(fact.agent_id, stay)
        self._count_pace(pool, fact)

    def _faults(self, pool: Pool, stay: Stay, fact: OfferMade) -> Iterator[str]:
        """What forbids this offer by the words of the contracts."""
        agent, document = pool.agents.get(fact.agent_id), pool.document
        if agent is None or document is None:
            yield f"{fact.agent_id} is no agent"
            return
        queue = next((it for it in document.queues if it.name == stay.queue), None)
        if stay.status not in ("waiting", "offered"):
            yield f"is {stay.status}"
        if len(stay.offers) >= (queue.offers_at_once if queue else 1):
            yield "offered to more than its queue asks"
        if not pool.may_serve(agent, stay):
            yield f"{agent.id} may not serve it in step {stay.step}"
        if stay.preference is not None and stay.preference.agent_id != agent.id:
            yield f"{stay.preference.agent_id} is preferred"
        if not pool.asked_now(agent.id, fact.channel):
            yield f"{agent.id} is {pool.status.get(agent.id)}, drains or is withheld"
        if pool.asides.get((stay.id, agent.id), 0) > fact.at_ms:
            yield f"{agent.id} was set aside for it"
        if not fits(document, agent, pool.channels_of(agent.id), fact.channel):
            yield f"{agent.id} has no room"
        if stay.not_before_ms is not None and stay.not_before_ms > fact.at_ms:
            yield "its customer is called back later"
        if queue is not None and queue.when_closed != "wait" and queue.name in pool.closed:
            yield "its queue is closed"

    def _overtaken(self, pool: Pool, stay: Stay, fact: OfferMade) -> None:
        agent = pool.agents.get(fact.agent_id)
        if agent is None or len(pool.waiting) < 2:
            return
        self.bounded.exercised += 1
        held, place = pool.channels_of(agent.id), pool.standing(stay)
        for other in pool.waiting.values():
            if (
                other is not stay
                and pool.standing(other) < place
                and pool.could(agent, other, held)
            ):
                self.bounded.broken(
                    f"{other.id}: overtaken by {stay.id} at {agent.id}, by {fact.event_id}"
                )

    def ended(self, pool: Pool, stay: Stay, fact: OfferEnded) -> None:
        self._seen[f"offer {fact.end}"] += 1
        agent_id, until_ms = stay.offers.pop(fact.offer_id, (fact.agent_id, fact.at_ms))
        if fact.at_ms - until_ms > _LATE_MS:
            self.bounded.broken(f"{fact.offer_id}: ended {fact.at_ms - until_ms} ms after its time")
        pool.free(agent_id, stay.id)
        if not stay.offers and stay.status == "offered":
            pool.move(stay, "limbo")
        if fact.aside_until_ms is not None:
            pool.asides[stay.id, fact.agent_id] = fact.aside_until_ms

    def assigned(self, pool: Pool, stay: Stay, fact: InteractionAssigned) -> None:
        by_hand = fact.by_hand is not None
        self._seen["assigned by hand"] += by_hand
        self._seen["overdrawn by hand"] += by_hand and fact.overdrawn
        _, until_ms = stay.offers.pop(fact.offer_id, ("", fact.at_ms))
        if fact.at_ms > until_ms:
            self.bounded.broken(f"{fact.offer_id}: accepted after its end")
        pool.take(fact.agent_id, stay)
        pool.move(stay, "assigned")
        stay.assigned_to, stay.spoke_ms, stay.idle = fact.agent_id, fact.at_ms, False
        stay.not_before_ms = None
        pool.forget_asides(stay.id)

    def widened(self, pool: Pool, stay: Stay, fact: InteractionWidened) -> None:
        """Only forward, by its time or because nobody is there, and never to fewer agents."""
        self.eligible.exercised += 1
        if fact.let_go is not None:
            self._seen[f"preferred agent let go: {fact.why}"] += 1
            wanted, stay.preference = stay.preference, None
            if wanted is None or wanted.agent_id != fact.let_go or fact.step != stay.step:
                self.eligible.broken(f"{fact.event_id}: let go whom it did not wait for")
            elif fact.why == "waited" and fact.at_ms < wanted.until_ms:
                self.eligible.broken(f"{fact.event_id}: let {fact.let_go} go before his time")
            return
        self._seen[f"widened: {fact.why}"] += 1
        if not stay.step < fact.step < len(stay.keys):
            self.eligible.broken(f"{fact.event_id}: from step {stay.step} to {fact.step}")
            return
        if fact.why == "waited" and fact.step > stay.step_by_time(fact.at_ms):
            self.eligible.broken(f"{fact.event_id}: step {fact.step} began before its time")
        able = [it for it in pool.agents.values() if pool.may_serve(it, stay)]
        if fact.why != "waited" and any(pool.signed_in(it.id) for it in able):
            self.eligible.broken(f"{fact.event_id}: {fact.why}, but there is {able[0].id}")
        stay.step = fact.step
        if not all(pool.may_serve(it, stay) for it in able):
            self.eligible.broken(f"{fact.event_id}: fewer may serve it than before")

    def at_rest(self, pool: Pool) -> None:
        for stay in pool.stays.values():
            for offer_id, (_, until_ms) in stay.offers.items():
                self.bounded.broken(f"{offer_id}: never ended; it was open until {until_ms}")
            if stay.status == "limbo":
                self.bounded.broken(f"{stay.id}: its offers ended, and it waits nowhere")

    def _count_pace(self, pool: Pool, fact: OfferMade) -> None:
        pace = pool.document.pace if pool.document else None
        if pace is not None and (not pace.channels or fact.channel in pace.channels):
            pool.paced.setdefault(fact.agent_id, []).append(fact.at_ms)
            if self._within_pace(pool, fact.agent_id) > pace.offers:
                self.eligible.broken(f"{fact.offer_id}: more than the pace of {fact.agent_id}")

    def _within_pace(self, pool: Pool, agent_id: str) -> int:
        pace = pool.document.pace if pool.document else None
        since_ms = pool.now_ms - (pace.per_s * 1000 if pace else 0)
        return sum(at_ms > since_ms for at_ms in pool.paced.get(agent_id, ()))
