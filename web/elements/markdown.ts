import { html, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { type Block, type Inline, parse } from "./markdown-parser.js";

/** A piece of text that is still being written is shown as it is beyond this length, until it is complete. */
const LIVE_MAX = 20_000;

/**
 * A text as safe Markdown: text never becomes markup, links lead to http(s) and mailto only. Pieces that did not change since
 * the last rendering are left alone, so that a long answer that streams in costs what its last piece costs.
 *
 * @param live whether the text is still being written
 */
export function markdown(text: string, live: boolean): TemplateResult {
  return html`${pieces(text).map((piece, at, all) => {
    const asItIs = live && at === all.length - 1 && piece.length > LIVE_MAX;
    return guard([piece, asItIs], () => (asItIs ? html`<p>${piece}</p>` : parse(piece).map(block)));
  })}`;
}

/** The text cut at empty lines, but not inside of code. */
export function pieces(text: string): string[] {
  const found: string[] = [];
  let fence: string | undefined;
  let from = 0;
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf("\n", at);
    const line = text.slice(at, end < 0 ? text.length : end);
    const next = end < 0 ? text.length : end + 1;
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined && mark !== undefined) fence = mark;
    else if (fence !== undefined && mark?.startsWith(fence)) fence = undefined;
    else if (
      fence === undefined &&
      line.trim() === "" &&
      !/^[ \t]+\S|^ {0,3}([-*+]|\d{1,9}[.)])\s/.test(text.slice(next, next + 12))
    ) {
      if (text.slice(from, at).trim() !== "") found.push(text.slice(from, at));
      from = next;
    }
    at = next;
  }
  if (text.slice(from).trim() !== "") found.push(text.slice(from));
  return found;
}

function block(found: Block): TemplateResult {
  switch (found.t) {
    case "p":
      return html`<p>${found.c.map(inline)}</p>`;
    case "h":
      return html`<p class="heading" role="heading" aria-level=${Math.min(6, found.level + 2)}>${found.c.map(inline)}</p>`;
    case "quote":
      return html`<blockquote>${found.c.map(inline)}</blockquote>`;
    case "code":
      return html`<pre tabindex="0"><code>${found.text}</code></pre>`;
    case "ul":
      return html`<ul>${found.items.map((item) => html`<li>${item.map(inline)}</li>`)}</ul>`;
    case "ol":
      return html`<ol start=${found.start}>${found.items.map((item) => html`<li>${item.map(inline)}</li>`)}</ol>`;
    case "hr":
      return html`<hr />`;
  }
}

function inline(part: Inline): TemplateResult | string {
  if (typeof part === "string") return part;
  switch (part.t) {
    case "code":
      return html`<code>${part.text}</code>`;
    case "b":
      return html`<strong>${part.c.map(inline)}</strong>`;
    case "i":
      return html`<em>${part.c.map(inline)}</em>`;
    case "a":
      return html`<a href=${part.href} target="_blank" rel="noopener noreferrer nofollow">${part.c.map(inline)}</a>`;
  }
}
