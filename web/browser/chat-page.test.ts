import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { HawserSession } from "../client/index.js";
import { ARTIFACTS, launch, newContext } from "./browser.js";
import { Gateway } from "./gateway.js";
import {
  answers,
  complaintsOf,
  gaps,
  type Longest,
  log,
  longest,
  say,
  serious,
  watchFrames,
  watchTasks,
} from "./page.js";
import { counted } from "./probe.js";

const AGENTS = JSON.stringify({ demo: { type: "demo" }, paced: { type: "worker" } });

let browser: Browser;
let gateway: Gateway;
let contexts: BrowserContext[] = [];
let complaints: string[][] = [];

beforeAll(async () => {
  browser = await launch();
  gateway = await Gateway.start({ HAWSER_AGENTS: AGENTS });
});

afterAll(async () => {
  await browser?.close();
  await gateway?.stop();
});

afterEach(async () => {
  gateway.wire.thaw();
  const all = complaints.flat();
  await Promise.all(contexts.map((context) => context.close()));
  contexts = [];
  complaints = [];
  expect(all, "nothing is against the page's policy or breaks").toEqual([]);
});

/** The chat page in a browser of its own, connected. */
async function open(path = "/", options: BrowserContextOptions = {}, origin = gateway.origin): Promise<Page> {
  const context = await newContext(browser, options);
  contexts.push(context);
  const page = await context.newPage();
  complaints.push(complaintsOf(page));
  await page.goto(`${origin}${path}`);
  await page.getByText(/^(Connected|Disconnected)$/).waitFor();
  return page;
}

const addressOf = (page: Page) => page.url().slice(new URL(page.url()).origin.length);
const answer = (page: Page, text: string) => log(page).locator("hawser-message p").getByText(text);

/** All that an agent has written in the last message. */
const written = (page: Page) =>
  page.evaluate(() => {
    const deep = (root: ParentNode, selector: string) => root.querySelector(selector)?.shadowRoot as ParentNode;
    const chat = deep(deep(document, "hawser-chat-page"), "hawser-chat");
    const last = [...chat.querySelectorAll("hawser-message")].at(-1);
    return [...(last?.shadowRoot?.querySelectorAll(".text") ?? [])].map((text) => text.textContent).join("");
  });

/** Waits until the last message holds all that `/count` writes. Where a long block is cut, a line ends instead of a word. */
async function showsCount(page: Page, last: number): Promise<void> {
  const packed = (text: string) => text.replace(/\s+/g, "");
  const wanted = packed(counted(last));
  const complete = async () => packed(await written(page)).length >= wanted.length;
  await expect.poll(complete).toBe(true);
  expect(packed(await written(page)) === wanted).toBe(true);
}

test("a suggestion begins a conversation that has an address, a title and a place in the list", async () => {
  const page = await open("/", { viewport: { width: 1280, height: 800 } });
  expect(addressOf(page)).toBe("/");
  await page.getByRole("button", { name: "Ask before paying" }).click();
  await page.getByRole("button", { name: "Reject" }).click();
  await page.getByLabel("Reason").fill("too much");
  await page.keyboard.press("Enter");
  await answer(page, "Payment rejected.").waitFor();
  await page.screenshot({ path: `${ARTIFACTS}page-rejected.png` });
  const address = addressOf(page);
  expect(address).toMatch(/^\/\?conversationId=\w+$/);
  expect(await page.title()).toBe("/pay 250 EUR · Hawser");
  const current = page.getByRole("navigation").getByRole("link", { name: "/pay 250 EUR" });
  await expect.poll(() => current.getAttribute("aria-current")).toBe("page");
  await page.getByRole("navigation").getByRole("button", { name: "New" }).click();
  await page.getByRole("heading", { name: "A line that holds" }).waitFor();
  expect(addressOf(page)).toBe("/");
  // The list is there however quickly one goes from one to another.
  await current.waitFor();
  await page.goBack();
  await answer(page, "Payment rejected.").waitFor();
  await expect.poll(() => current.getAttribute("aria-current")).toBe("page");
  await page.reload();
  await answer(page, "Payment rejected.").waitFor();
  await log(page).getByText("too much").waitFor();
  expect(addressOf(page)).toBe(address);
  await page.getByRole("button", { name: "/subagent" }).click();
  await log(page).getByText("Find a harbour", { exact: true }).first().waitFor();
  const id = new URL(page.url()).searchParams.get("conversationId");
  const { metadata } = (await (await fetch(`${gateway.origin}/v1/sessions/${id}`)).json()) as { metadata: unknown };
  expect(metadata).toEqual({ title: "/pay 250 EUR" });
});

