"""What a handler of a run has in its hands."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .errors import ApprovalRejected, DeviceError
from .protocol.envelope import format_time
from .protocol.worker import ANY_DEVICE, ClaimedRun, Decided, DeviceResult, InboxItem, Message, UiAction
from .upload import Upload

MAX_DEVICE_TIMEOUT = 600.0
"""The longest time in seconds that a device may be given for a tool."""
DEVICE_GRACE = 30.0
"""How much later than the gateway a call of a device is given up here, in seconds: by then the gateway has said so."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided. True in a condition where the tool may be called."""

    tool: str
    decision: str
    """`approve`, `edit`, `reject` or `expire`."""
    reason: str | None
    decided_by: str | None
    _args: Mapping[str, Any] = field(repr=False)

    def __bool__(self) -> bool:
        return self.decision in ("approve", "edit")

    @property
    def edited(self) -> bool:
        """Whether the person changed the arguments."""
        return self.decision == "edit"

    @property
    def args(self) -> dict[str, Any]:
        """The arguments to call the tool with: those asked for, or as the person edited them.

        Raises ApprovalRejected where the answer was no, so that a handler that forgets to look cannot go on.
        """
        if not self:
            raise ApprovalRejected(self.tool, self.decision, self.reason)
        return dict(self._args)


@dataclass(slots=True)
class Recorded:
    """What this attempt had asked for and heard before its worker was lost."""

    approvals: dict[str, Decided] = field(default_factory=dict)
    results: dict[str, DeviceResult] = field(default_factory=dict)


@dataclass(slots=True)
class Subagent:
    """A task handed to another agent; what is set here is told when the block ends."""

    id: str
    result: Any = None


class Placed(Awaitable[None]):
    """An event that has its place in line. Awaiting it holds back who is more than 1 MiB ahead of the gateway."""

    __slots__ = ("_upload",)

    def __init__(self, upload: Upload) -> None:
        self._upload = upload

    def __await__(self) -> Generator[Any, Any, None]:
        return self._upload.room().__await__()


