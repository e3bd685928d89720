"""When to try again."""

from collections.abc import Callable

from ..codes import CLOSES, RETRY_POLICY, Retry, RetryPolicy


class Backoff:
    """Counts failures in a row and says how long to wait; the policy is that of protocol/codes.json.

    `random` gives numbers in [0, 1).
    """

    def __init__(self, random: Callable[[], float], policy: RetryPolicy = RETRY_POLICY) -> None:
        self._random = random
        self._policy = policy
        self.failures = 0
        """In a row, and what the wait grows with."""
        self._failures_at_last = 0

    def failed(self, at_least: float = 0.0) -> float | None:
        """One more failure. Returns the seconds to wait, no fewer than `at_least`; None where the policy says stop."""
        if self.failures - self._failures_at_last >= self._policy.max_attempts:
            return None
        self.failures += 1
        return max(at_least, self.delay(self.failures))

    def delay(self, attempt: int) -> float:
        """The wait before an attempt (from 1), in seconds."""
        policy = self._policy
        # Beyond that the bound has long been reached, and a float would overflow.
        exponent = min(attempt - 1, 64)
        whole = min(policy.max_ms, policy.base_ms * policy.factor**exponent)
        return whole * (1 - policy.jitter * self._random()) / 1000

    def was_up(self, seconds: float) -> None:
        """A wire that had been established is gone. If it lasted, the failures before it are forgotten; else they let the next
        wait grow, but no longer count towards giving up."""
        if seconds * 1000 >= self._policy.reset_after_ms:
            self.failures = 0
        self._failures_at_last = self.failures


def retry_of(close_code: int) -> Retry:
    """What a client does about a close code; one that is not in the catalogue is final."""
    known = CLOSES.get(close_code)
    return known.retry if known else "never"