test("a link of the old kind leads to its conversation, one to nothing offers a new one", async () => {
  const page = await open();
  await say(page, "hello");
  await answer(page, "You said: hello").waitFor();
  const id = new URL(page.url()).searchParams.get("conversationId");
  const other = await open(`/#c=${id}`);
  await answer(other, "You said: hello").waitFor();
  expect(addressOf(other)).toBe(`/?conversationId=${id}`);
  const lost = await open("/?conversationId=nosuch");
  await lost.getByRole("alert").filter({ hasText: "does not exist here" }).waitFor();
  expect(await serious(lost)).toEqual([]);
  await say(lost, "then a new one");
  await answer(lost, "You said: then a new one").waitFor();
  expect(addressOf(lost)).not.toContain("nosuch");
});

test("an approval is edited by keyboard alone, and two tabs stay in step", async () => {
  const page = await open();
  await say(page, "/pay 250 EUR");
  await page.getByRole("button", { name: "Edit" }).waitFor();
  const other = await open(addressOf(page), { colorScheme: "dark", viewport: { width: 320, height: 640 } });
  await other.getByRole("button", { name: "Approve" }).waitFor();
  expect(await serious(other)).toEqual([]);
  await other.screenshot({ path: `${ARTIFACTS}page-approval-dark-320.png` });
  await page.getByRole("button", { name: "Edit" }).focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("Arguments as JSON").fill('{"amount": 90');
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").filter({ hasText: "not valid JSON" }).waitFor();
  await page.getByLabel("Arguments as JSON").fill('{"amount": 90, "currency": "EUR"}');
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  for (const one of [page, other]) {
    await answer(one, "Paid 90 EUR.").waitFor();
    await log(one).getByText("Approved with changes").waitFor();
  }
  await say(other, "from the other");
  for (const one of [page, other]) await answer(one, "You said: from the other").waitFor();
});

test("an A2UI surface is drawn, and its button reaches the agent", async () => {
  const page = await open("/", { viewport: { width: 768, height: 700 } });
  await say(page, "/ui");
  await page.getByText("A surface from the demo agent").waitFor();
  expect(await serious(page)).toEqual([]);
  await page.screenshot({ path: `${ARTIFACTS}page-surface.png` });
  await page.getByRole("button", { name: "OK" }).click();
  const id = new URL(page.url()).searchParams.get("conversationId");
  const actions = async () => {
    const response = await fetch(`${gateway.origin}/v1/sessions/${id}/events?limit=100`);
    const { events } = (await response.json()) as { events: { type: string; userId?: string }[] };
    return events.filter(({ type, userId }) => type === "ui.action" && userId !== undefined).length;
  };
  await expect.poll(actions).toBe(1);
});

test("what is said while offline waits, and nothing of the answer that went on is missing", async () => {
  const page = await open();
  await say(page, "/count 300 20");
  await log(page).getByText("1 2 3 4 5").waitFor();
  gateway.wire.freeze();
  await contexts[0]?.setOffline(true);
  await page.getByText("Connection lost.", { exact: false }).waitFor();
  await say(page, "said while offline");
  await log(page).getByText("Waits for the connection").waitFor();
  expect(await serious(page)).toEqual([]);
  await page.screenshot({ path: `${ARTIFACTS}page-offline.png` });
  gateway.wire.cut();
  gateway.wire.thaw();
  await contexts[0]?.setOffline(false);
  await page.getByText("Connected", { exact: true }).waitFor();
  await answer(page, "You said: said while offline").waitFor();
  const texts = await page.evaluate(() => {
    const page = document.querySelector("hawser-chat-page")?.shadowRoot;
    const chat = page?.querySelector("hawser-chat") as unknown as { current: HawserSession };
    const { messages } = chat.current.getSnapshot();
    return messages.map((one) =>
      one.role === "user" ? one.text : one.parts.map((part) => ("text" in part ? part.text : "")).join(""),
    );
  });
  expect(texts).toEqual(["/count 300 20", counted(300), "said while offline", "You said: said while offline"]);
});

