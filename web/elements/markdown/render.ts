import { html, type nothing, type TemplateResult } from "lit";
import type { Token } from "markdown-it";
import { copyButton } from "../copy.js";

type Content = TemplateResult | string | typeof nothing;

/** Lines of code that are laid out together: those out of sight cost nothing. */
const LINES_TOGETHER = 100;

/** The parser's tokens as templates. Whatever a text holds becomes text; there is no way to markup. */
export function render(tokens: readonly Token[]): Content[] {
  const found: Content[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at]!;
    if (token.nesting !== 1) {
      found.push(leaf(token));
      continue;
    }
    const end = closing(tokens, at);
    found.push(branch(token, render(tokens.slice(at + 1, end))));
    at = end;
  }
  return found;
}

/** Where what is opened here is closed. */
function closing(tokens: readonly Token[], from: number): number {
  let depth = 0;
  for (let at = from; at < tokens.length; at += 1) {
    depth += tokens[at]!.nesting;
    if (depth === 0) return at;
  }
  return tokens.length;
}

function branch(token: Token, content: Content[]): Content {
  switch (token.type) {
    case "paragraph_open":
      // An item of a list without blank lines has no paragraphs.
      return token.hidden ? html`${content}` : html`<p>${content}</p>`;
    case "heading_open": {
      const level = Number(token.tag.slice(1));
      return html`<p class="heading h${level}" role="heading" aria-level=${Math.min(6, level + 2)}>${content}</p>`;
    }
    case "blockquote_open":
      return html`<blockquote>${content}</blockquote>`;
    case "bullet_list_open":
      return html`<ul>${content}</ul>`;
    case "ordered_list_open":
      return html`<ol start=${Number(token.attrGet("start") ?? 1)}>${content}</ol>`;
    case "list_item_open":
      return html`<li>${content}</li>`;
    case "table_open":
      return html`<div class="table" tabindex="0" role="region" aria-label="Table"><table>${content}</table></div>`;
    case "thead_open":
      return html`<thead>${content}</thead>`;
    case "tbody_open":
      return html`<tbody>${content}</tbody>`;
    case "tr_open":
      return html`<tr>${content}</tr>`;
    case "th_open":
      return html`<th class=${side(token)}>${content}</th>`;
    case "td_open":
      return html`<td class=${side(token)}>${content}</td>`;
    case "strong_open":
      return html`<strong>${content}</strong>`;
    case "em_open":
      return html`<em>${content}</em>`;
    case "s_open":
      return html`<s>${content}</s>`;
    case "link_open":
      return link(String(token.attrGet("href") ?? ""), content);
    default:
      return html`${content}`;
  }
}

function leaf(token: Token): Content {
  switch (token.type) {
    case "inline":
      return html`${render(token.children ?? [])}`;
    case "code_inline":
      return html`<code>${token.content}</code>`;
    case "fence":
    case "code_block":
      return code(token.content, token.info.trim().split(/\s/)[0] ?? "");
    case "hardbreak":
    case "softbreak":
      return html`<br />`;
    case "hr":
      return html`<hr />`;
    case "image":
      // Fetching it would tell somebody who reads this, and when.
      return link(String(token.attrGet("src") ?? ""), [token.content || "Image"]);
    default:
      return token.content;
  }
}

const link = (href: string, content: Content[]) =>
  html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow">${content}</a>`;

/** On which side a cell's text is; the page's policy knows no style attributes. */
function side(token: Token): string {
  return /text-align:(center|right)/.exec(String(token.attrGet("style") ?? ""))?.[1] ?? "";
}

function code(text: string, language: string): Content {
  const shown = text.replace(/\n$/, "");
  return html`<div class="code">
    <div class="bar"><span>${language || "text"}</span>${copyButton(() => text)}</div>
    <pre tabindex="0" role="region" aria-label="Code"><code>${rows(shown)}</code></pre>
  </div>`;
}

function rows(text: string): Content | Content[] {
  const lines = text.split("\n");
  if (lines.length <= LINES_TOGETHER) return text;
  const found: Content[] = [];
  for (let at = 0; at < lines.length; at += LINES_TOGETHER)
    found.push(html`<span class="rows">${lines.slice(at, at + LINES_TOGETHER).join("\n")}</span>`);
  return found;
}
