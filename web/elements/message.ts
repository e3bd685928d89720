import { css, html, LitElement, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { type Message, type Part, textOf } from "../client/index.js";
import { buttons } from "./buttons.js";
import { copyButton } from "./copy.js";
import { markdown } from "./markdown.js";
import { prose, steps } from "./message-styles.js";
import { ending, subagent, thinking, tool } from "./steps.js";
import { theme } from "./theme.js";

/**
 * One message of a conversation: what a person said, or what an agent did in one run. Set the property `message`; with
 * `again`, a run that did not end well offers a second try: it fires `again` with the run's id.
 */
export class HawserMessage extends LitElement {
  static override properties = { message: { attribute: false }, again: { attribute: false } };
  static override styles = [
    theme,
    buttons,
    prose,
    steps,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.75rem;
        min-width: 0;
      }
    `,
  ];

  declare message: Message | undefined;
  declare again: boolean;

  override render() {
    const message = this.message;
    if (!message) return nothing;
    if (message.role === "user")
      return html`<div class="user"><span class="sr-only">You said: </span>${message.text}</div>`;
    const { status, parts } = message;
    const over = status !== "queued" && status !== "running" && status !== "waiting";
    return html`
      <span class="sr-only">The agent: </span>
      ${repeat(shown(parts), ({ key }) => key, part)}
      ${ending(message, this.again ? this.#again : undefined)}
      ${over && parts.some(({ kind }) => kind === "text") ? html`<div class="foot">${copyButton(() => textOf(message))}</div>` : nothing}
    `;
  }

  readonly #again = () => {
    const detail = this.message?.runId;
    this.dispatchEvent(new CustomEvent("again", { detail, bubbles: true, composed: true }));
  };
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
      return html`<div class="text ${one.complete ? "" : "live"}">${markdown(one.text, !one.complete)}</div>`;
    case "thinking":
      return thinking(one);
    case "tool":
      return tool(one);
    case "approval":
      return html`<hawser-approval .approval=${one}></hawser-approval>`;
    case "subagent":
      return subagent(one);
    case "surface":
      return html`<hawser-surface .messages=${one.messages}></hawser-surface>`;
    case "custom":
      return nothing;
  }
}