test("what was said before a reload without a connection is sent after it, once", async () => {
  const page = await open();
  await say(page, "first");
  await answer(page, "You said: first").waitFor();
  gateway.wire.freeze();
  gateway.wire.cut();
  await page.getByText("Connection lost.", { exact: false }).waitFor();
  await say(page, "second");
  await log(page).getByText("Waits for the connection").waitFor();
  gateway.wire.thaw();
  gateway.wire.cut();
  await page.reload();
  await answer(page, "You said: second").waitFor();
  expect(await answer(page, "You said: second").count()).toBe(1);
});

test("the gateway is killed in the middle of an answer, and the page goes on by itself", async () => {
  const mortal = await Gateway.start();
  try {
    const page = await open("/", {}, mortal.origin);
    await say(page, "/count 400 10");
    await log(page).getByText("1 2 3 4 5").waitFor();
    await mortal.end("SIGKILL");
    mortal.wire.cut();
    await page.getByText("Connection lost.", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Try now" }).click();
    await mortal.restart();
    await showsCount(page, 400);
  } finally {
    await mortal.stop();
  }
});

test("who has to sign in is asked for a token, which does not stay in the address", async () => {
  const strict = await Gateway.start({ HAWSER_IDENTITY_ANONYMOUS: "false" });
  try {
    const page = await open("/", { viewport: { width: 320, height: 640 } }, strict.origin);
    await page.getByRole("alert").filter({ hasText: "Sign in" }).waitFor();
    expect(await serious(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await page.getByLabel("Token").fill("nonsense");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "not accepted" }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await page.getByRole("button", { name: "Go on without" }).click();
    await page.getByRole("alert").filter({ hasText: "Sign in" }).waitFor();
    await page.getByLabel("Token").fill(await strict.token("ann", "1h"));
    await page.keyboard.press("Enter");
    await page.getByText("Connected", { exact: true }).waitFor();
    await say(page, "hello");
    await answer(page, "You said: hello").waitFor();
    await page.reload();
    await answer(page, "You said: hello").waitFor();
    const linked = await open(`/#token=${await strict.token("bob", "1h")}`, {}, strict.origin);
    await linked.getByText("Connected", { exact: true }).waitFor();
    expect(linked.url()).toBe(`${strict.origin}/`);
    await linked.goto(page.url());
    await linked.getByRole("alert").filter({ hasText: "somebody else" }).waitFor();
  } finally {
    await strict.stop();
  }
});

test("everything is within reach of the keyboard, and the list gives the focus back", async () => {
  const page = await open("/", { viewport: { width: 320, height: 640 }, reducedMotion: "reduce" });
  const box = page.getByLabel("Message", { exact: true });
  const focused = (one: Locator) => expect.poll(() => one.evaluate((it) => it.matches(":focus"))).toBe(true);
  await focused(box);
  await page.getByRole("link", { name: "Skip to the message box" }).focus();
  await page.keyboard.press("Enter");
  await focused(box);
  await page.keyboard.type("hello");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("there");
  await page.keyboard.press("Enter");
  await answer(page, "You said: hello").waitFor();
  const list = page.getByRole("button", { name: "Conversations" });
  await list.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("link", { name: "hello" }).first().waitFor();
  expect(await serious(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await focused(list);
  const moving = await page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === "running"));
  expect(moving).toHaveLength(0);
});

test.each([
  ["light", 320],
  ["dark", 320],
  ["light", 768],
  ["dark", 1280],
] as const)("the page fits and reads well in %s at %i pixels", async (colorScheme, width) => {
  const page = await open("/", { colorScheme, viewport: { width, height: 740 }, reducedMotion: "reduce" });
  const fits = async () => {
    const widest = await page.evaluate(() => {
      const page = document.querySelector("hawser-chat-page")?.shadowRoot;
      const log = page?.querySelector("hawser-chat")?.shadowRoot?.querySelector(".log");
      return [document.documentElement.scrollWidth, (log?.scrollWidth ?? 0) - (log?.clientWidth ?? 0)];
    });
    expect(widest).toEqual([width, 0]);
    expect(await serious(page)).toEqual([]);
  };
  await fits();
  await page.screenshot({ path: `${ARTIFACTS}page-empty-${colorScheme}-${width}.png` });
  await say(
    page,
    `# A heading\n\n- one\n- two\n\n|a|b|\n|-|-|\n|${"x".repeat(200)}|y|\n\n\`\`\`js\n${"y".repeat(300)}\n\`\`\``,
  );
  await answer(page, "A heading").waitFor();
  await say(page, "/think of nothing");
  await answer(page, "of nothing").last().waitFor();
  await say(page, "/pay 5 EUR");
  await page.getByRole("button", { name: "Approve" }).click();
  await answer(page, "Paid 5 EUR.").waitFor();
  await say(page, "/fail out of paper");
  await log(page).getByText("The run failed").waitFor();
  await fits();
  await page.screenshot({ path: `${ARTIFACTS}page-${colorScheme}-${width}.png` });
  await page.getByRole("button", { name: "Try again" }).click();
  await expect.poll(() => log(page).getByText("The run failed").count()).toBe(2);
});

/** A run writes 2,400 deltas a second for five seconds while somebody types; what is known of the page's longest task. */
async function paced(): Promise<Longest> {
  const perSecond = 2400;
  const total = 12_000;
  const page = await open("/?agent=paced");
  await watchFrames(page);
  const tasks = await watchTasks(browser, page);
  const worker = await gateway.token("worker", "1h", "dev", "--worker");
  const ask = (path: string, init: RequestInit) =>
    fetch(`${gateway.origin}${path}`, {
      ...init,
      method: "POST",
      headers: { Authorization: `Bearer ${worker}`, "Content-Type": "application/json", ...init.headers },
    });
  const claim = async () => {
    const body = JSON.stringify({ agents: ["paced"], max: 1, waitMs: 10_000 });
    const claimed = await ask("/v1/workers/claim", { body });
    return ((await claimed.json()) as { runs: { runId: string; runToken: string }[] }).runs[0];
  };
  await say(page, "go");
  let claimed = await claim();
  while (claimed === undefined) claimed = await claim();
  const run = claimed;
  const delta = (n: number) => `${JSON.stringify({ type: "text.delta", messageId: "m", delta: `${n} ` })}\n`;
  const began = performance.now();
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(stream) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * perSecond));
      let text = "";
      while (sent < due) text += delta(++sent);
      if (text !== "") stream.enqueue(new TextEncoder().encode(text));
      if (sent < total) return;
      stream.enqueue(new TextEncoder().encode(`${JSON.stringify({ type: "run.completed", durationMs: 0 })}\n`));
      stream.close();
    },
  });
  const posted = ask(`/v1/runs/${run.runId}/events`, {
    body,
    duplex: "half",
    headers: { Authorization: `Bearer ${run.runToken}`, "Content-Type": "application/x-ndjson" },
  } as RequestInit);
  const box = page.getByLabel("Message", { exact: true });
  await log(page).getByText("1 2 3 4 5").waitFor();
  await box.pressSequentially("still here", { delay: 100 });
  expect(await box.inputValue()).toBe("still here");
  expect((await posted).status).toBe(200);
  const took = performance.now() - began;
  await showsCount(page, total);
  const shownAfter = performance.now() - began - took;
  const { median, p95, widest } = await gaps(page);
  const found = longest(await tasks());
  const figures = [found.wall, median, p95, widest, shownAfter, found.cpu].map(Math.round);
  console.log(
    `${Math.round((total / took) * 1000)} deltas/s; longest task ${figures[0]} ms (processor time ${figures[5]} ms); frames every ${figures[1]} ms ` +
      `(95th percentile ${figures[2]}, widest gap ${figures[3]} ms); all shown ${figures[4]} ms after the last`,
  );
  return found;
}

test("more than 2,000 deltas a second are shown while somebody types", async () => {
  expect(answers(await paced())).toBe(true);
});
