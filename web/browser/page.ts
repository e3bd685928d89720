import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core"), "utf8");

/** Waits until what moves or fades in, also within elements, has come to its end; what moves for ever may go on. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const roots = (root: Document | ShadowRoot): (Document | ShadowRoot)[] => [
      root,
      ...[...root.querySelectorAll("*")].flatMap(({ shadowRoot }) => (shadowRoot === null ? [] : roots(shadowRoot))),
    ];
    const moving = () =>
      roots(document)
        .flatMap((root) => root.getAnimations())
        .filter(({ effect, playState }) => playState === "running" && effect?.getComputedTiming().endTime !== Infinity);
    for (let now = moving(); now.length > 0; now = moving()) {
      await Promise.allSettled(now.map(({ finished }) => finished));
    }
  });
}

/** What of a page, once it has settled, is a serious obstacle to somebody, by axe. From then on nothing moves in it. */
export async function serious(page: Page): Promise<string[]> {
  // What has half faded in has half its contrast, also where it comes in while axe is at work.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await settled(page);
  // Through the developer tools: the page's policy lets nothing else in.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}

/** What was against a page's policy, or broke in it, from now on. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`${error}`));
  page.on("console", (message) => {
    // What cannot be reached while a test has cut the wire is no fault of the page's.
    const expected = /^(Failed to load resource|WebSocket connection to)/;
    if (message.type() === "error" && !expected.test(message.text())) complaints.push(message.text());
  });
  return complaints;
}

/** Types a message and sends it. */
export async function say(page: Page, text: string): Promise<void> {
  const box = page.getByLabel("Message", { exact: true });
  await box.fill(text);
  await box.press("Enter");
}

/** What is seen of a conversation; screen readers are told the same again elsewhere. */
export const log = (page: Page) => page.getByRole("log");

/** One task of a page, in milliseconds: how long it took, and how much of that it had the processor. */
export interface Task {
  readonly wall: number;
  readonly cpu: number;
}

/** The tasks of all pages from now on, until the answer is called. */
export async function watchTasks(browser: Browser, page: Page): Promise<() => Promise<Task[]>> {
  await browser.startTracing(page, { categories: ["-*", "disabled-by-default-devtools.timeline"] });
  return async () => {
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
    const thread = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
    const main = new Set(traceEvents.filter(({ args }) => args?.name === "CrRendererMain").map(thread));
    return traceEvents
      .filter((event) => event.name === "RunTask" && event.dur !== undefined && main.has(thread(event)))
      .map(({ dur = 0, tdur = dur }) => ({ wall: dur / 1000, cpu: tdur / 1000 }));
  };
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** The longest task of a page. */
export interface Longest {
  /** How long the page did nothing else, in milliseconds, what other processes took from it included. */
  readonly wall: number;
  /** The milliseconds of processor time that a task took at most. */
  readonly cpu: number;
  /** Its share of the processor time of all tasks, 0 to 1. */
  readonly share: number;
}

export function longest(tasks: readonly Task[]): Longest {
  const most = (one: (task: Task) => number) => tasks.reduce((found, task) => Math.max(found, one(task)), 0);
  const cpu = most((task) => task.cpu);
  return { wall: most(({ wall }) => wall), cpu, share: cpu / tasks.reduce((sum, task) => sum + task.cpu, 0) };
}

/**
 * Whether a page goes on answering: no task takes longer than 200 ms by the processor's time, which other processes take
 * nothing of, or, where the processor is that slow, more than a small part of all.
 */
export const answers = ({ cpu, share }: Longest) => cpu < 200 || share < 0.2;

/** The times of a page's frames from now on. */
export async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    const frames: number[] = [];
    Object.assign(window, { frames });
    const frame = (at: number) => {
      frames.push(at);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}

/** The gaps between a page's frames, in milliseconds. */
export async function gaps(page: Page): Promise<{ median: number; p95: number; widest: number }> {
  return page.evaluate(() => {
    const { frames } = window as unknown as { frames: number[] };
    const gaps = frames.slice(1).map((at, index) => at - (frames[index] ?? at));
    gaps.sort((a, b) => a - b);
    const at = (share: number) => gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * share))] ?? 0;
    return { median: at(0.5), p95: at(0.95), widest: gaps.at(-1) ?? 0 };
  });
}
