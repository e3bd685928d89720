import { html, nothing, svg, type TemplateResult } from "lit";

const WIDTH = 240;
const HEIGHT = 56;
const FEW = 15;

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
  const highest = Math.max(0, ...values);
  const most = Math.max(1, highest);
  const now = values.at(-1) ?? 0;
  // A page that was just opened shows its few values over the whole width.
  const points = line(values, most, Math.min(room, Math.max(FEW, values.length)));
  const left = points.slice(0, Math.max(0, points.indexOf(",")));
  return html`<figure>
    <figcaption>${title}</figcaption>
    <p class="figure">${shown(now)} <span class="muted">${unit}</span>
      <span class="most muted">max ${shown(highest)}</span></p>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img"
      aria-label="${title}: now ${shown(now)} ${unit}, at most ${shown(highest)} in the last minutes">
      ${svg`<path d=${`M0,${HEIGHT - 1}H${WIDTH}`} />`}
      ${points === "" ? nothing : svg`<polygon points=${`${left},${HEIGHT} ${points} ${WIDTH},${HEIGHT}`} /><polyline points=${points} />`}
    </svg>
  </figure>`;
}

/** A figure for people. */
export function shown(value: number): string {
  return value >= 100 || Number.isInteger(value) ? Math.round(value).toLocaleString("en") : value.toFixed(1);
}
