import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { HawserSession } from "../client/index.js";
import { ARTIFACTS, launch, newContext } from "./browser.js";
import { Gateway } from "./gateway.js";
import { answers, complaintsOf, type Longest, log, longest, say, serious, watchTasks } from "./page.js";
import { counted } from "./probe.js";

let browser: Browser;
let gateway: Gateway;
let context: BrowserContext | undefined;
let complaints: string[] = [];

beforeAll(async () => {
  browser = await launch();
  gateway = await Gateway.start();
});

afterAll(async () => {
  await browser?.close();
  await gateway?.stop();
});

afterEach(async () => {
  await context?.close();
  context = undefined;
  expect(complaints, "nothing is against the page's policy or breaks").toEqual([]);
});

async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  context ??= await newContext(browser, options);
  const page = await context.newPage();
  complaints = complaintsOf(page);
  await page.goto(`${gateway.origin}${path}`);
  return page;
}

/** A page with a chat, the approvals of its session beside it, and nothing else. */
async function chat(options: BrowserContextOptions = {}, conversationId?: string): Promise<Page> {
  const page = await open("/elements.js", options);
  await page.evaluate('import("/elements.js")');
  await page.evaluate(async (conversationId) => {
    document.title = "A chat";
    document.documentElement.lang = "en";
    const main = document.createElement("main");
    main.style.cssText = "height: 100vh; display: grid; grid-template-rows: minmax(0, 1fr) auto";
    const chat = document.createElement("hawser-chat");
    if (conversationId) chat.setAttribute("conversation-id", conversationId);
    const approvals = document.createElement("hawser-approvals");
    main.append(chat, approvals);
    document.body.replaceChildren(main);
    document.documentElement.style.colorScheme = "light dark";
    document.body.style.cssText = "margin: 0; background: light-dark(#fff, #111)";
    await (chat as unknown as { updateComplete: Promise<unknown> }).updateComplete;
    Object.assign(approvals, { session: (chat as unknown as { current: HawserSession }).current });
  }, conversationId);
  await page.getByText("Connected", { exact: true }).waitFor();
  return page;
}

const state = (page: Page) =>
  page.evaluate(() => {
    const { current } = document.querySelector("hawser-chat") as unknown as { current: HawserSession };
    const { messages, activeRun, conversationId } = current.getSnapshot();
    const last = messages.at(-1);
    return { conversationId, active: activeRun?.status, last: last?.role === "assistant" ? last : undefined };
  });

test("a chat streams, is stopped, and shows what failed", async () => {
  const page = await chat();
  await say(page, "hello **there**");
  await page.locator("strong", { hasText: "there" }).waitFor();
  await say(page, "/count 100000 50");
  // Before that the button might stop the run before it, which ends by itself.
  await log(page).getByText("1 2 3").waitFor();
  await page.getByRole("button", { name: "Stop" }).click();
  await log(page).getByText("Stopped.").waitFor();
  await say(page, "/fail out of paper");
  await log(page).getByText("The run failed").waitFor();
  expect(await serious(page)).toEqual([]);
  await page.screenshot({ path: `${ARTIFACTS}elements-chat.png` });
});

test("an approval is edited by keyboard alone, and two tabs stay in step", async () => {
  const page = await chat();
  await say(page, "/pay 250 EUR");
  const edit = page.locator("hawser-chat").getByRole("button", { name: "Edit" });
  await edit.waitFor();
  const other = await chat({}, (await state(page)).conversationId);
  await other.locator("hawser-approvals").getByRole("button", { name: "Approve" }).waitFor();
  await other.screenshot({ path: `${ARTIFACTS}elements-approval.png` });
  await edit.focus();
  await page.keyboard.press("Enter");
  const args = page.locator("hawser-chat textarea[aria-invalid]");
  await args.fill('{"amount": 90, "currency": "EUR"}');
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  for (const one of [page, other]) await log(one).getByText("Paid 90 EUR.").waitFor();
  await other.getByText("Nothing waits for you.").waitFor();
});

