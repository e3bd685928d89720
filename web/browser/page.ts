import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

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

/** What of a page, once it has settled, is a serious obstacle to somebody, by axe. */
export async function serious(page: Page): Promise<string[]> {
  // What has half faded in has half its contrast.
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
  await page.getByLabel("Message", { exact: true }).fill(text);
  await page.keyboard.press("Enter");
}

/** What is seen of a conversation; screen readers are told the same again elsewhere. */
export const log = (page: Page) => page.getByRole("log");

/** The page's tasks of more than 50 ms and the times of its frames, from now on. */
export async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watched = { longest: 0, frames: [] as number[] };
    Object.assign(window, { watched });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) watched.longest = Math.max(watched.longest, duration);
    }).observe({ type: "longtask" });
    const frame = (at: number) => {
      watched.frames.push(at);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}

/** What has been watched: the longest task and the gaps between frames, in milliseconds. */
export async function watched(page: Page): Promise<{ longest: number; median: number; p95: number; widest: number }> {
  return page.evaluate(() => {
    const { longest, frames } = (window as unknown as { watched: { longest: number; frames: number[] } }).watched;
    const gaps = frames.slice(1).map((at, index) => at - (frames[index] ?? at));
    gaps.sort((a, b) => a - b);
    const at = (share: number) => gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * share))] ?? 0;
    return { longest, median: at(0.5), p95: at(0.95), widest: gaps.at(-1) ?? 0 };
  });
}
