// A device of its user: offers tools with JSON Schemas and runs them when an agent calls. Node 22 or newer; Node 20 with
// --experimental-websocket.
//   HAWSER_URL=http://localhost:8080 HAWSER_TOKEN=... node device.mjs
import { hostname, uptime } from "node:os";
import { createInterface } from "node:readline/promises";
import { connect } from "./connect.mjs";

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

connect({
  url: process.env.HAWSER_URL ?? "http://localhost:8080",
  token: process.env.HAWSER_TOKEN,
  id: `${hostname()}-node`,
  tools,
  told(what, reason) {
    if (what === "connected") console.log(`connected, offering ${Object.keys(tools).join(", ")}`);
    if (what === "refused") {
      console.error(`the gateway closed the connection: ${reason}`);
      process.exit(1);
    }
  },
});
