import { css, html, LitElement, nothing } from "lit";
import type { Run } from "../client/index.js";
import { icon } from "./icons.js";
import { theme } from "./theme.js";

/** Room for the envelope around a text, in bytes. */
const ENVELOPE_BYTES = 512;
const encoder = new TextEncoder();

/**
 * The box that people write in. Enter sends, Shift and Enter begin a line. Fires `say` with the text, and `stop`. Says how
 * much room is left where that becomes little, and sends nothing that the server would not take.
 */
export class HawserComposer extends LitElement {
  static override properties = {
    placeholder: {},
    maxBytes: { attribute: false },
    active: { attribute: false },
    _draft: { state: true },
  };
  static override shadowRootOptions: ShadowRootInit = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override styles = [
    theme,
    css`
      :host {
        display: block;
      }
      form {
        display: flex;
        align-items: flex-end;
        gap: 0.375rem;
        padding: 0.375rem;
        border: 1px solid var(--_edge);
        border-radius: 1.4rem;
        background: var(--_surface);
        box-shadow: var(--_shadow);
      }
      form:focus-within {
        border-color: var(--_accent);
        box-shadow: 0 0 0 3px var(--_accent-soft);
      }
      textarea {
        flex: 1;
        min-width: 0;
        max-height: 12.5rem;
        padding: 0.45rem 0.375rem 0.45rem 0.9rem;
        border: 0;
        outline: 0;
        background: none;
        resize: none;
        field-sizing: content;
      }
      textarea:focus-visible {
        outline: 0;
      }
      textarea::placeholder {
        color: var(--_muted);
        opacity: 1;
        white-space: nowrap;
      }
      button {
        display: grid;
        place-items: center;
        flex: none;
        width: 2.4rem;
        height: 2.4rem;
        min-height: 0;
        padding: 0;
        border-radius: 50%;
      }
      button:hover:enabled {
        background: var(--_raised);
      }
      button.primary:hover:enabled {
        background: color-mix(in oklab, var(--_accent) 86%, var(--_text));
      }
      button.primary:disabled {
        border-color: transparent;
        background: var(--_raised);
        color: var(--_muted);
        opacity: 1;
      }
      .stop .icon {
        fill: currentColor;
      }
      p {
        min-height: 1.25rem;
        margin: 0.375rem 0 0;
        color: var(--_muted);
        font-size: 0.75rem;
        text-align: center;
      }
      .over {
        color: var(--_bad);
        font-weight: 560;
      }
      kbd {
        padding: 0 0.3rem;
        border: 1px solid var(--_line);
        border-radius: 4px;
        font-family: var(--_mono);
        font-size: 0.6875rem;
      }
      @media (max-width: 520px), (pointer: coarse) {
        .keys {
          display: none;
        }
      }
    `,
  ];

  declare placeholder: string;
  /** The largest message that the server takes, in bytes of UTF-8. */
  declare maxBytes: number;
  /** The run that can be stopped. */
  declare active: Run | undefined;
  declare _draft: string;

  constructor() {
    super();
    this.placeholder = "Message the agent";
    this.maxBytes = 65536;
    this._draft = "";
  }

  /** What is left for the text, in bytes; below zero it is too long. */
  get room(): number {
    // The frame carries the text as JSON, in which some characters take more room.
    return this.maxBytes - ENVELOPE_BYTES - encoder.encode(JSON.stringify(this._draft)).length;
  }

  override render() {
    const room = this._draft === "" ? this.maxBytes : this.room;
    const active = this.active;
    return html`
      <form @submit=${this.#submit}>
        <textarea
          rows="1"
          autocomplete="off"
          aria-label="Message"
          aria-describedby="hint"
          placeholder=${this.placeholder}
          .value=${this._draft}
          @input=${(event: InputEvent) => {
            this._draft = (event.target as HTMLTextAreaElement).value;
          }}
          @keydown=${this.#key}
        ></textarea>
        ${
          active
            ? html`<button class="stop" type="button" aria-label=${active.cancelling ? "Stopping" : "Stop the answer"}
              ?disabled=${active.cancelling === true} @click=${() => this.dispatchEvent(new CustomEvent("stop"))}>
              ${icon("stop")}
            </button>`
            : nothing
        }
        <button class="primary" type="submit" aria-label="Send" ?disabled=${this._draft.trim() === "" || room < 0}>
          ${icon("send")}
        </button>
      </form>
      <p id="hint" class=${room < 0 ? "over" : ""}>${this.#hint(room)}</p>
    `;
  }

  #hint(room: number) {
    if (room < 0) return `Too long by ${(-room).toLocaleString()} bytes`;
    if (room < this.maxBytes / 5) return `${room.toLocaleString()} bytes left`;
    return html`<span class="keys"><kbd>Enter</kbd> sends, <kbd>Shift</kbd> <kbd>Enter</kbd> starts a new line</span>`;
  }

  readonly #key = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  };

  readonly #submit = (event: Event) => {
    event.preventDefault();
    this.#send();
  };

  #send(): void {
    const text = this._draft.trim();
    if (text === "" || this.room < 0) return;
    this._draft = "";
    this.dispatchEvent(new CustomEvent<string>("say", { detail: text }));
  }
}
