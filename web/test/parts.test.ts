import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Emitter } from "../client/emitter.js";
import {
  CLOSE_RETRY,
  type ConnectionState,
  createMessage,
  Logger,
  MessageBus,
  RETRY_POLICY,
  ReconnectionManager,
  retryOf,
  StateMachine,
} from "../client/index.js";
import { expiryOf } from "../client/tokens.js";
import { Watchdog } from "../client/watchdog.js";
import { FakeServer, FakeSocket } from "../testing/index.js";

describe("MessageBus", () => {
  const message = (type: string) => ({ type });

  test.each([
    ["control.run.accepted", ["control.run.accepted"], 1],
    ["control.*", ["control.run.accepted", "control.notice"], 2],
    ["control.*", ["data.run.started", "control"], 0],
    ["data.run.*", ["data.run.started", "data.text.delta"], 1],
    ["*", ["a", "b.c"], 2],
  ])("%s sees of %j %i", (pattern, types, times) => {
    const bus = new MessageBus();
    const handler = vi.fn();
    const unsubscribe = bus.subscribe(pattern, handler);
    for (const type of types) bus.publish(message(type));
    expect(handler).toHaveBeenCalledTimes(times);
    unsubscribe();
    for (const type of types) bus.publish(message(type));
    expect(handler).toHaveBeenCalledTimes(times);
  });

  test("once is once, and one that throws stops nobody", () => {
    const thrown: unknown[] = [];
    const bus = new MessageBus((error) => thrown.push(error));
    const once = vi.fn();
    const after = vi.fn();
    bus.subscribe("a", () => {
      throw new Error("mine");
    });
    bus.subscribeOnce("a", once);
    bus.subscribe("*", after);
    bus.publish(message("a"));
    bus.publish(message("a"));
    expect(once).toHaveBeenCalledTimes(1);
    expect(after).toHaveBeenCalledTimes(2);
    expect(thrown).toHaveLength(2);
  });

  test("a bus of its own carries messages that it made", () => {
    const bus = new MessageBus();
    const heard: unknown[] = [];
    bus.subscribe("app.*", ({ payload }) => heard.push(payload));
    bus.publish(createMessage("app.page.shown", { page: 1 }));
    expect(heard).toEqual([{ page: 1 }]);
  });

  test("a message without a payload has an empty one", () => {
    expect(createMessage("system.ping").payload).toEqual({});
  });
});

describe("StateMachine", () => {
  const STATES: ConnectionState[] = ["disconnected", "connecting", "connected", "active", "reconnecting", "closed"];
  const WAYS: Record<ConnectionState, ConnectionState[]> = {
    disconnected: ["connecting"],
    connecting: ["connected", "reconnecting", "disconnected", "closed"],
    connected: ["active", "reconnecting", "disconnected", "closed"],
    active: ["connected", "reconnecting", "disconnected", "closed"],
    reconnecting: ["connected", "disconnected", "closed"],
    closed: ["connecting", "disconnected"],
  };
  const TO: Record<ConnectionState, ConnectionState[]> = {
    disconnected: [],
    connecting: ["connecting"],
    connected: ["connecting", "connected"],
    active: ["connecting", "connected", "active"],
    reconnecting: ["connecting", "reconnecting"],
    closed: ["connecting", "closed"],
  };

  test.each(STATES.flatMap((from) => STATES.map((to) => [from, to] as const)))("%s to %s", (from, to) => {
    const changes: unknown[] = [];
    const machine = new StateMachine((change) => changes.push(change));
    for (const step of TO[from]) machine.to(step);
    changes.length = 0;
    if (from === to) {
      machine.to(to);
      expect(changes).toEqual([]);
    } else if (WAYS[from].includes(to)) {
      machine.to(to);
      expect(changes).toEqual([{ previousState: from, newState: to }]);
    } else {
      expect(() => machine.to(to)).toThrow(`no way from ${from} to ${to}`);
      expect(machine.state).toBe(from);
    }
  });
});

describe("listeners that come while a message is told", () => {
  test("a bus tells them of the next message, and of this one nobody who has gone", () => {
    const bus = new MessageBus();
    const told: string[] = [];
    const gone = () => told.push("gone");
    let leave = () => {};
    const arm = () => {
      if (told.length > 10) throw new Error("the same message without end");
      bus.subscribeOnce("a.b", () => {
        told.push("once");
        leave();
        arm();
      });
    };
    arm();
    leave = bus.subscribe("a.b", gone);
    bus.subscribe("*", ({ type }) => told.push(`all ${type}`));
    bus.publish({ type: "a.b" });
    expect(told).toEqual(["once", "all a.b"]);
    bus.publish({ type: "a.b" });
    expect(told).toEqual(["once", "all a.b", "once", "all a.b"]);
  });

  test("an emitter tells them of the next event", () => {
    const emitter = new Emitter<{ e: number }>(() => {});
    const told: number[] = [];
    const arm = () => {
      const off = emitter.on("e", (value) => {
        told.push(value);
        off();
        if (told.length < 10) arm();
      });
    };
    arm();
    emitter.on("e", () => {});
    emitter.emit("e", 1);
    expect(told).toEqual([1]);
    emitter.emit("e", 2);
    expect(told).toEqual([1, 2]);
  });
});