test("a surface is drawn by A2UI's own renderer, and its button reaches the agent", async () => {
  const page = await chat();
  await say(page, "/ui");
  await page.getByText("A surface from the demo agent").waitFor();
  await page.screenshot({ path: `${ARTIFACTS}elements-surface.png` });
  await page.getByRole("button", { name: "OK" }).click();
  const { conversationId } = await state(page);
  const actions = async () => {
    const answer = await fetch(`${gateway.origin}/v1/sessions/${conversationId}/events?limit=100`);
    const { events } = (await answer.json()) as { events: { type: string; userId?: string; action: unknown }[] };
    return events.filter(({ type, userId }) => type === "ui.action" && userId !== undefined);
  };
  await expect.poll(async () => (await actions()).length).toBe(1);
  expect(JSON.stringify((await actions())[0]?.action)).toContain('"name":"ok"');
});

test("texts of a surface are Markdown, and never markup", async () => {
  const page = await chat();
  await page.evaluate(() => {
    const text = "**Two** seats, [see](https://example.com) [not](javascript:alert(1)) <img src=x onerror=alert(1)>";
    const surface = { surfaceId: "s", components: [{ id: "root", component: "Text", text }] };
    document.body.append(
      Object.assign(document.createElement("hawser-surface"), { messages: [{ createSurface: surface }] }),
    );
  });
  const surface = page.locator("hawser-surface");
  await surface.locator("strong", { hasText: "Two" }).waitFor();
  expect(await surface.locator("a").evaluateAll((links) => links.map((link) => link.getAttribute("href")))).toEqual([
    "https://example.com",
  ]);
  expect(await surface.locator("img").count()).toBe(0);
});

/** A chat takes 50,000 events while somebody types; what is known of the page's longest task. */
async function frozen(): Promise<Longest> {
  const page = await chat();
  const tasks = await watchTasks(browser, page);
  await say(page, "/count 50000");
  await page.locator("hawser-chat").getByText("1 2 3 4 5 ").waitFor();
  const message = page.getByLabel("Message", { exact: true });
  await message.pressSequentially("still here");
  expect(await message.inputValue()).toBe("still here");
  await expect
    .poll(async () => (await state(page)).last?.status, { interval: 500, timeout: 600_000 })
    .toBe("completed");
  const parts = (await state(page)).last?.parts ?? [];
  expect(parts.map((part) => ("text" in part ? part.text : "")).join("")).toBe(counted(50_000));
  const found = longest(await tasks());
  const [wall, cpu] = [found.wall, found.cpu].map(Math.round);
  console.log(`the longest task took ${wall} ms; the one that took the processor longest had it for ${cpu} ms`);
  await context?.close();
  context = undefined;
  return found;
}

test("50,000 events do not freeze the page", async () => {
  expect(answers(await frozen())).toBe(true);
});

test("a page that freezes would be noticed", async () => {
  const page = await chat();
  const freeze = async () => {
    const tasks = await watchTasks(browser, page);
    await page.evaluate(() => {
      const until = performance.now() + 1100;
      while (performance.now() < until);
    });
    return longest(await tasks());
  };
  // On a busy machine the browser may watch before the page does.
  let seen = await freeze();
  while (seen.wall < 1000) seen = await freeze();
  expect(seen.cpu).toBeGreaterThan(0);
  const task = (cpu: number) => ({ wall: 2000, cpu });
  expect(longest([task(300), task(700)])).toEqual({ wall: 2000, cpu: 700, share: 0.7 });
  expect(answers(longest([task(300), task(700)]))).toBe(false);
  expect(answers(longest([task(190), task(10)]))).toBe(true);
});

test("the pages are painted without waiting for anything but themselves", async () => {
  for (const path of ["/", "/console"]) {
    const paints: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const page = await open(path);
      await expect
        .poll(() => page.evaluate(() => performance.getEntriesByName("first-contentful-paint").length))
        .toBe(1);
      paints.push(
        await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN),
      );
      await context?.close();
      context = undefined;
    }
    const median = paints.sort((a, b) => a - b)[2] ?? Number.NaN;
    expect(median).toBeGreaterThan(0);
    console.log(`first paint of ${path}: ${Math.round(median)} ms, the median of five`);
  }
});

