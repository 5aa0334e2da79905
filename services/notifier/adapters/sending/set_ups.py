"""What does not work until somebody changes our set-up: credentials, a channel that is gone.

A provider that answers `config` is not asked again for that address until the configuration has
changed, but once every five minutes in case it was mended at the provider's side. If it answers so
for a second address with no success between, the fault is taken to be ours with all of the
provider, as a refused login is. One archived channel must not silence a whole chat system.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import blake2b

from shared.contracts.words import AttemptOutcome

PROBE_EVERY_S = 300.0
_MOST = 10_000  # addresses remembered
_WORKED: frozenset[AttemptOutcome] = frozenset(
    {"accepted", "delivered", "too_big", "refused", "bad_recipient"}
)


@dataclass(slots=True)
class _Fault:
    set_up: str  # as it was when the fault was seen
    until_s: float


@dataclass(slots=True)
class SetUps:
    """Of one provider. `set_up`: a mark that is another one once the configuration changed."""

    _faults: OrderedDict[str, _Fault] = field(default_factory=OrderedDict)
    _whole: _Fault | None = None
    _last: str = ""  # the address of the last `config`, with no success since

    def look(self, now_s: float, address: str, set_up: str) -> float | None:
        """Seconds until the address may be tried; None: now."""
        left_s = [it.until_s - now_s for it in self._of(address) if it.set_up == set_up]
        longest_s = max(left_s, default=0.0)
        return longest_s if longest_s > 0 else None

    def ask(self, now_s: float, address: str, set_up: str) -> float | None:
        """The same; None makes the asker the probe, and nobody else may try for five minutes."""
        wait_s = self.look(now_s, address, set_up)
        if wait_s is None:
            for fault in self._of(address):
                fault.until_s = now_s + PROBE_EVERY_S
                fault.set_up = set_up
        return wait_s

    def tell(self, now_s: float, address: str, outcome: AttemptOutcome, set_up: str) -> None:
        mark = _mark(address)
        if outcome == "config":
            fault = _Fault(set_up, now_s + PROBE_EVERY_S)
            if self._whole is not None or self._last not in ("", mark):
                self._whole = fault
            self._last = mark
            self._faults[mark] = fault
            self._faults.move_to_end(mark)
            if len(self._faults) > _MOST:
                self._faults.popitem(last=False)
        elif outcome in _WORKED:
            self._whole, self._last = None, ""
            self._faults.pop(mark, None)
        else:  # nothing was learnt: the next one may try
            for it in self._of(address):
                it.until_s = now_s

    def _of(self, address: str) -> list[_Fault]:
        found = (self._whole, self._faults.get(_mark(address)))
        return [it for it in found if it is not None]

    @property
    def at_fault(self) -> bool:
        """Whether all of the provider is."""
        return self._whole is not None


def _mark(address: str) -> str:
    """Addresses are personal, and some are secrets."""
    return blake2b(address.encode(), digest_size=8).hexdigest()