describe("ReconnectionManager", () => {
  test.each(Object.entries(CLOSE_RETRY))("close code %s: %s", (code, retry) => {
    const next = new ReconnectionManager({}, () => 0).next(Number(code), 0);
    if (retry === "never") expect(next).toBeUndefined();
    else expect(next).toEqual({ attempt: 1, delayMs: retry === "refresh" ? 0 : RETRY_POLICY.baseMs, atLeastMs: 0 });
  });

  test("a code that nobody knows is never", () => {
    expect(retryOf(4999)).toBe("never");
  });

  test("jitter takes its share off the wait", () => {
    const waits = [0, 0.5, 0.9999].map((random) => new ReconnectionManager({}, () => random).next(1006, 0)?.delayMs);
    expect(waits).toEqual([1000, 750, 500]);
  });

  test("a connection that lasted begins anew; one that was let in and lost is no failure, but lets the waits grow", () => {
    const manager = new ReconnectionManager({ maxAttempts: 2 }, () => 0);
    const tell = (livedMs: number) => manager.next(1006, livedMs);
    expect([tell(0), tell(0), tell(0)].map((next) => next?.delayMs)).toEqual([1000, 2000, undefined]);
    manager.reset();
    expect([tell(500), tell(500), tell(500)].map((next) => [next?.attempt, next?.delayMs])).toEqual([
      [1, 1000],
      [1, 2000],
      [1, 4000],
    ]);
    expect(tell(RETRY_POLICY.resetAfterMs)).toMatchObject({ attempt: 1, delayMs: 1000 });
  });

  test("what fails while there is no network does not count towards giving up", () => {
    const manager = new ReconnectionManager({ maxAttempts: 2 }, () => 0);
    for (let i = 0; i < 50; i += 1) expect(manager.next(1006, 0, false)).toBeDefined();
    expect(manager.next(1006, 0)?.attempt).toBe(2);
    expect(manager.next(1006, 0)).toBeUndefined();
  });

  test("the server's bound counts once, the largest of several", () => {
    const manager = new ReconnectionManager({}, () => 0);
    manager.notBefore(4000);
    manager.notBefore(3000);
    expect(manager.next(1012, 0)).toEqual({ attempt: 1, delayMs: 4000, atLeastMs: 4000 });
    expect(manager.next(1012, 0)).toEqual({ attempt: 2, delayMs: 2000, atLeastMs: 0 });
  });
});

describe("Logger", () => {
  const logged = (name: string, debug: string | null) => {
    vi.stubGlobal("localStorage", { getItem: () => debug });
    const lines: string[] = [];
    const to = (level: string) => () => lines.push(level);
    const sink = { error: to("error"), warn: to("warn"), info: to("info"), debug: to("debug") };
    const logger = new Logger(name, undefined, sink);
    for (const level of ["error", "warn", "info", "debug"] as const) logger[level]("x");
    return lines;
  };
  const quiet = ["error", "warn"];
  const all = ["error", "warn", "info", "debug"];

  test.each([
    ["protocol", null, quiet],
    ["protocol", "protocol:*", all],
    ["protocol:wire", "protocol:*", all],
    ["protocol:wire", "other:* protocol:wire", all],
    ["protocol:wire", "*,-protocol:wire", quiet],
    ["protocol:wire", "protocol", quiet],
    ["other", "protocol:*", quiet],
  ])("%s with debug=%s", (name, debug, expected) => {
    expect(logged(name, debug)).toEqual(expected);
  });

  afterEach(() => vi.unstubAllGlobals());

  test("levels include those before them, children have the name of both", () => {
    const sink = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() };
    const logger = new Logger("app", "info", sink);
    logger.child("part").info("hello", 1);
    logger.child("part").debug("hidden");
    expect(sink.info.mock.calls).toEqual([["[app:part]", "hello", 1]]);
    expect(sink.debug).not.toHaveBeenCalled();
    new Logger("app", "silent", sink).error("hidden");
    expect(sink.error).not.toHaveBeenCalled();
  });
});

