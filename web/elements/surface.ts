import { css, html, LitElement, nothing } from "lit";
import { json } from "./approval.js";
import { toHtml } from "./markdown/html.js";
import { theme } from "./theme.js";

interface Action {
  readonly name: string;
  readonly surfaceId: string;
}

/** As much of the official renderer as is used here; the packages are optional and loaded with the first surface. */
interface Renderer {
  readonly processor: { processMessages(messages: readonly unknown[]): void };
  readonly surfaces: Map<string, unknown>;
}

const VERSION = "v0.9";
/** What the renderer's texts ask the elements around them for, by the community's context protocol. */
const MARKDOWN = Symbol.for("A2UIMarkdown");

interface ContextRequest extends Event {
  readonly context: unknown;
  readonly callback: (value: (text: string) => Promise<string>) => void;
}

/** The optional packages, if they are there. Bundlers take what is awaited in a try block for something that may be missing. */
async function packages() {
  try {
    // This one asks for the other.
    const { basicCatalog } = await import("@a2ui/lit/v0_9");
    const { MessageProcessor } = await import("@a2ui/web_core/v0_9");
    return { basicCatalog, MessageProcessor };
  } catch {
    return undefined;
  }
}

async function load(
  onAction: (action: unknown) => void,
  onSurface: (surface: unknown) => void,
): Promise<Renderer | undefined> {
  const there = await packages();
  if (!there) return undefined;
  const { basicCatalog, MessageProcessor } = there;
  const surfaces = new Map<string, unknown>();
  const processor = new MessageProcessor([basicCatalog], onAction as (action: Action) => void);
  processor.onSurfaceCreated((surface: { id: string }) => {
    surfaces.set(surface.id, surface);
    onSurface(surface);
  });
  return {
    surfaces,
    processor: {
      processMessages: (messages) =>
        processor.processMessages(messages.flatMap((message) => understood(message, basicCatalog.id)) as never),
    },
  };
}

/**
 * A message as the renderer takes it: its version of the protocol has components in a message of their own, and one basic
 * catalogue whatever version of it the agent names.
 */
export function understood(message: unknown, catalogId: string): unknown[] {
  const { version: _, ...rest } = message as Record<string, unknown>;
  const created = rest.createSurface as Record<string, unknown> | undefined;
  if (!created) return [{ version: VERSION, ...rest }];
  const { components, dataModel, ...surface } = created;
  const basic = typeof surface.catalogId !== "string" || /\/catalogs\/basic\//.test(surface.catalogId);
  const found: unknown[] = [{ version: VERSION, createSurface: { ...surface, ...(basic ? { catalogId } : {}) } }];
  const { surfaceId } = surface;
  if (components) found.push({ version: VERSION, updateComponents: { surfaceId, components } });
  if (dataModel) found.push({ version: VERSION, updateDataModel: { surfaceId, path: "/", value: dataModel } });
  return found;
}

/**
 * `<hawser-surface>`: what an agent shows by A2UI messages, drawn by the official renderer (the optional packages `@a2ui/lit`
 * and `@a2ui/web_core`). Set the property `messages`. Fires `act` with the user's action. Where the renderer is missing or
 * does not understand the messages, they are shown as they are.
 */
export class HawserSurface extends LitElement {
  static override properties = { messages: { attribute: false }, _surface: { state: true }, _failed: { state: true } };
  static override styles = [
    theme,
    css`
      :host {
        display: block;
        padding: 0.75rem;
        border: 1px solid var(--_line);
        border-radius: calc(var(--_radius) + 2px);
        background: var(--_surface);
        --a2ui-color-primary: var(--_accent);
        --a2ui-color-on-primary: var(--_on-accent);
        --a2ui-color-surface: var(--_surface);
        --a2ui-color-on-surface: var(--_text);
        --a2ui-color-background: var(--_surface);
        --a2ui-color-on-background: var(--_text);
        --a2ui-color-input: var(--_ground);
        --a2ui-color-on-input: var(--_text);
        --a2ui-color-border: var(--_line);
        --a2ui-text-color-text: var(--_text);
        --a2ui-text-caption-color: var(--_muted);
        --a2ui-border-radius: var(--_radius);
      }
    `,
  ];

  declare messages: readonly unknown[];
  declare _surface: unknown;
  declare _failed: boolean;
  #renderer: Promise<Renderer | undefined> | undefined;
  #taken = 0;

  constructor() {
    super();
    this.messages = [];
    this._failed = false;
    this.addEventListener("context-request", (event) => {
      const { context, callback } = event as ContextRequest;
      if (context !== MARKDOWN) return;
      event.stopPropagation();
      callback(async (text) => toHtml(text));
    });
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("messages") && this.messages.length > this.#taken) {
      const fresh = this.messages.slice(this.#taken);
      this.#taken = this.messages.length;
      void this.#show(fresh);
    }
  }

  async #show(messages: readonly unknown[]): Promise<void> {
    this.#renderer ??= load(
      (action) => this.dispatchEvent(new CustomEvent("act", { detail: action, bubbles: true, composed: true })),
      (surface) => {
        this._surface = surface;
      },
    );
    try {
      const renderer = await this.#renderer;
      if (renderer) renderer.processor.processMessages(messages);
      else this._failed = true;
    } catch {
      this._failed = true;
    }
  }

  override render() {
    if (this._failed) {
      return html`<details><summary>A surface that cannot be drawn here</summary><pre tabindex="0">${json(this.messages)}</pre></details>`;
    }
    return this._surface ? html`<a2ui-surface .surface=${this._surface}></a2ui-surface>` : nothing;
  }
}
