// Writes client/codes.ts from protocol/codes.json. Run by `npm run generate`; a test holds the two equal.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The text of client/codes.ts for a catalogue. */
export function codesModule({ errors, closes, retryPolicy }) {
  const close = ({ code, retry }) => `  ${code}: "${retry}",\n`;
  return `// Generated from protocol/codes.json by scripts/codes.mjs. Do not edit.

/** What a client does after a close: come back later, come back with a fresh token, or stay away. */
export type Retry = "backoff" | "refresh" | "never";

/** The codes that \`system.error\`, problem documents and \`run.failed\` carry. */
export type ErrorCode =
${errors.map(({ code }) => `  | "${code}"`).join("\n")};

/** What each close code asks of a client; a code that is not listed means "never". */
export const CLOSE_RETRY: Readonly<Record<number, Retry>> = {
${closes.map(close).join("")}};

/** The retry policy of the protocol; times in milliseconds. */
export const RETRY_POLICY = {
${Object.entries(retryPolicy)
  .map(([key, value]) => `  ${key}: ${value},\n`)
  .join("")}} as const;
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const catalogue = JSON.parse(readFileSync(at("../../protocol/codes.json"), "utf8"));
  const file = at("../client/codes.ts");
  const text = codesModule(catalogue);
  // Left alone where it is right: the build goes by the times of its sources.
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}
