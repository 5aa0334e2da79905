"""How evidence and configuration change what is known of channels."""

from services.outage.core.health import is_down, is_silent, is_witnessed
from services.outage.core.model import ChannelState, Look
from services.outage.core.plan import SECOND_MS
from services.outage.core.state import OutageState
from shared.contracts.outage import ChannelHealthChanged, ContactsSeen, ProbeEnded
from shared.contracts.system import ConfigTaken


def contacts_seen(state: OutageState, fact: ContactsSeen) -> None:
    """Heard time goes on, for every channel that is listened to.

    It never runs faster than logical time, also when several gateways tell. A contact leaves as
    much silence as logical time has passed since: none, unless the record came late or twice.

    Silence begins after a first contact: a channel that never carried one may not be connected
    yet. Counted from the time of the configuration, every new channel would be doubted, and one
    that is dead from the start is what probes are for.
    """
    assert state.plan is not None
    for channel in state.plan.listened:
        it = state.touched_channel(channel)
        if it.heard:
            it.silence_ms += max(0, min(fact.gap_ms, fact.at_ms - it.heard_at_ms))
        it.heard_at_ms = max(it.heard_at_ms, fact.at_ms)
        if fact.counts.get(channel, 0) > 0:
            it.heard = True
            it.silence_ms = min(it.silence_ms, it.heard_at_ms - fact.at_ms)
            it.doubted = it.doubted and _silent(state, it)


def probe_ended(state: OutageState, fact: ProbeEnded) -> None:
    it = state.touched_channel(fact.channel)
    look = it.looks.setdefault(fact.probe, Look())
    look.newest_ms = fact.at_ms
    match fact.outcome:
        case "failed":
            look.bad_run, look.good_run = look.bad_run + 1, 0
        case "ok":
            if not look.good_run:
                look.good_since_ms = fact.at_ms
            look.bad_run, look.good_run = 0, look.good_run + 1
            it.overruled_until_ms = 0  # they agree: what fails from now on is new
        case "isolated":
            return  # the fault is on our side: it breaks no run, and is none
    look.spoke_ms, look.detail = fact.at_ms, fact.detail
    watch = state.plan.watched(fact.channel) if state.plan else None
    it.witnessed = it.witnessed or (watch is not None and is_witnessed(it, watch))


def health_changed(state: OutageState, fact: ChannelHealthChanged) -> None:
    it = state.touched_channel(fact.channel)
    it.health, it.number, it.since_ms = fact.health, fact.number, fact.at_ms
    it.doubted = _silent(state, it)  # this stretch was weighed in the change
    it.incident_id = fact.incident_id if fact.health == "failed_over" else None
    for look in it.looks.values():
        look.good_run = 0  # what must be good from now on
        if fact.health == "healthy":
            look.bad_run = 0
    if fact.health == "healthy":
        it.witnessed = False
        it.overruled_until_ms = _overruled_until_ms(state, fact)
    elif fact.health == "failed_over":  # a doubt of before is no witness of what was declared
        watch = state.plan.watched(fact.channel) if state.plan else None
        it.witnessed = watch is not None and is_down(it, watch)


def _overruled_until_ms(state: OutageState, fact: ChannelHealthChanged) -> int:
    """Somebody knows better than a probe that still fails: a while, or everybody is told twice.

    The while is the least time that a failover lasts.
    """
    watch = state.plan.watched(fact.channel) if state.plan else None
    if watch is None or not any(it.signal == "person" for it in fact.evidence):
        return 0
    return fact.at_ms + watch.failed_over_for_s * SECOND_MS


def config_taken(state: OutageState, fact: ConfigTaken) -> None:
    """What is not watched any more is forgotten: looks of probes that are gone, and silence."""
    known = state.touched_installation()
    known.config, known.version = fact.hash, fact.version
    state.take_plan()
    assert state.plan is not None
    for channel in sorted(state.channels):
        it = state.touched_channel(channel)
        watch = state.plan.watched(channel)
        names = {probe.name for probe in watch.probes} if watch else set()
        it.looks = {name: look for name, look in it.looks.items() if name in names}
        if channel not in state.plan.listened:
            it.silence_ms, it.heard, it.doubted = 0, False, False


def _silent(state: OutageState, it: ChannelState) -> bool:
    watch = state.plan.watched(it.channel) if state.plan else None
    return watch is not None and is_silent(it, watch)
