import { html, nothing } from "lit";
import { icon } from "./icons.js";

const TOLD_MS = 1500;

/** A button that copies a text; nothing where the browser does not let a page do so (one without a secure context). */
export function copyButton(text: () => string, what = "Copy") {
  if (!globalThis.navigator?.clipboard) return nothing;
  return html`<button class="copy" type="button" @click=${(event: Event) => void copy(event, text())}>
    ${icon("copy")}<span>${what}</span>
  </button>`;
}

async function copy(event: Event, text: string): Promise<void> {
  const label = (event.currentTarget as HTMLElement).querySelector("span");
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return;
  }
  if (!label || label.dataset.told) return;
  const before = label.textContent;
  label.dataset.told = "true";
  label.textContent = "Copied";
  setTimeout(() => {
    label.textContent = before;
    delete label.dataset.told;
  }, TOLD_MS);
}
