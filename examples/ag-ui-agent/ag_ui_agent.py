"""An agent that speaks AG-UI, with nothing but Python's standard library: python3 ag_ui_agent.py [PORT]

`pay 250` ends in an interrupt; the gateway asks a person and calls again with the decision in `resume`.
"""

import json
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]


def answer(run: Json) -> Iterator[Json]:
    """The events of one run (without its RUN_STARTED)."""
    asked = [message["content"] for message in run["messages"] if message["role"] == "user"][-1]
    end: Json = {"type": "RUN_FINISHED", "threadId": run["threadId"], "runId": run["runId"]}
    for decided in run.get("resume") or []:
        payload = decided.get("payload") or {}
        args = payload.get("editedArgs") or {"amount": float(asked.split()[1])}
        yield from say(f"Paid {args['amount']:g}." if payload.get("approved") else "Then I leave it.", "answer")
        yield end
        return
    if asked.startswith("pay "):
        call = {"toolCallId": "pay-1"}
        yield from say("Let me ask. ", "question")
        yield {"type": "TOOL_CALL_START", "toolCallName": "pay", **call}
        yield {"type": "TOOL_CALL_ARGS", "delta": json.dumps({"amount": float(asked.split()[1])}), **call}
        yield {"type": "TOOL_CALL_END", **call}
        interrupt = {"id": "may-i-pay", "reason": "tool_call", "message": "You asked me to pay.", **call}
        yield end | {"outcome": {"type": "interrupt", "interrupts": [interrupt]}}
        return
    yield from say(f"You asked: {asked}", "answer")
    yield end


def say(text: str, message: str) -> Iterator[Json]:
    yield {"type": "TEXT_MESSAGE_START", "messageId": message, "role": "assistant"}
    for word in text.split(" "):
        if word:
            yield {"type": "TEXT_MESSAGE_CONTENT", "messageId": message, "delta": word + " "}
    yield {"type": "TEXT_MESSAGE_END", "messageId": message}


class Agent(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        run = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for event in [{"type": "RUN_STARTED", "threadId": run["threadId"], "runId": run["runId"]}, *answer(run)]:
            self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 9001), Agent)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
