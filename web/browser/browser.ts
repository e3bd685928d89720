import { existsSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";

/** Where screenshots go; CI keeps them. */
export const ARTIFACTS = fileURLToPath(new URL("../../target/browser/", import.meta.url));

/** How long a page may take to become what a test waits for: a machine may be slow, and busy with something else. */
export const PATIENCE_MS = 240_000;

const INSTALLED = ["chromium", "chromium-headless-shell", "chromium-browser", "google-chrome"].map(
  (name) => `/usr/bin/${name}`,
);

/** Starts Chromium: the one that `CHROMIUM_PATH` names, an installed one, or npm's. */
export async function launch(): Promise<Browser> {
  mkdirSync(ARTIFACTS, { recursive: true });
  const executablePath = process.env.CHROMIUM_PATH || INSTALLED.find((path) => existsSync(path)) || (await fromNpm());
  return chromium.launch({ executablePath, args: ["--no-sandbox"], timeout: PATIENCE_MS });
}

/** A browser of its own for a test, which waits for things as long as they take. */
export async function newContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

async function fromNpm(): Promise<string> {
  const { default: carried } = (await import("@sparticuz/chromium" as string)) as {
    default: { executablePath(): Promise<string> };
  };
  return carried.executablePath();
}

/** A document of the gateway's own origin with nothing to run but the client it serves, as `window.hawser`. */
export async function barePage(context: BrowserContext, origin: string): Promise<Page> {
  const page = await context.newPage();
  // The client's own text: a page that is made up here would not count as coming from this machine's network.
  await page.goto(`${origin}/hawser.js`);
  await page.evaluate('import("/hawser.js").then((hawser) => { window.hawser = hawser; })');
  return page;
}
