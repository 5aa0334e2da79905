"""Is a channel down? Runs of looks and silence, weighed by rules that time alone never changes.

Several probes look at a channel from several places, and each counts its own run. The channel's run
is a quorum: it was bad k times in a row when at least half of its probes were, and good k times
when more than half were. One broken probe of three then moves nobody, and one of two does, for with
an even split nobody can tell, and contacts on a dead channel cost more than contacts on a backup.
"""

from services.outage.core.model import ChannelState, Look
from services.outage.core.plan import SECOND_MS
from shared.contracts.configuration import WatchedChannel
from shared.contracts.outage import Evidence
from shared.contracts.words import ChannelHealth

MOST_EVIDENCE = 10


def verdict(it: ChannelState, watch: WatchedChannel | None, now: int) -> ChannelHealth:
    """What the channel's health should be, by all that is known; it may be what it is."""
    if it.health == "failed_over":
        return "healthy" if watch and is_recovered(it, watch, now) else "failed_over"
    if watch is None:
        return "healthy"  # it is not watched any more, so nothing could end a suspicion
    if is_down(it, watch) and now >= it.overruled_until_ms:
        return "failed_over"
    if it.health == "suspect":
        return "healthy" if _is_calm(it, watch) else "suspect"
    doubtful = bad_run(it, watch) > 0 or (is_silent(it, watch) and not it.doubted)
    return "suspect" if doubtful else "healthy"


def is_down(it: ChannelState, watch: WatchedChannel) -> bool:
    """Enough bad signals in a row; silence is one of them, and never enough without a probe."""
    bad = bad_run(it, watch)
    return bad > 0 and bad + is_silent(it, watch) >= watch.bad_in_a_row


def is_witnessed(it: ChannelState, watch: WatchedChannel) -> bool:
    """Whether probes see the trouble themselves, by their present runs.

    While nobody acted, one bad run is enough. What is failed over they have to find down without
    the help of silence: one lost packet does not show that they can see the end.
    """
    return bad_run(it, watch) >= (watch.bad_in_a_row if it.health == "failed_over" else 1)


def is_silent(it: ChannelState, watch: WatchedChannel) -> bool:
    limit_s = watch.silent_after_s
    return limit_s is not None and it.silence_ms >= limit_s * SECOND_MS


def bad_run(it: ChannelState, watch: WatchedChannel) -> int:
    """How many times in a row at least half of the probes found it bad."""
    runs = [look.bad_run for look in _looks(it, watch)]
    return _reached(runs, (len(runs) + 1) // 2)


def is_recovered(it: ChannelState, watch: WatchedChannel, now: int) -> bool:
    """Good long enough, and not too soon.

    Only probes that found it down can see its end: what people declared while probes were content
    ends when people say so.
    """
    if not it.witnessed or now - it.since_ms < watch.failed_over_for_s * SECOND_MS:
        return False
    looks = _looks(it, watch)
    good = sum(
        look.good_run >= watch.recovered_in_a_row
        and look.spoke_ms - look.good_since_ms >= watch.recovered_for_s * SECOND_MS
        for look in looks
    )
    return 2 * good > len(looks)


def evidence_against(
    it: ChannelState, watch: WatchedChannel | None, now: int
) -> tuple[Evidence, ...]:
    """Which probes fail, how and how often in a row, and silence. Details are codes, no words."""
    if watch is None:
        return ()
    found = [
        _seen(name, look, f"{look.detail or 'failed'} x{look.bad_run}")
        for name, look in _told(it, watch)
        if look.bad_run
    ]
    if is_silent(it, watch):
        detail = f"{it.silence_ms // SECOND_MS} s"
        found.append(Evidence(signal="silence", at_ms=now, detail=detail))
    return tuple(found[-MOST_EVIDENCE:])


def evidence_for(it: ChannelState, watch: WatchedChannel | None) -> tuple[Evidence, ...]:
    """Which probes find it well, and how often in a row."""
    if watch is None:
        return ()
    found = [
        _seen(name, look, f"ok x{look.good_run}")
        for name, look in _told(it, watch)
        if look.good_run
    ]
    return tuple(found[-MOST_EVIDENCE:])


def _seen(probe: str, look: Look, detail: str) -> Evidence:
    return Evidence(signal="probe", at_ms=look.spoke_ms, detail=f"{probe}: {detail}")


def _told(it: ChannelState, watch: WatchedChannel) -> list[tuple[str, Look]]:
    return [(probe.name, it.looks[probe.name]) for probe in watch.probes if probe.name in it.looks]


def _is_calm(it: ChannelState, watch: WatchedChannel) -> bool:
    """A suspicion ends by good looks; one that rests on silence alone also by a contact."""
    looks = _looks(it, watch)
    good = _reached([each.good_run for each in looks], len(looks) // 2 + 1)
    if looks and good >= watch.good_in_a_row:
        return True
    return not is_silent(it, watch) and not (it.witnessed and looks)


def _looks(it: ChannelState, watch: WatchedChannel) -> list[Look]:
    """One for each probe that is configured, also for one that never ended a look."""
    return [it.looks.get(probe.name) or Look() for probe in watch.probes]


def _reached(runs: list[int], quorum: int) -> int:
    """The longest run that `quorum` of them have reached."""
    return sorted(runs, reverse=True)[quorum - 1] if runs else 0
