import { html, svg, type TemplateResult } from "lit";

const WIDTH = 240;
const HEIGHT = 56;

/** The points of a line through the values, scaled to the largest. */
export function line(values: readonly number[], most: number, room: number): string {
  const step = WIDTH / Math.max(1, room - 1);
  const from = WIDTH - step * (values.length - 1);
  return values
    .map((value, at) => `${(from + at * step).toFixed(1)},${(HEIGHT - 2 - (value / most) * (HEIGHT - 4)).toFixed(1)}`)
    .join(" ");
}

/** A small chart of how one figure went, with what it is now. `room`: how many values fit. */
export function chart(title: string, values: readonly number[], unit: string, room: number): TemplateResult {
  const most = Math.max(1, ...values);
  const now = values.at(-1) ?? 0;
  return html`<figure>
    <figcaption>${title}</figcaption>
    <p class="figure">${shown(now)} <span class="muted">${unit}</span></p>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img"
      aria-label="${title}: now ${shown(now)} ${unit}, at most ${shown(most)} in the last minutes">
      ${svg`<polyline points=${line(values, most, room)} />`}
    </svg>
  </figure>`;
}

/** A figure for people. */
export function shown(value: number): string {
  return value >= 100 || Number.isInteger(value) ? Math.round(value).toLocaleString("en") : value.toFixed(1);
}
