import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMessage } from "../client/index.js";
import { Outbox } from "../client/outbox.js";
import { PositionStore } from "../client/positions.js";

describe("PositionStore", () => {
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
  const save = (store: PositionStore, epoch: string, lastSequence: number) => {
    store.save("c", { epoch, lastSequence });
    store.flush();
  };

  beforeEach(() => {
    items.clear();
    vi.useFakeTimers({ now: 1_000 });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test("within an epoch it only moves forward, whoever writes", () => {
    const [one, two] = [new PositionStore(storage), new PositionStore(storage)];
    save(one, "e", 9);
    save(two, "e", 4);
    expect(new PositionStore(storage).load("c")).toEqual({ epoch: "e", lastSequence: 9 });
  });

  test("of two epochs the one that was heard of last counts", () => {
    const [one, two] = [new PositionStore(storage), new PositionStore(storage)];
    save(one, "old", 9);
    vi.setSystemTime(2_000);
    save(two, "new", 1);
    save(one, "old", 10);
    expect(new PositionStore(storage).load("c")).toEqual({ epoch: "new", lastSequence: 1 });
  });

  test("positions are written in the background, not at every event", () => {
    const store = new PositionStore(storage);
    for (let i = 1; i <= 100; i += 1) store.save("c", { epoch: "e", lastSequence: i });
    expect(items.size).toBe(0);
    vi.advanceTimersByTime(250);
    expect(store.load("c")).toEqual({ epoch: "e", lastSequence: 100 });
  });

  test.each(["", "{", "null", "7", '{"epoch":1,"lastSequence":2}', '{"epoch":"e","lastSequence":-1}', '{"epoch":"e"}'])(
    "what is no position is none: %j",
    (text) => {
      items.set("hawser.position:c", text);
      expect(new PositionStore(storage).load("c")).toBeUndefined();
    },
  );

  test("a storage that refuses is as none", () => {
    const refusing = () => {
      throw new Error("forbidden");
    };
    const store = new PositionStore({ getItem: refusing, setItem: refusing, removeItem: refusing });
    expect(() => save(store, "e", 1)).not.toThrow();
    expect(store.load("c")).toBeUndefined();
  });
});

describe("Outbox", () => {
  const message = (id: string, text = "") => createMessage("data.message.send" as const, { text }, { id });

  test("is bounded in commands and in bytes, and takes an id once", () => {
    const outbox = new Outbox({ maxCommands: 2, maxBytes: 1_000 });
    const first = outbox.add(message("1"), 65536);
    expect(outbox.add(message("1"), 65536)).toBe(first);
    expect(outbox.add(message("2", "x".repeat(900)), 65536)).toBe("queue_full");
    expect(outbox.add(message("3", "x".repeat(900)), 500)).toBe("too_large");
    expect(outbox.add(message("4"), 65536)).toMatchObject({ sent: false });
    expect(outbox.add(message("5"), 65536)).toBe("queue_full");
    outbox.settle("1", { ok: false, error: { code: "closed", message: "" } });
    expect(outbox.add(message("5"), 65536)).toMatchObject({ sent: false });
    expect([...outbox.commands()].map(({ message: { id } }) => id)).toEqual(["4", "5"]);
  });

  test("what is stored and broken is nothing", () => {
    const storage = { getItem: () => '{"a":', setItem: () => {}, removeItem: () => {} };
    expect(new Outbox({}, storage).size).toBe(0);
  });
});
