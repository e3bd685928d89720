"""The agent side of the gateway's HTTP interface, one method a route."""

from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from .errors import ProtocolError, Refused
from .protocol.worker import ClaimedRun, InboxItem, claimed, inbox_item

Unreachable = httpx.TransportError
"""The gateway could not be asked, or gave no whole answer: whether the request took effect is not known."""

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 30.0
PAGE = 1000


class AgentApi:
    """Blocks nobody; every method raises Refused where the gateway says no, and Unreachable where nobody answers.

    `key` is a key of the gateway's `workers.keys` or a development worker token; it is shown for claims only, everything
    else is asked for with the token of the run.
    """

    def __init__(self, url: str, key: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._key = key
        self._http = httpx.AsyncClient(
            base_url=url.rstrip("/"),
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS, pool=None),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=30),
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def claim(self, agents: list[str], most: int, wait: float) -> list[ClaimedRun]:
        """Up to `most` runs of these agents, none where none came within `wait` seconds.

        Cancelling it is safe: the gateway notices, and what it had handed out goes to somebody else.
        """
        body = {"agents": agents, "max": most, "waitMs": int(wait * 1000)}
        answer = await self._ask("POST", "/v1/workers/claim", self._key, json=body, wait=wait)
        return [claimed(run) for run in _list(answer, "runs")]

    async def heartbeat(self, run: ClaimedRun) -> bool:
        """Extends the lease; whether the run is to be cancelled."""
        answer = await self._ask("POST", _path(run, "heartbeat"), run.run_token)
        return bool(answer.get("cancelRequested"))

    async def release(self, run: ClaimedRun) -> None:
        """Hands the run over to whoever claims it next; not counted as an attempt that was lost."""
        await self._ask("POST", _path(run, "release"), run.run_token)

    async def inbox(self, run: ClaimedRun, after: int, wait: float) -> tuple[list[InboxItem], int]:
        """What has happened for the run after a sequence, as soon as there is something, none where nothing came within
        `wait` seconds; and the sequence to go on after. Reading takes nothing away; a cancel is told each time."""
        params = {"after": str(after), "waitMs": str(int(wait * 1000))}
        answer = await self._ask("GET", _path(run, "inbox"), run.run_token, params=params, wait=wait)
        items: list[InboxItem] = []
        for value in _list(answer, "items"):
            item = inbox_item(value)
            if item is not None:
                items.append(item)
            sequence = value.get("sequence")
            after = max(after, sequence) if isinstance(sequence, int) else after
        return items, after

    async def upload(self, run: ClaimedRun, number: int, lines: AsyncIterator[bytes]) -> int:
        """Stores events as they come; returns the last one's sequence once all are stored. Numbers rise from one upload of an
        attempt to the next."""
        headers = {"Content-Type": "application/x-ndjson"}
        params = {"upload": str(number)}
        path = _path(run, "events")
        answer = await self._ask("POST", path, run.run_token, content=lines, headers=headers, params=params)
        sequence = answer.get("lastSequence")
        if not isinstance(sequence, int):
            raise ProtocolError("lastSequence: not a whole number")
        return sequence

    async def events(self, run: ClaimedRun, after: int, upload: int) -> list[Mapping[str, Any]]:
        """The run's events in the log after a sequence. No upload of a number below `upload` adds to them any more, even if it
        was broken and is still on its way."""
        events: list[Mapping[str, Any]] = []
        next_after: object = after
        while isinstance(next_after, int):
            params = {"after": str(next_after), "limit": str(PAGE), "upload": str(upload)}
            answer = await self._ask("GET", _path(run, "events"), run.run_token, params=params)
            events += _list(answer, "events")
            next_after = answer.get("nextAfter")
        return events

    async def _ask(self, method: str, path: str, token: str, *, wait: float = 0.0, **rest: Any) -> Mapping[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} | rest.pop("headers", {})
        timeout = httpx.Timeout(ANSWER_SECONDS, read=ANSWER_SECONDS + wait, connect=CONNECT_SECONDS, pool=None)
        response = await self._http.request(method, path, headers=headers, timeout=timeout, **rest)
        try:
            answer = response.json() if response.content else {}
        except ValueError:
            answer = {}
        if not isinstance(answer, dict):
            raise ProtocolError("not an object")
        if not response.is_success:
            raise _refused(response.status_code, answer)
        return answer


def _refused(status: int, problem: Mapping[str, Any]) -> Refused:
    code = problem.get("code")
    after = problem.get("retryAfterMs")
    return Refused(
        code if isinstance(code, str) else _code(status),
        str(problem.get("detail") or problem.get("title") or f"status {status}"),
        retry_after=after / 1000 if isinstance(after, int | float) else None,
    )


def _code(status: int) -> str:
    """For answers of what stands in between, which know none of our codes."""
    match status:
        case 401 | 403:
            return "FORBIDDEN"
        case 404:
            return "NOT_FOUND"
        case 429:
            return "RATE_LIMITED"
        case _ if status >= 500:
            return "STORE_UNAVAILABLE"
        case _:
            return "INVALID_MESSAGE"


def _path(run: ClaimedRun, what: str) -> str:
    return f"/v1/runs/{quote(run.run_id, safe='')}/{what}"


def _list(answer: Mapping[str, Any], name: str) -> list[Any]:
    value = answer.get(name)
    if not isinstance(value, list):
        raise ProtocolError(f"{name}: not a list")
    return value
