import { html, nothing, type TemplateResult } from "lit";
import type { LogEvent } from "./api.js";
import { type Open, session } from "./tables.js";

const FIELDS_MAX = 400;
const CLOCK = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
});

/** Events that are shown as one row: one, or the deltas of one message that follow each other. */
export interface Row {
  readonly first: LogEvent;
  readonly last: LogEvent;
  readonly count: number;
  readonly text: string;
}

/** Events as rows, the oldest first; pieces of one text become one row. */
export function rows(events: readonly LogEvent[]): Row[] {
  const all: Row[] = [];
  for (const event of events) {
    const before = all.at(-1);
    if (before && typeof event.delta === "string" && sameText(before.last, event)) {
      const text = before.text.length < FIELDS_MAX ? before.text + event.delta : before.text;
      all[all.length - 1] = { first: before.first, last: event, count: before.count + 1, text };
    } else {
      all.push({ first: event, last: event, count: 1, text: typeof event.delta === "string" ? event.delta : "" });
    }
  }
  return all;
}

const sameText = (one: LogEvent, other: LogEvent) =>
  one.type === other.type && one.runId === other.runId && one.messageId === other.messageId;

/** A row of a list of events; with `open`, events are of many sessions and lead to theirs. */
export function eventRow({ first, last, count, text }: Row, open?: Open): TemplateResult {
  const { type, sequence, time, sessionId, runId, ...fields } = first;
  const json = JSON.stringify(fields);
  const told = count > 1 ? text : json === "{}" ? "" : json;
  return html`<li class=${`event ${type.split(".")[0]} ${type.endsWith(".failed") ? "bad" : ""}`}>
    <time datetime=${time} title=${time}>${CLOCK.format(new Date(time))}</time>
    ${open && sessionId !== undefined ? session(sessionId, open) : nothing}
    <span class="muted">#${sequence}${count > 1 ? `–${last.sequence}` : ""}</span>
    <strong>${type}${count > 1 ? ` ×${count.toLocaleString("en")}` : ""}</strong>
    <span class="fields">${told.length > FIELDS_MAX ? `${told.slice(0, FIELDS_MAX)}…` : told}</span>
  </li>`;
}
