import { expect, test } from "vitest";
import { Timeline } from "../client/session/timeline.js";

const TIME = "2026-01-31T12:00:00.000Z";

/** A conversation of that many turns, published. */
function long(turns: number): Timeline {
  const timeline = new Timeline();
  for (let i = 0; i < turns; i += 1) {
    timeline.add({ kind: "text", key: `text:${i}`, messageId: String(i), text: "old", complete: true }, `r${i}`, TIME);
  }
  timeline.publish();
  return timeline;
}

test("within a frame only the first change of a part copies it, its turn and the list", () => {
  const timeline = long(1000);
  const first = timeline.part("text:999", "text")!;
  const turn = timeline.turnOf("r999")!;
  const { parts } = turn;
  for (let i = 0; i < 2000; i += 1) timeline.part("text:999", "text")!.text += ".";
  expect(timeline.part("text:999", "text")).toBe(first);
  expect(timeline.turnOf("r999")).toBe(turn);
  expect(timeline.turnOf("r999")!.parts).toBe(parts);
  expect(timeline.publish().at(-1)).toBe(turn);
});

test("a frame takes over what did not change, and leaves what was published alone", () => {
  const timeline = long(1000);
  const before = timeline.publish();
  expect(timeline.publish()).toBe(before);
  timeline.part("text:500", "text")!.text = "new";
  const after = timeline.publish();
  expect(after).not.toBe(before);
  expect(after.filter((message, index) => message !== before[index])).toHaveLength(1);
  expect(before[500]).toMatchObject({ parts: [{ text: "old" }] });
  expect(after[500]).toMatchObject({ parts: [{ text: "new" }] });
});
