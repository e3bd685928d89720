import { existsSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

/** Where screenshots go; CI keeps them. */
export const ARTIFACTS = fileURLToPath(new URL("../../target/browser/", import.meta.url));

const INSTALLED = ["chromium", "chromium-headless-shell", "chromium-browser", "google-chrome"].map(
  (name) => `/usr/bin/${name}`,
);

/** Starts Chromium: the one that `CHROMIUM_PATH` names, an installed one, or npm's. */
export async function launch(): Promise<Browser> {
  mkdirSync(ARTIFACTS, { recursive: true });
  const executablePath = process.env.CHROMIUM_PATH || INSTALLED.find((path) => existsSync(path)) || (await fromNpm());
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
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
