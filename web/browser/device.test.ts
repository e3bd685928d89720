import { type ChildProcess, spawn } from "node:child_process";
import { hostname } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Gateway } from "./gateway.js";

const EXAMPLE = fileURLToPath(new URL("../../examples/device/device.mjs", import.meta.url));

let gateway: Gateway;
let device: ChildProcess;
let said: string[] = [];

beforeAll(async () => {
  gateway = await Gateway.start();
  const flags = typeof WebSocket === "undefined" ? ["--experimental-websocket", "--no-warnings"] : [];
  device = spawn(process.execPath, [...flags, EXAMPLE], {
    env: { ...process.env, HAWSER_URL: gateway.origin, HAWSER_TOKEN: await gateway.token("ann", "1h", "dev") },
    stdio: ["pipe", "pipe", "inherit"],
  });
  said = [];
  createInterface(device.stdout!).on("line", (line) => said.push(line));
});

afterAll(async () => {
  device?.kill();
  await gateway?.stop();
});

async function ask(path: string, body?: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const token = await gateway.token("ann", "1h", "dev");
  const response = await fetch(`${gateway.origin}${path}`, {
    method: body ? "POST" : "GET",
    headers: { Authorization: `Bearer ${token}`, ...(body && { "Content-Type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const call = (tool: string, args: object) =>
  ask(`/v1/devices/${hostname()}-node/tools/${tool}`, { arguments: args, timeoutMs: 20_000 });

const connected = () =>
  expect.poll(async () => (await ask("/v1/devices")).body.devices, { timeout: 60_000 }).toHaveLength(1);

test("the example device runs the tools that it offers", async () => {
  await connected();
  const { status, body } = await call("uptime", {});
  expect(status).toBe(200);
  expect(body.result).toMatchObject({ host: hostname() });
});

test("the example device asks its user first", async () => {
  await connected();
  const allowed = call("remember", { note: "milk" });
  await expect.poll(() => said.some((line) => line.includes("write down: milk")), { timeout: 60_000 }).toBe(true);
  device.stdin?.write("y\n");
  expect((await allowed).body).toEqual({ result: { noted: true } });
  const refused = call("remember", { note: "secrets" });
  await expect.poll(() => said.some((line) => line.includes("write down: secrets")), { timeout: 60_000 }).toBe(true);
  device.stdin?.write("n\n");
  expect((await refused).body).toEqual({ error: "the user said no" });
});

test("the example device comes back when its wire is cut", async () => {
  await connected();
  gateway.wire.cut();
  await expect.poll(async () => (await call("uptime", {})).status, { timeout: 60_000, interval: 300 }).toBe(200);
});
