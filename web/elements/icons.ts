import { html, svg, type TemplateResult } from "lit";

const SHAPES = {
  send: svg`<path d="M12 19V5m-6 6 6-6 6 6"/>`,
  stop: svg`<rect x="7" y="7" width="10" height="10" rx="1.5"/>`,
  down: svg`<path d="M12 5v14m6-6-6 6-6-6"/>`,
  chevron: svg`<path d="m9 6 6 6-6 6"/>`,
  check: svg`<path d="m5 12.5 4.5 4.5L19 7.5"/>`,
  cross: svg`<path d="m6.5 6.5 11 11m0-11-11 11"/>`,
  pencil: svg`<path d="M5 19l1-4L15.5 5.5a2.1 2.1 0 0 1 3 3L9 18z"/>`,
  clock: svg`<circle cx="12" cy="12" r="8"/><path d="M12 7.5V12l3 2"/>`,
  shield: svg`<path d="M12 3.5 19 6v5.5c0 4.3-2.9 7.5-7 9-4.1-1.5-7-4.7-7-9V6z"/><path d="M12 8.5v4M12 15.7v.1"/>`,
  thought: svg`<path d="M9.5 18h5M10.5 21h3M8.7 14.8A6 6 0 1 1 15.3 14.8c-.5.4-.8 1-.8 1.7h-5c0-.7-.3-1.3-.8-1.7z"/>`,
  tool: svg`<path d="M14.5 6.5a4 4 0 0 1 5-1l-2.7 2.7 1 2 2 1 1-1a4 4 0 0 1-6 3.8L8.5 20.3a2.3 2.3 0 0 1-3.2-3.2L11.5 11a4 4 0 0 1 3-4.5z"/>`,
  agents: svg`<circle cx="7" cy="6" r="2.5"/><circle cx="17" cy="18" r="2.5"/><path d="M7 8.5V14a4 4 0 0 0 4 4h3.5"/>`,
  alert: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 8v4.5M12 15.8v.1"/>`,
  copy: svg`<rect x="9" y="9" width="10.5" height="10.5" rx="2"/><path d="M15 9V6.5a2 2 0 0 0-2-2H6.5a2 2 0 0 0-2 2V13a2 2 0 0 0 2 2H9"/>`,
  plus: svg`<path d="M12 5v14M5 12h14"/>`,
  link: svg`<path d="M9.5 14.5l5-5M11 7l1.5-1.5a4.24 4.24 0 0 1 6 6L17 13M13 17l-1.5 1.5a4.24 4.24 0 0 1-6-6L7 11"/>`,
  list: svg`<path d="M4.5 7h15M4.5 12h15M4.5 17h9"/>`,
} as const;

/** The name of a symbol. */
export type Icon = keyof typeof SHAPES;

/** A symbol in the colour of the text beside it, of no meaning to screen readers. */
export function icon(name: Icon): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${SHAPES[name]}</svg>`;
}
