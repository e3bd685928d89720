import { render as draw, html } from "lit";
import { blocks } from "./reader.js";
import { render } from "./render.js";

/** A Markdown text as HTML, for a renderer that takes nothing else. Made by the same templates, so that text stays text. */
export function toHtml(text: string): string {
  const box = document.createElement("div");
  draw(html`${blocks(text).map(({ tokens }) => render(tokens))}`, box);
  // As a string a button does nothing any more.
  for (const bar of box.querySelectorAll(".bar")) bar.remove();
  return box.innerHTML;
}
