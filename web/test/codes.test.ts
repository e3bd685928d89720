import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CLOSE_RETRY, RETRY_POLICY } from "../client/codes.js";
// @ts-expect-error a script without types
import { codesModule } from "../scripts/codes.mjs";

const catalogue = JSON.parse(readFileSync(new URL("../../protocol/codes.json", import.meta.url), "utf8"));

test("the codes of the client are those of the protocol, to the byte", () => {
  expect(readFileSync(new URL("../client/codes.ts", import.meta.url), "utf8")).toBe(codesModule(catalogue));
});

test("every close code has its policy", () => {
  for (const { code, retry } of catalogue.closes) expect(CLOSE_RETRY[code]).toBe(retry);
  expect(RETRY_POLICY).toEqual(catalogue.retryPolicy);
});
