"""How long a mass failover takes: every waiting interaction of a channel moves in one decision.

Beside it, in the same run, what merely encoding the same facts takes: no router could be quicker.
"""

import time
from collections.abc import Callable
from typing import TypedDict

from services.router.core import RouterState, router_core
from shared.contracts import interactions, outage, system
from shared.contracts.configuration import (
    Agent,
    ChannelSettings,
    Document,
    LanguageLevel,
    PoolDocument,
    Queue,
    canonical,
    hash_of,
)
from shared.contracts.event import Event
from shared.contracts.topics import POOL_LOG
from shared.log import LogRecord, headers_of
from shared.runner.shard import Outcome, Shard

T0 = 1_760_000_000_000
LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "ro", "lv", "he", "pl", "ru")


class Figures(TypedDict):
    waiting: int
    out_s: float
    out_encode_s: float
    back_s: float
    back_encode_s: float
    facts: int


def measure(waiting: int) -> Figures:
    """`waiting` interactions of chat, a tenth without a backup, nobody ready; out and back."""
    document = PoolDocument(
        pool="p",
        default_language="en",
        default_queue="general",
        queues=(Queue(name="general"),),
        channels={"chat": ChannelSettings(backups=("email",)), "email": ChannelSettings()},
        agents=tuple(
            Agent(id=f"a{n}", languages={LANGUAGES[n % 12]: LanguageLevel(), "en": LanguageLevel()})
            for n in range(1_000)
        ),
    )
    hash_ = hash_of(canonical(document))
    documents: dict[str, Document] = {hash_: document}
    shard: Shard[RouterState] = Shard(router_core, partition=0, partitions=1, documents=documents)
    feed = _feeder(shard)
    feed(system.ConfigChanged(**_head(0), pool="p", actor="op", hash=hash_, version=1))
    for number in range(waiting):
        feed(
            interactions.InteractionReceived(
                **_head(number + 1),
                pool="p",
                actor="s",
                interaction_id=f"p:{number}",
                channel="chat",
                body_hash="h",
                language=LANGUAGES[number % 12],
                language_source="given",
                reachable_by=() if number % 10 == 0 else ("email",),
            )
        )
    away = {"pool": "p", "channel": "chat", "incident_id": "chat-1"}
    out, out_s = feed(outage.ChannelFailedOver(**_head(waiting + 1), **away, epoch=1))
    back, back_s = feed(outage.ChannelRestored(**_head(waiting + 2), **away, epoch=2))
    return Figures(
        waiting=waiting,
        out_s=out_s,
        out_encode_s=_encoding_s(out),
        back_s=back_s,
        back_encode_s=_encoding_s(back),
        facts=len(out.facts) + len(back.facts),
    )


def _head(number: int) -> dict[str, object]:
    return {"event_id": f"e{number}", "at_ms": T0 + number, "by": "bench"}


def _feeder(shard: Shard[RouterState]) -> Callable[[Event], tuple[Outcome, float]]:
    offset = 0

    def feed(event: Event) -> tuple[Outcome, float]:
        nonlocal offset
        headers = dict(headers_of(event))
        record = LogRecord(
            topic=POOL_LOG,
            partition=0,
            offset=offset,
            kind=headers["kind"].decode(),
            by=event.by,
            at_ms=event.at_ms,
            key="p",
            value=event.model_dump_json().encode(),
        )
        offset += 1
        began_s = time.perf_counter()
        outcome = shard.take([record])
        return outcome, time.perf_counter() - began_s

    return feed


def _encoding_s(outcome: Outcome) -> float:
    began_s = time.perf_counter()
    for fact in outcome.facts:
        fact.__pydantic_serializer__.to_json(fact)
    return time.perf_counter() - began_s
