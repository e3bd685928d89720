// A device of its user: offers tools with JSON Schemas and runs them when an agent calls. Node 22 or newer, or Electron's main
// process; Node 20 with --experimental-websocket.
//   HAWSER_URL=http://localhost:8080 HAWSER_TOKEN=... node device.mjs
import { hostname, uptime } from "node:os";
import { createInterface } from "node:readline/promises";

const URL_ = process.env.HAWSER_URL ?? "http://localhost:8080";
const TOKEN = process.env.HAWSER_TOKEN;

const terminal = createInterface({ input: process.stdin, output: process.stdout });

const tools = {
  uptime: {
    description: "How long this computer has been running, in seconds.",
    parameters: { type: "object", properties: {}, additionalProperties: false },
    run: () => ({ host: hostname(), seconds: Math.round(uptime()) }),
  },
  remember: {
    description: "Writes a note down on this computer. Its user is asked first.",
    parameters: { type: "object", properties: { note: { type: "string" } }, required: ["note"] },
    async run({ note }) {
      const answer = await terminal.question(`An agent wants to write down: ${note}\nAllow it? [y/N] `);
      if (!/^y(es)?$/i.test(answer.trim())) throw new Error("the user said no");
      console.log(`noted: ${note}`);
      return { noted: true };
    },
  },
};

async function call({ id, name, arguments: args }) {
  try {
    return { type: "tool_result", id, result: await tools[name].run(args ?? {}) };
  } catch (error) {
    return { type: "tool_result", id, error: error.message };
  }
}

function connect(wait = 500) {
  const url = new URL("/api/v1/ws/device", URL_.replace(/^http/, "ws"));
  if (TOKEN) url.searchParams.set("token", TOKEN);
  const wire = new WebSocket(url);
  const send = (frame) => wire.readyState === WebSocket.OPEN && wire.send(JSON.stringify(frame));
  wire.onopen = () => {
    const offered = Object.entries(tools).map(([name, { description, parameters }]) => ({
      name,
      description,
      parameters,
    }));
    send({ type: "device_hello", device_id: `${hostname()}-node`, tools: offered });
    console.log(`connected, offering ${Object.keys(tools).join(", ")}`);
    wait = 500;
  };
  wire.onmessage = async ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.type === "ping") send({ type: "pong" });
    if (frame.type === "tool_call") send(await call(frame));
  };
  // Refused, or replaced by a newer connection of the same device: there is no use in coming back.
  wire.onclose = ({ code, reason }) => {
    if (code === 1008 || code === 4007) {
      console.error(`the gateway closed the connection: ${reason || code}`);
      process.exit(1);
    }
    setTimeout(() => connect(Math.min(30_000, wait * 2)), wait * (0.5 + Math.random() / 2));
  };
}

connect();
