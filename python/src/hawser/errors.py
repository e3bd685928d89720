"""What goes wrong, as exceptions. All of them are `HawserError`."""

from collections.abc import Mapping
from typing import Any

from .codes import CLOSES, ERRORS


class HawserError(Exception):
    """The base of everything that this package raises on its own account."""


class ProtocolError(HawserError):
    """The peer sent what the protocol does not know. Not to be retried: one of the two sides has to be updated."""


class Refused(HawserError):
    """The gateway refused a request with a code of its catalogue (`hawser.codes.ERRORS`)."""

    def __init__(
        self,
        code: str,
        message: str | None = None,
        *,
        details: Mapping[str, Any] | None = None,
        retry_after: float | None = None,
    ) -> None:
        known = ERRORS.get(code)
        self.code = code
        """The code, in capitals."""
        self.message = message or (known.message if known else code)
        """One sentence for people, without internals of the gateway."""
        self.details = dict(details or {})
        """What else is known, for instance `{"field": "text"}`."""
        self.retryable = known.retryable if known else False
        """Whether the same request may succeed later."""
        self.retry_after = retry_after
        """The least time to wait before that, in seconds, where the gateway said so."""
        super().__init__(f"{code}: {self.message}")


class ConnectionLost(HawserError):
    """The gateway cannot be reached, or the wire was closed for good: the policy allows no further attempt.

    `code` is the WebSocket close code (1006 where there was none); `hawser.codes.CLOSES` says what it means.
    """

    def __init__(self, code: int, reason: str = "") -> None:
        known = CLOSES.get(code)
        self.code = code
        self.reason = reason or (known.meaning if known else "")
        super().__init__(f"{code} {known.name if known else ''}: {self.reason}")


class ApprovalRejected(HawserError):
    """A person said no, or nobody said anything in time. Raised when the arguments of such a decision are used."""

    def __init__(self, tool: str, decision: str, reason: str | None) -> None:
        self.tool = tool
        self.decision = decision
        """`"reject"` or `"expire"`."""
        self.reason = reason
        super().__init__(f"{tool}: {decision}" + (f" ({reason})" if reason else ""))


class DeviceError(HawserError):
    """A tool on the user's device gave no result.

    `code` is `DEVICE_OFFLINE` (no such device, or it went away), `TIMEOUT`, or `DEVICE_ERROR` where the tool itself
    failed; `error` is what the device or the gateway said, as JSON.
    """

    def __init__(self, tool: str, code: str, error: Any = None) -> None:
        self.tool = tool
        self.code = code
        self.error = error
        super().__init__(f"{tool}: {code}" + (f": {error}" if error is not None else ""))


class RunFailed(HawserError):
    """Raised by a handler to end its run as failed with words of its own.

    The user sees `message`, and `code` where it is one of `hawser.codes.ERRORS`. Any other exception out of a handler
    ends the run as `AGENT_ERROR` without its text, which is only logged: it may hold internals.
    """

    def __init__(self, message: str, code: str = "AGENT_ERROR") -> None:
        self.code = code
        self.message = message
        super().__init__(f"{code}: {message}")
