import assert from "node:assert/strict";
import { test } from "node:test";
import { CREATE, MESSAGE, Outbox } from "../../main/resources/web/outbox.js";

function storage() {
  const map = new Map();
  return {
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => map.set(key, value),
    removeItem: (key) => map.delete(key),
    map,
  };
}

/** The ids that go out now. */
function flushed(outbox, exists = true) {
  const ids = [];
  outbox.flush(exists, ({ id }) => ids.push(id) > 0);
  return ids;
}

test("what was sent is sent again on a new connection with the same id, until it is answered", () => {
  const outbox = new Outbox(storage(), "c");
  outbox.add(MESSAGE, { text: "a" }, "m1");
  outbox.add(MESSAGE, { text: "b" }, "m2");
  assert.deepEqual(flushed(outbox), ["m1", "m2"]);
  assert.deepEqual(flushed(outbox), []);
  outbox.remove("m1");
  outbox.again();
  assert.deepEqual(flushed(outbox), ["m2"]);
  assert.equal(outbox.find("m2").sends, 2);
});

test("nothing overtakes what could not be sent", () => {
  const outbox = new Outbox(storage(), "c");
  outbox.add(MESSAGE, { text: "a" }, "m1");
  outbox.add(MESSAGE, { text: "b" }, "m2");
  outbox.flush(true, () => false);
  assert.deepEqual(flushed(outbox), ["m1", "m2"]);
});

test("until the conversation exists only its making goes out; its refusal refuses the messages", () => {
  const outbox = new Outbox(storage(), "c");
  outbox.add(CREATE, { conversationId: "c" }, "n1");
  outbox.add(MESSAGE, { text: "a" }, "m1");
  assert.deepEqual(flushed(outbox, false), ["n1"]);
  outbox.refuse(outbox.find("n1"), "no");
  assert.deepEqual(
    outbox.commands.map(({ id, failed }) => [id, failed]),
    [["m1", "no"]],
  );
});

test("messages survive a reload, other commands do not; answered ones are gone", () => {
  const store = storage();
  const before = new Outbox(store, "c");
  before.add("control.run.cancel", { runId: "r" }, "x1");
  before.add(MESSAGE, { text: "a" }, "m1");
  assert.equal(before.awaits("control.run.cancel", "runId", "r"), true);
  assert.deepEqual(flushed(new Outbox(store, "c")), ["m1"]);
  assert.deepEqual(flushed(new Outbox(store, "other")), []);
  before.remove("m1");
  assert.equal(store.map.size, 0);
});

test("a refused message stays to be seen but is not sent", () => {
  const outbox = new Outbox(storage(), "c");
  outbox.add(MESSAGE, { text: "a" }, "m1");
  outbox.refuse(outbox.find("m1"), "no");
  assert.deepEqual(flushed(outbox), []);
  assert.equal(outbox.find("m1").failed, "no");
});
