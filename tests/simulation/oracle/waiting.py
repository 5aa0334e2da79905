"""R5: after each decision nobody waits in vain; and what is explained of him is so."""

from shared.contracts.configuration import Agent, PoolDocument
from shared.contracts.explanation import InteractionExplained
from switchyard.report.verdict import Finding
from tests.simulation.oracle.standing import Asked, Pool, Stay
from tests.support.router_eligible import fits


class WaitingCheck:
    def __init__(self) -> None:
        self.conserving = Finding("R5", "nobody waits while somebody who may serve him has room")
        self.explained = Finding("explained", "an explanation says how it is")

    def decided(self, pool: Pool, document: PoolDocument) -> None:
        if not pool.waiting:
            return
        self.conserving.exercised += 1
        skipping = {it.name for it in document.queues if it.skip_empty_steps}
        for stay in pool.waiting.values():
            self._widened(pool, stay, skips=stay.queue in skipping)
        asked = [(stay, pool.asked(stay, stay.step)) for stay in pool.waiting.values()]
        for agent_id in sorted(pool.ready):
            if (agent := pool.agents.get(agent_id)) is not None and pool.signed_in(agent_id):
                self._waits_in_vain(pool, document, agent, asked)

    def _waits_in_vain(
        self, pool: Pool, document: PoolDocument, agent: Agent, asked: list[tuple[Stay, Asked]]
    ) -> None:
        """As `Pool.could`, for all who wait; what is true of many is looked at once."""
        open_: dict[str, bool] = {}
        held, able = pool.channels_of(agent.id), pool.able(agent)
        for stay, key in asked:
            may = able.get(key)
            if may is None:
                may = pool.may_serve(agent, stay)
            if not may or (stay.preference and stay.preference.agent_id != agent.id):
                continue
            if stay.channel not in open_:
                open_[stay.channel] = pool.asked_now(agent.id, stay.channel) and fits(
                    document, agent, held, stay.channel
                )
            if open_[stay.channel] and pool.asides.get((stay.id, agent.id), 0) <= pool.now_ms:
                self.conserving.broken(f"{stay.id}: waits while {agent.id} is free, {pool.now_ms}")

    def _widened(self, pool: Pool, stay: Stay, *, skips: bool) -> None:
        """Its step is the one of its time; nobody is waited for who is not there."""
        told = f"{stay.id}: in step {stay.step}, at {pool.now_ms}"
        if stay.step < stay.step_by_time(pool.now_ms):
            self.conserving.broken(f"{told}: a later one should have begun")
        if (wanted := stay.preference) is not None:
            agent = pool.agents.get(wanted.agent_id)
            if wanted.until_ms <= pool.now_ms or not self._may_come(pool, stay, agent):
                self.conserving.broken(f"{told}: waits for {wanted.agent_id} in vain")
        if skips and stay.step + 1 < len(stay.keys) and not self._anybody(pool, stay, stay.step):
            later = range(stay.step + 1, len(stay.keys))
            if any(self._anybody(pool, stay, step) for step in later):
                self.conserving.broken(f"{told}: nobody of it is there, but of a later one")

    def _may_come(self, pool: Pool, stay: Stay, agent: Agent | None) -> bool:
        return agent is not None and pool.signed_in(agent.id) and pool.may_serve(agent, stay)

    def _anybody(self, pool: Pool, stay: Stay, step: int) -> bool:
        return any(
            pool.signed_in(it.id) and pool.may_serve(it, stay, step) for it in pool.agents.values()
        )

    def explains(self, pool: Pool, fact: InteractionExplained) -> None:
        """State, place and each verdict, against what was told up to then."""
        self.explained.exercised += 1
        key, stay = fact.interaction_id, pool.stays.get(fact.interaction_id)
        if stay is None:
            self.explained.broken(f"{key}: explained as {fact.state}, and never told of")
            return
        pool.now_ms = max(pool.now_ms, fact.at_ms)
        told = (fact.state, fact.queue)
        if told != (stay.status, stay.queue) and stay.status != "ended":
            self.explained.broken(f"{key}: explained as {told}, is {stay.status} in {stay.queue}")
        if stay.status == "assigned" and fact.agent_id != stay.assigned_to:
            self.explained.broken(f"{key}: explained with {fact.agent_id}, not {stay.assigned_to}")
        if stay.status != "waiting":
            return
        for verdict in fact.verdicts:
            agent = pool.agents.get(verdict.agent_id)
            could = agent is not None and pool.could(agent, stay, pool.channels_of(agent.id))
            if could != (verdict.constraint == "eligible"):
                self.explained.broken(f"{key}: {verdict.agent_id} fails {verdict.constraint}?")
