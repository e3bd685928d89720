import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { PacedAgent } from "./agent.js";
import { barePage, launch, newContext } from "./browser.js";
import { Gateway } from "./gateway.js";
import { counted, finished, keepPosition, kept, reached, say, seen, startSession, upTo } from "./probe.js";

let browser: Browser;
let agent: PacedAgent;
let gateway: Gateway;
let context: BrowserContext;

beforeAll(async () => {
  browser = await launch();
  agent = await PacedAgent.open();
  gateway = await Gateway.start({
    HAWSER_DRAIN_PERIOD: "1s",
    HAWSER_AGENTS: JSON.stringify({ demo: { type: "demo" }, paced: { type: "http", url: agent.url } }),
  });
});

afterAll(async () => {
  await browser?.close();
  await gateway?.stop();
  agent?.close();
});

beforeEach(async () => {
  context = await newContext(browser);
});

afterEach(async () => {
  // Whatever a test has left behind.
  gateway.wire.thaw();
  await context.close();
});

const QUICK = { baseMs: 20, maxMs: 200 };
/** However long a gateway takes to start again. */
const PATIENT = { ...QUICK, maxAttempts: 1_000_000 };

async function begun(options: Parameters<typeof startSession>[1] = {}): Promise<Page> {
  const page = await barePage(context, gateway.origin);
  await startSession(page, options);
  return page;
}

/** When a token ends, in milliseconds since 1970. */
const endOf = (token: string) => JSON.parse(atob(token.split(".")[1] ?? "")).exp * 1000;

/** That a page has every event of its conversation once and in order. */
async function complete(page: Page): Promise<void> {
  const { sequences, last } = await seen(page);
  expect(sequences).toEqual(upTo(last));
}