class Context:
    """One attempt of one run. For the task that the handler runs in, and tasks that it starts itself.

    What adds an event (`text`, `thinking`, `ui`, `state`, `event`) does so at once, by the call: events reach the session in
    the order of the calls, each once; what a handler added before it ended is stored before the run ends. Await the call all
    the same where much comes: with more than 1 MiB on the way that waits until the gateway has taken some of it, and without
    any await nothing goes out meanwhile.

    Where the attempt is over (cancelled by a person, or taken over because the gateway heard nothing in time), the handler
    gets `asyncio.CancelledError` at its next await; what it adds from then on goes nowhere.
    """

    def __init__(
        self,
        run: ClaimedRun,
        upload: Upload,
        recorded: Recorded,
        listen: Callable[[], None],
        waits: Callable[[], None],
    ) -> None:
        self._run = run
        self._upload = upload
        self._recorded = recorded
        self._listen = listen
        self._waits = waits
        self._approvals: dict[str, asyncio.Future[Decided]] = {}
        self._calls: dict[str, asyncio.Future[DeviceResult]] = {}
        self._actions: asyncio.Queue[Any] = asyncio.Queue()
        self._began_as = run.attempt
        self._asked = 0
        self._called = 0
        self._subagents = 0
        self.waiting_for_people = 0
        """How many approvals are being waited for."""

    @property
    def run_id(self) -> str:
        """The run's id, the same in every attempt."""
        return self._run.run_id

    @property
    def attempt(self) -> int:
        """Counts from 1; above it, an attempt before was lost and its output has been dropped."""
        return self._run.attempt

    @property
    def agent(self) -> str:
        """The name under which the gateway's configuration has the agent."""
        return self._run.agent

    @property
    def session_id(self) -> str:
        """The session (the conversation) that the run belongs to."""
        return self._run.session_id

    @property
    def tenant_id(self) -> str:
        """Whose user it is; from the gateway's verified credential."""
        return self._run.tenant_id

    @property
    def user_id(self) -> str:
        """Who asked; from the gateway's verified credential."""
        return self._run.user_id

    @property
    def connection_id(self) -> str | None:
        """The wire that asked, where there was one."""
        return self._run.connection_id

    @property
    def message(self) -> str:
        """What was asked."""
        return self._run.message

    @property
    def history(self) -> tuple[Message, ...]:
        """The session's messages before this one, oldest first; at most 1000, of at most a million characters."""
        return self._run.history

    @property
    def metadata(self) -> Mapping[str, Any]:
        """What the asker put beside the message."""
        return self._run.metadata

    @property
    def resumed(self) -> bool:
        """Whether this attempt was begun by another worker, which was lost while a person was asked: see `approve`."""
        return self._run.resume is not None

    def text(self, text: str, *, message_id: str | None = None) -> Placed:
        """The next piece of the answer; pieces are joined as they are. A `message_id` begins an answer of its own."""
        return self.event("text.delta", delta=text, messageId=message_id)

    def thinking(self, text: str) -> Placed:
        """A step of the agent's reasoning, to be shown."""
        return self.event("thinking", text=text)

    def ui(self, action: Any) -> Placed:
        """A message of an A2UI surface, passed on as it is."""
        return self.event("ui.action", action=action)

    def state(self, state: Any) -> Placed:
        """The shared state as a whole; changes of it are `event("state.delta", patch=[...])`, RFC 6902."""
        return self.event("state.snapshot", state=state)

    def event(self, type: str, /, **fields: Any) -> Placed:
        """Any event that agents may send (protocol/events.schema.json, `agentEvent`), fields as they are named there.

        Fields that are None are left out, unless the type needs them. Raises ValueError where agents may not send it, a
        field is missing, or its JSON has more than 256 KiB. A run is ended by returning or raising, not by an event.
        """
        if type.startswith("run."):
            raise ValueError("a run ends when its handler returns or raises")
        self._upload.put(type, fields)
        return Placed(self._upload)

    async def approve(
        self,
        tool: str,
        args: Mapping[str, Any],
        *,
        reason: str = "",
        amount: float | None = None,
        currency: str | None = None,
        estimated_cost: float | None = None,
        expires_at: datetime | None = None,
    ) -> Decision:
        """Asks the people who watch whether a tool may be called, and waits for the one recorded decision, however long.

            decision = await ctx.approve("pay", {"amount": 250}, reason="The invoice is due")
            if decision:
                pay(**decision.args)        # as edited, if they were

        A rejection is no exception until its arguments are used. If this worker ends or is lost meanwhile, the approval
        stays, and with the decision the handler is called again from its start, in another worker, as the same attempt
        (`ctx.resumed`); approvals and device calls then answer as they did, in the order of the calls, and events that it
        adds again just as they were are left out. Where it does something else than before, that is added.
        """
        self._asked += 1
        key = f"{self._run.run_id}.{self._began_as}.{self._asked}"
        decided = self._recorded.approvals.get(key)
        if decided is None:
            future: asyncio.Future[Decided] = asyncio.get_running_loop().create_future()
            self._approvals[key] = future
            await self.event(
                "approval.required",
                approvalId=key,
                toolName=tool,
                toolArgs=dict(args),
                reason=reason,
                amount=amount,
                currency=currency,
                estimatedCost=estimated_cost,
                expiresAt=None if expires_at is None else format_time(expires_at),
            )
            await self._upload.stored()
            self._listen()
            self.waiting_for_people += 1
            self._waits()
            try:
                decided = await future
            finally:
                self.waiting_for_people -= 1
                self._approvals.pop(key, None)
        effective = decided.args if decided.args is not None else args
        return Decision(tool, decided.decision, decided.reason, decided.decided_by, effective)

    async def call_device(
        self, tool: str, args: Mapping[str, Any] | None = None, *, timeout: float = 30.0, device: str | None = None
    ) -> Any:
        """Calls a tool on the user's own device and returns its result, as JSON.

        `device` names one; without it, any connected device of the user that offers the tool. Raises DeviceError where there
        is none, it goes away, the tool fails, or no answer has come after `timeout` seconds, ValueError where that is not
        more than 0 and 600 at most; a result that comes later is dropped. The gateway hands a call to a device once, tells it
        how long it has, and ends it then.
        """
        if not 0 < timeout <= MAX_DEVICE_TIMEOUT:
            raise ValueError(f"a device may take more than 0 and at most {MAX_DEVICE_TIMEOUT:.0f} seconds")
        self._called += 1
        key = f"{self._run.run_id}.{self._began_as}.c{self._called}"
        await self.event(
            "tool.call",
            toolCallId=key,
            name=tool,
            arguments=dict(args or {}),
            deviceId=device or ANY_DEVICE,
            timeoutMs=max(1, round(timeout * 1000)),
        )
        answer = self._recorded.results.get(key) or await self._device_result(tool, key, timeout)
        if answer.error is not None:
            code = answer.error.get("code") if isinstance(answer.error, dict) else None
            raise DeviceError(tool, code if isinstance(code, str) else "DEVICE_ERROR", answer.error)
        return answer.result

    async def _device_result(self, tool: str, key: str, timeout: float) -> DeviceResult:
        future: asyncio.Future[DeviceResult] = asyncio.get_running_loop().create_future()
        self._calls[key] = future
        try:
            async with asyncio.timeout(timeout + DEVICE_GRACE):
                await self._upload.stored()
                self._listen()
                return await future
        except TimeoutError:
            raise DeviceError(tool, "TIMEOUT") from None
        finally:
            self._calls.pop(key, None)

    async def ui_action(self) -> Any:
        """Waits for what a person does on a surface of this run (`ui`), as its A2UI message, in order; each is given once."""
        self._listen()
        return await self._actions.get()

    @asynccontextmanager
    async def subagent(self, kind: str, task: str, *, parent: str | None = None) -> AsyncIterator[Subagent]:
        """Tells that a task is in the hands of another agent for as long as the block lasts.

        async with ctx.subagent("researcher", "find the lease") as sub:
            sub.result = await research()

        An exception ends it as failed and goes on outwards; its text is not told.
        """
        self._subagents += 1
        sub = Subagent(f"{self._began_as}.s{self._subagents}")
        began = time.monotonic()
        await self.event("subagent.started", subagentId=sub.id, subagentType=kind, task=task, parentAgent=parent)
        error: str | None = None
        try:
            yield sub
        except asyncio.CancelledError:
            error = "cancelled"
            raise
        except BaseException:
            error = "failed"
            raise
        finally:
            # Without waiting for room: what is being cancelled must not wait.
            self._upload.put(
                "subagent.ended",
                {
                    "subagentId": sub.id,
                    "success": error is None,
                    "result": sub.result,
                    "error": error,
                    "durationMs": round((time.monotonic() - began) * 1000),
                },
            )

    def began_as(self, attempt: int) -> None:
        """The attempt under whose number the output so far was begun: ids of approvals and calls hold it."""
        self._began_as = attempt

    def took(self, item: InboxItem) -> None:
        """Gives an item of the run's inbox to whoever waits for it; repeated ones and those of nobody are dropped."""
        match item:
            case Decided(approval_id=key):
                approval = self._approvals.get(key)
                if approval is not None and not approval.done():
                    approval.set_result(item)
            case DeviceResult(tool_call_id=key):
                call = self._calls.get(key)
                if call is not None and not call.done():
                    call.set_result(item)
            case UiAction(action=action):
                self._actions.put_nowait(action)
            case _:
                return
