import { css } from "lit";

/**
 * What the elements look like, by custom properties that a page may set on them or above them: `--hawser-ground`,
 * `--hawser-surface`, `--hawser-raised`, `--hawser-text`, `--hawser-muted`, `--hawser-line`, `--hawser-accent`, `--hawser-on-accent`,
 * `--hawser-good`, `--hawser-warn`, `--hawser-bad`, `--hawser-radius`, `--hawser-font`, `--hawser-mono`. Light and dark
 * follow the page's `color-scheme`.
 */
export const theme = css`
  :host {
    --_ground: var(--hawser-ground, light-dark(#faf9f6, #0f1417));
    --_surface: var(--hawser-surface, light-dark(#ffffff, #161c20));
    --_text: var(--hawser-text, light-dark(#1b2126, #e6eaec));
    --_muted: var(--hawser-muted, light-dark(#5f6972, #97a3ab));
    --_line: var(--hawser-line, light-dark(#d9d5cc, #313b42));
    --_accent: var(--hawser-accent, light-dark(#0f5c6e, #6fc3d3));
    --_on-accent: var(--hawser-on-accent, light-dark(#ffffff, #06262d));
    --_good: var(--hawser-good, light-dark(#1a6e46, #76cf9f));
    --_warn: var(--hawser-warn, light-dark(#8a5700, #ecbc66));
    --_bad: var(--hawser-bad, light-dark(#ad2a22, #f3958d));
    --_raised: var(--hawser-raised, light-dark(#f2f0eb, #1f272c));
    --_edge: color-mix(in oklab, var(--_text) 50%, var(--_ground));
    --_accent-soft: light-dark(oklch(from var(--_accent) 0.945 0.015 h), oklch(from var(--_accent) 0.3 0.035 h));
    --_good-soft: light-dark(oklch(from var(--_good) 0.95 0.02 h), oklch(from var(--_good) 0.26 0.03 h));
    --_warn-soft: light-dark(oklch(from var(--_warn) 0.968 0.024 h), oklch(from var(--_warn) 0.24 0.025 h));
    --_warn-line: light-dark(oklch(from var(--_warn) 0.88 0.06 h), oklch(from var(--_warn) 0.36 0.05 h));
    --_bad-soft: light-dark(oklch(from var(--_bad) 0.955 0.016 h), oklch(from var(--_bad) 0.23 0.03 h));
    --_bad-line: light-dark(oklch(from var(--_bad) 0.87 0.045 h), oklch(from var(--_bad) 0.37 0.06 h));
    --_shadow: 0 1px 2px light-dark(rgb(27 33 38 / 5%), rgb(0 0 0 / 30%)),
      0 6px 24px light-dark(rgb(27 33 38 / 6%), rgb(0 0 0 / 30%));
    --_radius: var(--hawser-radius, 10px);
    --_mono: var(--hawser-mono, ui-monospace, "SF Mono", Menlo, Consolas, monospace);
    box-sizing: border-box;
    color: var(--_text);
    font-family: var(--hawser-font, Inter, InterVariable, ui-sans-serif, system-ui, "Segoe UI", Roboto, sans-serif);
    line-height: 1.5;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: inherit;
  }
  button {
    font: inherit;
    min-height: 2.25rem;
    padding: 0.25rem 0.9rem;
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) - 2px);
    background: var(--_surface);
    color: var(--_text);
    cursor: pointer;
  }
  button.primary {
    border-color: var(--_accent);
    background: var(--_accent);
    color: var(--_on-accent);
  }
  button:disabled {
    opacity: 0.55;
    cursor: default;
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  textarea {
    font: inherit;
    width: 100%;
    padding: 0.5rem 0.75rem;
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) - 2px);
    background: var(--_surface);
    color: inherit;
    resize: vertical;
  }
  pre,
  code {
    font-family: var(--_mono);
    font-size: 0.875em;
  }
  pre {
    margin: 0.4rem 0;
    padding: 0.6rem 0.75rem;
    overflow: auto;
    border-radius: calc(var(--_radius) - 4px);
    background: var(--_ground);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .icon {
    width: 1.15em;
    height: 1.15em;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
    vertical-align: -0.2em;
  }
  .muted {
    color: var(--_muted);
  }
  .sr-only {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
      scroll-behavior: auto !important;
    }
  }
`;