test("the client is served as one module and carries a conversation", async () => {
  const response = await context.request.get(`${gateway.origin}/hawser.js`);
  expect(response.headers()["content-type"]).toBe("text/javascript; charset=utf-8");
  expect(await response.text()).not.toMatch(/\bimport[ {"]/);
  const page = await begun();
  await say(page, "hello world");
  expect(await finished(page)).toBe("You said: hello world");
  await say(page, "/count 2000");
  expect(await finished(page, 2)).toBe(counted(2000));
  await complete(page);
});

test("200 cut wires: each time back within five attempts, nothing missing, nothing twice", async () => {
  const page = await begun({ reconnect: QUICK });
  await say(page, "/count 8000 1");
  for (let drop = 0; drop < 200; drop += 1) {
    await reached(page, "active");
    const drops = (await seen(page)).ends.length;
    gateway.wire.cut();
    await page.waitForFunction((drops) => window.probe.ends.length > drops, drops, { polling: 5 });
  }
  await reached(page, "active");
  expect(await finished(page)).toBe(counted(8000));
  await complete(page);
  const { ends, attempts } = await seen(page);
  expect(ends.length).toBeGreaterThanOrEqual(200);
  expect(Math.max(...attempts)).toBeLessThanOrEqual(5);
});

test("a command cut off from its answer takes effect once", async () => {
  const page = await begun({ reconnect: QUICK });
  for (let i = 0; i < 20; i += 1) {
    await say(page, `say ${i}`);
    gateway.wire.cut();
    await finished(page, i + 1);
  }
  const texts = await page.evaluate(() =>
    window.probe.session.getSnapshot().messages.flatMap((message) => (message.role === "user" ? [message.text] : [])),
  );
  expect(texts).toEqual(Array.from({ length: 20 }, (_, i) => `say ${i}`));
  await complete(page);
});

test("offline for 30 s in the middle of an answer", async () => {
  // It would wait for an hour, but for the browser that says it is back.
  const page = await begun({ reconnect: { baseMs: 3_600_000, maxMs: 3_600_000 } });
  await say(page, "/count 1500 25");
  await page.waitForFunction(() => window.probe.sequences.length > 50);
  gateway.wire.freeze();
  await context.setOffline(true);
  // The browser says that it is offline; the wire is asked for a sign of life and given up, after 40 s at the latest.
  await reached(page, "reconnecting");
  const stored = await page.evaluate(() => {
    const { status, answer } = window.probe.session.send("said while offline");
    return { status, promised: answer instanceof Promise };
  });
  expect(stored).toEqual({ status: "stored", promised: true });
  await page.waitForTimeout(30_000);
  expect((await seen(page)).state).toBe("reconnecting");
  gateway.wire.cut();
  gateway.wire.thaw();
  await context.setOffline(false);
  await reached(page, "active");
  expect(await finished(page, 2)).toBe("You said: said while offline");
  await complete(page);
});

test("the gateway is killed in the middle of an answer and started again", async () => {
  agent.let(60);
  const page = await begun({ reconnect: PATIENT });
  await say(page, "400", "paced");
  await page.waitForFunction(() => window.probe.sequences.length > 60);
  await gateway.end("SIGKILL");
  gateway.wire.cut();
  await reached(page, "reconnecting");
  agent.let(400);
  await gateway.restart();
  expect(await finished(page)).toBe(counted(400));
  await complete(page);
  expect(await page.evaluate(() => window.probe.session.getSnapshot().runs.map(({ attempt }) => attempt))).toEqual([2]);
});

test("a drain sends everybody away with a time to come back, and nothing is lost", async () => {
  const page = await begun({ reconnect: PATIENT });
  await say(page, "/count 600 10");
  await page.waitForFunction(() => window.probe.sequences.length > 60);
  expect(await gateway.end("SIGTERM")).toBe(0);
  await reached(page, "reconnecting");
  expect((await seen(page)).ends[0]).toEqual({ code: 1012, reason: "server_shutdown", willReconnect: true });
  await gateway.restart();
  expect(await finished(page)).toBe(counted(600));
  await complete(page);
});

test("a token is refreshed on the wire before it expires", async () => {
  const page = await barePage(context, gateway.origin);
  const reasons: string[] = [];
  // Made ahead: making one takes a process.
  const lasting = await gateway.token("ann", "1h");
  let brief = "";
  await page.exposeFunction("freshToken", async (reason: string) => {
    reasons.push(reason);
    if (brief !== "") return lasting;
    // The server asks for another one 30 s before its end; that is how long the answer may take.
    brief = await gateway.token("ann", "35s");
    return brief;
  });
  await startSession(page, { tokens: true });
  await page.waitForFunction((end) => Date.now() > end, endOf(brief) + 1000, { polling: 100 });
  await say(page, "hello");
  expect(await finished(page)).toBe("You said: hello");
  expect(reasons).toEqual(["connect", "expiring"]);
  expect((await seen(page)).ends).toEqual([]);
});

test("a wire that is closed because its token expired comes back with a fresh one", async () => {
  const page = await barePage(context, gateway.origin);
  const reasons: string[] = [];
  await page.exposeFunction("freshToken", (reason: string) => {
    reasons.push(reason);
    if (reason === "expiring") throw new Error("not now");
    return gateway.token("ann", reasons.length === 1 ? "6s" : "1h");
  });
  await startSession(page, { tokens: true });
  await say(page, "/count 900 10");
  expect(await finished(page)).toBe(counted(900));
  await complete(page);
  expect(reasons[0]).toBe("connect");
  expect(reasons).toContain("expired");
  expect((await seen(page)).ends).toMatchObject([{ code: 4001, willReconnect: true }]);
});

test("two tabs of one conversation stay in step, and one decision counts", async () => {
  const first = await begun();
  const conversationId = await say(first, "/pay 250 EUR");
  await first.waitForFunction(() => window.probe.session.getSnapshot().pendingApprovals.length === 1);
  const second = await begun({ conversationId });
  await second.waitForFunction(() => window.probe.session.getSnapshot().pendingApprovals.length === 1);
  const answers = await Promise.all(
    [first, second].map((page, index) =>
      page.evaluate(async (index) => {
        const { session } = window.probe;
        const { approvalId } = session.getSnapshot().pendingApprovals[0]!;
        const more = index === 0 ? { editedArgs: { amount: 100, currency: "EUR" } } : {};
        const answer = await session.decide(approvalId, index === 0 ? "edit" : "reject", more).answer;
        return answer.ok && answer.message.type === "control.approval.recorded" && answer.message.payload.won;
      }, index),
    ),
  );
  expect([...answers].sort()).toEqual([false, true]);
  const texts = await Promise.all([first, second].map((page) => finished(page)));
  expect(texts[0]).toBe(texts[1]);
  expect(texts[0]).toBe(answers[0] ? "Paid 100 EUR." : "Payment rejected.");
  for (const page of [first, second]) await keepPosition(page, conversationId);
  await say(second, "from the second");
  await Promise.all([first, second].map((page) => finished(page, 2)));
  await Promise.all([first, second].map(kept));
  const [one, two] = await Promise.all(
    [first, second].map((page) =>
      page.evaluate(() => {
        window.dispatchEvent(new Event("pagehide"));
        const { client, session, keeping } = window.probe;
        return {
          // That the other tab was faster is known only to the one that lost.
          messages: JSON.stringify(session.getSnapshot().messages, (key, value) =>
            key === "lost" ? undefined : value,
          ),
          positions: [client.position(), keeping?.position()],
        };
      }),
    ),
  );
  expect(one).toEqual(two);
  const stored = await first.evaluate((id) => localStorage.getItem(`hawser.position:${id}`), conversationId);
  expect(JSON.parse(stored!)).toMatchObject(one!.positions[0]!);
});
