import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { barePage, launch, newContext, PATIENCE_MS } from "./browser.js";
import { Gateway } from "./gateway.js";

const EXAMPLE = fileURLToPath(new URL("../../examples/device/device.mjs", import.meta.url));

let gateway: Gateway;
let device: ChildProcess;
let said: string[] = [];
let token: string;

beforeAll(async () => {
  gateway = await Gateway.start();
  token = await gateway.token("ann", "1h", "dev");
  const flags = typeof WebSocket === "undefined" ? ["--experimental-websocket", "--no-warnings"] : [];
  device = spawn(process.execPath, [...flags, EXAMPLE], {
    env: { ...process.env, HAWSER_URL: gateway.origin, HAWSER_TOKEN: token },
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
  const response = await fetch(`${gateway.origin}${path}`, {
    method: body ? "POST" : "GET",
    headers: { Authorization: `Bearer ${token}`, ...(body && { "Content-Type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const call = (tool: string, args: object, id = `${hostname()}-node`) =>
  ask(`/v1/devices/${id}/tools/${tool}`, { arguments: args, timeoutMs: PATIENCE_MS });

const connected = (devices = 1) =>
  expect.poll(async () => (await ask("/v1/devices")).body.devices).toHaveLength(devices);

test("the example device runs the tools that it offers", async () => {
  await connected();
  const { status, body } = await call("uptime", {});
  expect(status).toBe(200);
  expect(body.result).toMatchObject({ host: hostname() });
});

test("the example device asks its user first", async () => {
  await connected();
  const allowed = call("remember", { note: "milk" });
  await expect.poll(() => said.some((line) => line.includes("write down: milk"))).toBe(true);
  device.stdin?.write("y\n");
  expect((await allowed).body).toEqual({ result: { noted: true } });
  const refused = call("remember", { note: "secrets" });
  await expect.poll(() => said.some((line) => line.includes("write down: secrets"))).toBe(true);
  device.stdin?.write("n\n");
  expect((await refused).body).toEqual({ error: "the user said no" });
});

test("the example device comes back when its wire is cut", async () => {
  await connected();
  gateway.wire.cut();
  await expect.poll(async () => (await call("uptime", {})).status, { interval: 300 }).toBe(200);
});

test("what the example says needs no Node: a page is a device, too, and asks in a dialog", async () => {
  await connected();
  const browser = await launch();
  try {
    const context = await newContext(browser);
    const body = await readFile(new URL("connect.mjs", `file://${EXAMPLE}`), "utf8");
    await context.route("**/connect.mjs", (route) => route.fulfill({ contentType: "text/javascript", body }));
    const page = await barePage(context, gateway.origin);
    const asked: string[] = [];
    page.on("dialog", (dialog) => {
      asked.push(dialog.message());
      void (asked.length === 1 ? dialog.accept() : dialog.dismiss());
    });
    await page.evaluate(
      `import("/connect.mjs").then(({ connect }) => new Promise((told) => connect({
        url: location.origin, token: () => "${token}", id: "page", told,
        tools: { remember: { run({ note }) {
          if (!confirm("Write down " + note + "?")) throw new Error("the user said no");
          return { noted: true };
        } } },
      })))`,
    );
    await connected(2);
    expect((await call("remember", { note: "milk" }, "page")).body).toEqual({ result: { noted: true } });
    expect((await call("remember", { note: "bread" }, "page")).body).toEqual({ error: "the user said no" });
    expect(asked).toEqual(["Write down milk?", "Write down bread?"]);
    expect((await call("nothing", {}, "page")).status).toBe(404);
  } finally {
    await browser.close();
  }
});