describe("Watchdog", () => {
  const page = () => {
    const target = new EventTarget();
    return Object.assign(target, { visibilityState: "visible" });
  };
  let window: ReturnType<typeof page>;
  let document: ReturnType<typeof page>;
  let connection: ReturnType<typeof page>;
  const watched = { ping: vi.fn(), dead: vi.fn(), wake: vi.fn() };
  let dog: Watchdog;

  beforeEach(() => {
    vi.useFakeTimers();
    [window, document, connection] = [page(), page(), page()];
    vi.stubGlobal("window", window);
    vi.stubGlobal("document", document);
    vi.stubGlobal("navigator", { connection });
    for (const call of Object.values(watched)) call.mockReset();
    dog = new Watchdog(watched);
    dog.listen();
  });

  afterEach(() => {
    dog.stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  test.each([
    ["online", () => window],
    ["offline", () => window],
    ["pageshow", () => window],
    ["visibilitychange", () => document],
    ["resume", () => document],
    ["change", () => connection],
  ])("at %s the wire is asked and given four seconds", (name, target) => {
    dog.watch(30_000);
    vi.advanceTimersByTime(5_000);
    watched.ping.mockReset();
    target().dispatchEvent(new Event(name));
    expect(watched.ping).toHaveBeenCalledTimes(1);
    expect(watched.wake).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(3_900);
    expect(watched.dead).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_200);
    expect(watched.dead).toHaveBeenCalled();
  });

  test("an answer in time is life", () => {
    dog.watch(30_000);
    dog.probe();
    vi.advanceTimersByTime(3_000);
    dog.heard();
    vi.advanceTimersByTime(20_000);
    expect(watched.dead).not.toHaveBeenCalled();
  });

  test("a page that is hidden is not asked for", () => {
    document.visibilityState = "hidden";
    document.dispatchEvent(new Event("visibilitychange"));
    expect(watched.wake).not.toHaveBeenCalled();
  });

  test("after a sleep silence says nothing: the wire is asked first", () => {
    dog.watch(30_000);
    vi.advanceTimersByTime(1_000);
    watched.ping.mockReset();
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(1_000);
    expect(watched.dead).not.toHaveBeenCalled();
    expect(watched.ping).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(5_000);
    expect(watched.dead).toHaveBeenCalled();
  });

  test("a clock that is set back does not blind it", () => {
    dog.watch(30_000);
    vi.advanceTimersByTime(5_000);
    watched.ping.mockReset();
    vi.setSystemTime(Date.now() - 3_600_000);
    vi.advanceTimersByTime(1_000);
    expect(watched.ping).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(5_000);
    expect(watched.dead).toHaveBeenCalled();
  });

  test.each([0, -1, 10])("a heartbeat of %d ms is one of a second", (ms) => {
    dog.watch(ms);
    vi.advanceTimersByTime(5_100);
    expect(watched.ping.mock.calls.length).toBeLessThanOrEqual(6);
  });

  test("without a wire an event only wakes", () => {
    window.dispatchEvent(new Event("online"));
    expect(watched.wake).toHaveBeenCalledTimes(1);
    expect(watched.ping).not.toHaveBeenCalled();
    dog.stop();
    window.dispatchEvent(new Event("online"));
    expect(watched.wake).toHaveBeenCalledTimes(1);
  });
});

describe("FakeSocket", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("frames keep their order, however long each takes and whatever becomes of the clock", async () => {
    vi.useFakeTimers();
    const socket = new FakeSocket("ws://gateway.test/ws");
    const seen: unknown[] = [];
    socket.onmessage = ({ data }) => seen.push(data);
    socket.open();
    socket.deliver("slow", 100);
    vi.setSystemTime(Date.now() + 3_600_000);
    socket.deliver("quick");
    await vi.advanceTimersByTimeAsync(0);
    expect(seen).toEqual([]);
    vi.setSystemTime(Date.now() - 7_200_000);
    socket.deliver("last");
    await vi.advanceTimersByTimeAsync(100);
    expect(seen).toEqual(["slow", "quick", "last"]);
  });

  test("one that is given up before it was open is no wire of the server's", async () => {
    const server = new FakeServer();
    new server.WebSocket("ws://gateway.test/ws").close();
    await Promise.resolve();
    expect(server.open).toBe(0);
  });
});

test("when a token ends is read from it, and nothing else is made of it", () => {
  const encode = (claims: object) => btoa(JSON.stringify(claims)).replaceAll("+", "-").replaceAll("/", "_");
  expect(expiryOf(`h.${encode({ exp: 1234, name: "ÿ>?" })}.s`)).toBe(1_234_000);
  for (const token of ["", "opaque", "a.b.c", "h.!.s", `h.${encode({ exp: "soon" })}.s`, `h.${btoa("null")}.s`]) {
    expect(expiryOf(token)).toBeUndefined();
  }
});
