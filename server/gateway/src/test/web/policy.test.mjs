import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { RETRY_POLICY, delayBefore, retryOf } from "../../main/resources/web/policy.js";

const codes = JSON.parse(readFileSync(new URL("../../../../../protocol/codes.json", import.meta.url)));

test("the page follows the catalogue", () => {
  assert.deepEqual(RETRY_POLICY, codes.retryPolicy);
  for (const { code, retry } of codes.closes) assert.equal(retryOf(code), retry, `close ${code}`);
  assert.equal(retryOf(4999), "never");
});

test("waits double up to the bound, less the random share, and never less than the server asked for", () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 10].map((attempt) => delayBefore(attempt, 0)),
    [1000, 2000, 4000, 8000, 16000, 30000, 30000],
  );
  assert.equal(delayBefore(1, 1), 500);
  assert.equal(delayBefore(1, 0.5, 7000), 7000);
});
