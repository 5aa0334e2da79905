"""How many requests a key may make: a token bucket each."""

import math


class TokenBucket:
    """Fills at `per_s` up to `burst`; times are monotonic seconds, given by the caller."""

    __slots__ = ("_at_s", "_burst", "_per_s", "_tokens")

    def __init__(self, *, per_s: float, burst: int, now_s: float) -> None:
        self._per_s, self._burst = per_s, burst
        self._tokens, self._at_s = float(burst), now_s

    def take(self, now_s: float) -> int:
        """0 if there was a token, else the whole seconds until there is one."""
        elapsed_s = max(0.0, now_s - self._at_s)
        self._tokens = min(float(self._burst), self._tokens + elapsed_s * self._per_s)
        self._at_s = now_s
        if self._tokens >= 1.0:
            self._tokens -= 1.0
            return 0
        return max(1, math.ceil((1.0 - self._tokens) / self._per_s))


class RateLimits:
    def __init__(self, *, per_s: float, burst: int) -> None:
        self._per_s, self._burst = per_s, burst
        self._buckets: dict[str, TokenBucket] = {}  # as many as there are keys

    def take(self, name: str, per_s: float | None, now_s: float) -> int:
        """Take one for the key of this name; `per_s` is its own rate, None the common one."""
        bucket = self._buckets.get(name)
        if bucket is None:
            rate = per_s or self._per_s
            burst = self._burst if per_s is None else max(1, math.ceil(2 * per_s))
            bucket = self._buckets[name] = TokenBucket(per_s=rate, burst=burst, now_s=now_s)
        return bucket.take(now_s)
