import { afterEach, describe, expect, it, vi } from "vitest";
import { Api, ApiError } from "../pages/console/api.js";
import { line, shown } from "../pages/console/chart.js";
import { rows } from "../pages/console/events.js";
import { Meter, samples, sum } from "../pages/console/metrics.js";
import { clock } from "../pages/console/tables.js";
import { Tail } from "../pages/console/tail.js";

const text = (events: number, commands: number, seconds: number) => `# HELP nonsense
hawser_store_events_total ${events}
hawser_deliveries_total{dialect="standard"} ${events * 2}
hawser_deliveries_total{dialect="hitl"} ${events}
hawser_commands_seconds_count{command="send",outcome="ok"} ${commands}
hawser_commands_seconds_sum{command="send",outcome="ok"} ${seconds}
hawser_connections{dialect="standard"} 3.0
`;

describe("metrics", () => {
  it("are read with their tags, whatever these hold", () => {
    expect(samples('a{b="c\\"d",e="f"} 1.5\n# a 2\nnonsense\nx 3')).toEqual([
      { name: "a", tags: { b: 'c\\"d', e: "f" }, value: 1.5 },
      { name: "x", tags: {}, value: 3 },
    ]);
    expect(sum(samples(text(1, 0, 0)), "hawser_deliveries_total")).toBe(3);
  });

  it("become rates between two samples", () => {
    const meter = new Meter();
    expect(meter.take(text(100, 10, 1), 1000)).toBeUndefined();
    expect(meter.take(text(300, 20, 1.5), 3000)).toEqual({
      at: 3000,
      eventsPerSecond: 100,
      deliveriesPerSecond: 300,
      commandsPerSecond: 5,
      commandMs: 50,
      connections: 3,
    });
  });

  it("begin anew with a node that was started anew", () => {
    const meter = new Meter();
    meter.take(text(100, 10, 1), 1000);
    expect(meter.take(text(5, 1, 0), 2000)).toBeUndefined();
    expect(meter.take(text(15, 1, 0), 3000)).toMatchObject({ eventsPerSecond: 10, commandMs: 0 });
  });
});

describe("charts", () => {
  it("put the newest value at the right and the largest at the top", () => {
    expect(line([0, 10], 10, 2)).toBe("0.0,54.0 240.0,2.0");
    expect(line([5], 10, 90)).toBe("240.0,28.0");
  });

  it.each([
    [0, "0"],
    [2.06, "2.1"],
    [12345.6, "12,346"],
  ])("show %s as %s", (value, expected) => {
    expect(shown(value)).toBe(expected);
  });
});

describe("timelines", () => {
  const event = (sequence: number, type: string, more: object = {}) => ({
    sequence,
    type,
    time: "",
    runId: "r",
    ...more,
  });
  const delta = (sequence: number, messageId: string, text: string) =>
    event(sequence, "text.delta", { messageId, delta: text });

  it("show the pieces of one text as one row, and everything else by itself", () => {
    const all = rows([
      event(1, "run.started"),
      delta(2, "m", "a"),
      delta(3, "m", "b"),
      delta(4, "n", "c"),
      event(5, "run.completed"),
      event(6, "run.completed"),
    ]);
    expect(all.map(({ first, last, count, text }) => [first.sequence, last.sequence, count, text])).toEqual([
      [1, 1, 1, ""],
      [2, 3, 2, "ab"],
      [4, 4, 1, "c"],
      [5, 5, 1, ""],
      [6, 6, 1, ""],
    ]);
  });

  it("tell the day of what did not happen today", () => {
    const now = new Date(2026, 4, 2, 12);
    expect(clock(new Date(2026, 4, 2, 9), now)).not.toContain("2026");
    expect(clock(new Date(2026, 4, 1, 9), now)).toContain("2026");
  });
});

describe("the administration", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  const answer = (body: BodyInit, status = 200) => {
    const fetch = vi.fn(async (_path: string, _init?: RequestInit) => new Response(body, { status }));
    vi.stubGlobal("fetch", fetch);
    return fetch;
  };

  it("is asked about the tenant that is looked at, with the token", async () => {
    const fetch = answer('{"runs":[]}');
    const api = new Api("secret");
    api.tenant = "a&b";
    expect(await api.runs("failed")).toEqual([]);
    expect(fetch).toHaveBeenCalledWith("/v1/admin/runs?status=failed&limit=100&tenant=a%26b", {
      headers: { Authorization: "Bearer secret" },
    });
  });

  it("says why it refuses", async () => {
    answer('{"detail":"Not with this credential."}', 403);
    await expect(new Api("").node()).rejects.toThrow(new ApiError(403, "Not with this credential."));
    answer("<html>", 502);
    await expect(new Api("").node()).rejects.toMatchObject({ status: 502, message: "HTTP 502" });
  });

  it("tells live events as they come, in whichever pieces", async () => {
    const pieces = [
      'retry: 1000\n\ndata: {"type":"thinking",',
      '"sequence":1}\n',
      '\n: heartbeat\n\nevent: missed\ndata: {"events":7}\n\ndata: {"sequence":2}\n\n',
    ];
    answer(
      new ReadableStream({
        start(controller) {
          for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
          controller.close();
        },
      }),
    );
    const seen: unknown[] = [];
    const begun = vi.fn();
    let missed = 0;
    await new Api("").tail(
      ["thinking"],
      new AbortController().signal,
      begun,
      (event) => seen.push(event),
      (count) => {
        missed += count;
      },
    );
    expect(seen).toEqual([{ type: "thinking", sequence: 1 }, { sequence: 2 }]);
    expect(missed).toBe(7);
    expect(begun).toHaveBeenCalledOnce();
  });

  it("tells live events from when the gateway says its first word, not when it takes the question", async () => {
    let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
    answer(
      new ReadableStream<Uint8Array>({
        start(controller) {
          stream = controller;
        },
      }),
    );
    const changed = vi.fn();
    const tail = new Tail(changed, (error) => {
      throw error;
    });
    tail.look(new Api(""), "");
    expect([tail.looking, tail.begun]).toEqual([true, false]);
    stream?.enqueue(new TextEncoder().encode("retry: 1000\n\n"));
    await vi.waitUntil(() => tail.begun, { timeout: 120_000 });
    tail.stop();
    expect([tail.looking, tail.begun]).toEqual([false, false]);
  });
});