test.each([
  ["light", 320],
  ["dark", 1280],
] as const)("the chat fits a %s page %i pixels wide", async (colorScheme, width) => {
  const page = await chat({ colorScheme, reducedMotion: "reduce", viewport: { width, height: 700 } });
  await say(page, "a".repeat(300));
  await page.getByRole("paragraph").filter({ hasText: "You said: aaa" }).waitFor();
  await expect.poll(async () => (await state(page)).last?.status).toBe("completed");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  await page.waitForFunction(() => {
    const log = document.querySelector("hawser-chat")?.shadowRoot?.querySelector(".log");
    return log && log.scrollHeight - log.scrollTop - log.clientHeight < 2;
  });
  expect(await serious(page)).toEqual([]);
  await page.screenshot({ path: `${ARTIFACTS}elements-${colorScheme}-${width}.png` });
});

test("the console shows an operator what goes on, and nobody else", async () => {
  const [operator, person] = await Promise.all([
    gateway.token("olga", "1h", "dev", "--operator"),
    gateway.token("ann", "1h", "dev"),
  ]);
  const made = await fetch(`${gateway.origin}/v1/sessions`, { method: "POST" });
  const { sessionId } = (await made.json()) as { sessionId: string };
  await fetch(`${gateway.origin}/v1/sessions/${sessionId}/runs`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ text: "/pay 5 EUR" }),
  });
  const page = await open("/console", { viewport: { width: 1280, height: 800 } });
  await page.getByLabel("Token").fill(person);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").filter({ hasText: /\w/ }).waitFor();
  await page.getByLabel("Token").fill(operator);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("tab", { name: "Runs" }).click();
  await page.getByRole("row").filter({ hasText: "waiting" }).first().getByRole("button").click();
  await page.getByText("approval.required", { exact: false }).waitFor();
  await page.getByRole("tab", { name: "Approvals" }).click();
  await page.getByRole("row").filter({ hasText: "pay" }).first().waitFor();
  expect(await serious(page)).toEqual([]);
  await page.screenshot({ path: `${ARTIFACTS}console.png` });
  await page.getByRole("tab", { name: "Live" }).click();
  await page.getByLabel("Types", { exact: false }).fill("approval.decided");
  await page.getByRole("button", { name: "Start" }).click();
  // What happens before the stream has begun is not told.
  await page.getByText("Nothing has happened yet.").waitFor();
  const { approvals } = (await (
    await fetch(`${gateway.origin}/v1/admin/approvals`, { headers: { Authorization: `Bearer ${operator}` } })
  ).json()) as { approvals: { approvalId: string; sessionId: string }[] };
  const mine = approvals.find((approval) => approval.sessionId === sessionId);
  await fetch(`${gateway.origin}/v1/approvals/${mine?.approvalId}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ decision: "reject" }),
  });
  await page.locator("ol.tail li").filter({ hasText: "approval.decided" }).waitFor();
});

test("the console is used by keyboard, fits 360 pixels, and its button takes the node out of service", async () => {
  const leaving = await Gateway.start({ HAWSER_DRAIN_PERIOD: "1s" });
  try {
    const operator = await leaving.token("olga", "1h", "dev", "--operator");
    context = await newContext(browser, { colorScheme: "dark", viewport: { width: 360, height: 740 } });
    const page = await context.newPage();
    await page.goto(`${leaving.origin}/console`);
    await page.getByLabel("Token").fill(operator);
    await page.keyboard.press("Enter");
    await page.getByRole("tab", { name: "Connections" }).focus();
    for (const name of ["Sessions", "Runs", "Approvals", "Devices", "Live", "Connections"]) {
      await page.keyboard.press("ArrowRight");
      await page.getByRole("tabpanel", { name }).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
      expect(await serious(page)).toEqual([]);
    }
    await page.screenshot({ path: `${ARTIFACTS}console-dark-360.png` });
    page.on("dialog", (dialog) => void dialog.accept());
    await page.getByRole("button", { name: "Drain this node" }).click();
    expect(await leaving.ended()).toBe(0);
  } finally {
    await leaving.stop();
  }
});
