import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "../../main/resources/web/outbox.js";

function storage() {
  const map = new Map();
  return { getItem: (key) => map.get(key) ?? null, setItem: (key, value) => map.set(key, value), removeItem: (key) => map.delete(key), map };
}

const ids = (commands) => commands.map((command) => command.id);

test("what was sent is sent again on a new connection with the same id, until it is answered", () => {
  const outbox = new Outbox(storage(), "c");
  outbox.add("data.message.send", { text: "a" }, "m1");
  outbox.add("data.message.send", { text: "b" }, "m2");
  for (const command of outbox.unsent()) outbox.sent(command);
  assert.deepEqual(ids(outbox.unsent()), []);
  outbox.remove("m1");
  outbox.again();
  assert.deepEqual(ids(outbox.unsent()), ["m2"]);
  assert.equal(outbox.find("m2").sends, 1);
});

test("messages survive a reload, other commands do not; answered ones are gone", () => {
  const store = storage();
  const before = new Outbox(store, "c");
  before.add("control.run.cancel", { runId: "r" }, "x1");
  before.add("data.message.send", { text: "a" }, "m1");
  assert.deepEqual(ids(new Outbox(store, "c").unsent()), ["m1"]);
  assert.deepEqual(ids(new Outbox(store, "other").unsent()), []);
  before.remove("m1");
  assert.equal(store.map.size, 0);
});

test("a refused command stays to be seen but is not sent", () => {
  const outbox = new Outbox(storage(), "c");
  outbox.add("data.message.send", { text: "a" }, "m1");
  outbox.fail("m1", "no");
  assert.deepEqual(outbox.unsent(), []);
  assert.equal(outbox.find("m1").failed, "no");
});
