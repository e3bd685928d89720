import { css, html, LitElement, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Message, Part } from "../client/index.js";
import { json } from "./approval.js";
import { markdown } from "./markdown.js";
import { theme } from "./theme.js";

const CALL = { running: "is running", done: "done", failed: "failed", stopped: "stopped" } as const;

/** One message of a conversation: what a person said, or what an agent did in one run. Set the property `message`. */
export class HawserMessage extends LitElement {
  static override properties = { message: { attribute: false } };
  static override styles = [
    theme,
    css`
      :host {
        display: grid;
        gap: 0.5rem;
        min-width: 0;
      }
      .user {
        justify-self: end;
        max-width: min(85%, 40rem);
        padding: 0.5rem 0.9rem;
        border-radius: var(--_radius);
        background: var(--_accent);
        color: var(--_on-accent);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      .text {
        overflow-wrap: anywhere;
      }
      .text p,
      .text ul,
      .text ol,
      blockquote {
        margin: 0 0 0.5rem;
      }
      .heading {
        font-weight: 650;
      }
      blockquote {
        padding-inline-start: 0.75rem;
        border-inline-start: 3px solid var(--_line);
        color: var(--_muted);
      }
      a {
        color: var(--_accent);
      }
      details {
        border: 1px solid var(--_line);
        border-radius: calc(var(--_radius) - 2px);
        padding: 0.35rem 0.75rem;
        background: var(--_surface);
        font-size: 0.925rem;
      }
      summary {
        cursor: pointer;
        overflow-wrap: anywhere;
      }
      .failed {
        color: var(--_bad);
      }
      .end {
        margin: 0;
        font-size: 0.875rem;
      }
    `,
  ];

  declare message: Message | undefined;

  override render() {
    const message = this.message;
    if (!message) return nothing;
    if (message.role === "user")
      return html`<div class="user"><span class="sr-only">You said: </span>${message.text}</div>`;
    const { status, error } = message;
    return html`
      ${repeat(shown(message.parts), ({ key }) => key, part)}
      ${status === "failed" ? html`<p class="end failed" role="status">${error?.message ?? "The agent failed."}</p>` : nothing}
      ${status === "cancelled" ? html`<p class="end muted" role="status">Stopped.</p>` : nothing}
      ${status === "abandoned" ? html`<p class="end muted" role="status">Abandoned.</p>` : nothing}
    `;
  }
}

type Shown =
  | Exclude<Part, { kind: "ui" }>
  | { readonly kind: "surface"; readonly key: string; readonly messages: unknown[] };

/** The parts, with all messages of one surface in the place of its first. */
function shown(parts: readonly Part[]): Shown[] {
  const found: Shown[] = [];
  const surfaces = new Map<string, unknown[]>();
  for (const one of parts) {
    if (one.kind !== "ui") {
      found.push(one);
      continue;
    }
    const id = surfaceOf(one.action);
    const known = surfaces.get(id);
    if (known) known.push(one.action);
    else {
      const messages = [one.action];
      surfaces.set(id, messages);
      found.push({ kind: "surface", key: `surface:${id}`, messages });
    }
  }
  return found;
}

function surfaceOf(action: unknown): string {
  for (const value of Object.values((action ?? {}) as Record<string, unknown>)) {
    const id = (value as { surfaceId?: unknown } | null)?.surfaceId;
    if (typeof id === "string") return id;
  }
  return "";
}

function part(one: Shown) {
  switch (one.kind) {
    case "text":
      return html`<div class="text">${markdown(one.text, !one.complete)}</div>`;
    case "thinking":
      return html`<details><summary class="muted">Thought</summary><div class="text">${markdown(one.text, false)}</div></details>`;
    case "tool":
      return html`<details>
        <summary class=${one.status === "failed" ? "failed" : ""}>Tool <code>${one.name}</code> ${CALL[one.status]}</summary>
        <pre tabindex="0" aria-label="Arguments">${json(one.arguments)}</pre>
        ${one.result === undefined ? nothing : html`<pre tabindex="0" aria-label="Result">${json(one.result)}</pre>`}
        ${one.error === undefined ? nothing : html`<pre tabindex="0" aria-label="Error" class="failed">${json(one.error)}</pre>`}
      </details>`;
    case "approval":
      return html`<hawser-approval .approval=${one}></hawser-approval>`;
    case "subagent":
      return html`<details>
        <summary class=${one.status === "failed" ? "failed" : ""}>Subagent ${one.subagentType}: ${one.task} (${CALL[one.status]})</summary>
        ${one.result === undefined ? nothing : html`<pre tabindex="0">${json(one.result)}</pre>`}
      </details>`;
    case "surface":
      return html`<hawser-surface .messages=${one.messages}></hawser-surface>`;
    case "custom":
      return nothing;
  }
}
