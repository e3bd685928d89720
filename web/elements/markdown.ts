import { html, noChange, type TemplateResult } from "lit";
import { AsyncDirective } from "lit/async-directive.js";
import { directive } from "lit/directive.js";
import { guard } from "lit/directives/guard.js";
import { nextFrame } from "../client/session/frame.js";
import { type Piece, Reader } from "./markdown/reader.js";
import { render } from "./markdown/render.js";

class Markdown extends AsyncDirective {
  readonly #reader = new Reader();
  #text = "";
  #live = false;
  #waiting = false;

  override render(text: string, live: boolean): TemplateResult | typeof noChange {
    if (text === this.#text && live === this.#live) return noChange;
    this.#text = text;
    this.#live = live;
    return this.#next();
  }

  #next(): TemplateResult {
    if (!this.#reader.read(this.#text, this.#live)) this.#goOn();
    const { pieces, open } = this.#reader;
    return html`${pieces.map((piece, at) => {
      const part = piece.cut || pieces[at - 1]?.cut === true;
      return guard([piece, part], () => block(piece, part));
    })}${block({ tokens: open, cut: false }, pieces.at(-1)?.cut === true)}`;
  }

  /** A text that is too long for one frame is shown as far as it was read, and read on with the next. */
  #goOn(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    nextFrame(() => {
      this.#waiting = false;
      if (this.isConnected) this.setValue(this.#next());
    });
  }

  override reconnected(): void {
    this.setValue(this.#next());
  }
}

function block({ tokens }: Piece, part: boolean): TemplateResult {
  return part ? html`<div class="part">${render(tokens)}</div>` : html`${render(tokens)}`;
}

/**
 * A text as safe Markdown: text never becomes markup, links lead to http(s) and mailto only. What is finished of a text that
 * streams in is neither read nor rendered again.
 *
 * @param live whether the text is still being written
 */
export const markdown: (text: string, live: boolean) => unknown = directive(Markdown);
