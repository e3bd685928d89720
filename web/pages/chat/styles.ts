import { css } from "lit";

/** How the page is laid out: the conversations at the side where there is room, the bar, the chat. */
export const styles = css`
  :host {
    display: grid;
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
    height: 100dvh;
    background: var(--_ground);
    -webkit-font-smoothing: antialiased;
  }
  .skip {
    position: absolute;
    top: -4rem;
    left: 0.75rem;
    z-index: 10;
    padding: 0.5rem 0.9rem;
    border-radius: 8px;
    background: var(--_accent);
    color: var(--_on-accent);
  }
  .skip:focus {
    top: 0.625rem;
  }
  .side {
    display: none;
  }
  @media (min-width: 60rem) {
    :host {
      grid-template: auto minmax(0, 1fr) / 17rem minmax(0, 1fr);
    }
    .side {
      display: flex;
      grid-area: 1 / 1 / 3 / 2;
    }
    .bar,
    hawser-chat {
      grid-column: 2;
    }
    .bar .narrow {
      display: none;
    }
  }
  hawser-chat {
    grid-row: 2;
    min-height: 0;
  }

  .bar {
    display: flex;
    align-items: center;
    gap: 0.25rem;
    height: 3.5rem;
    padding: 0 0.875rem 0 1.25rem;
    border-bottom: 1px solid var(--_line);
  }
  .brand {
    display: flex;
    align-items: center;
    gap: 0.55rem;
    margin: 0;
    font-size: 1rem;
    font-weight: 640;
    letter-spacing: -0.012em;
  }
  .mark {
    width: 1.5rem;
    height: 1.5rem;
    fill: none;
    stroke-linecap: round;
    stroke-width: 2.4;
  }
  .post {
    stroke: var(--_accent);
  }
  .rope {
    stroke: light-dark(#c9772b, #e0a063);
  }
  connection-status {
    margin-inline: 0.65rem auto;
    color: var(--_muted);
    font-size: 0.8125rem;
    white-space: nowrap;
  }
  connection-status::part(again) {
    display: none;
  }
  .ghost {
    min-height: 2.25rem;
    padding: 0 0.7rem;
    border-color: transparent;
    background: none;
    font-weight: 500;
  }
  .ghost:disabled {
    opacity: 0.4;
  }

  .side,
  dialog {
    flex-direction: column;
    min-height: 0;
    border-inline-end: 1px solid var(--_line);
    background: color-mix(in oklab, var(--_raised) 45%, var(--_ground));
  }
  .side > header,
  dialog header {
    display: flex;
    align-items: center;
    justify-content: space-between;
    flex: none;
    height: 3.5rem;
    padding: 0 0.75rem 0 1.25rem;
  }
  .list {
    flex: 1;
    min-height: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
    padding: 0.25rem 0.625rem 1rem;
  }
  .list h2 {
    margin: 0.5rem 0.65rem 0.4rem;
    color: var(--_muted);
    font-size: 0.75rem;
    font-weight: 560;
  }
  .list ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .list a {
    display: flex;
    align-items: baseline;
    gap: 0.6rem;
    padding: 0.5rem 0.65rem;
    border-radius: 8px;
    color: inherit;
    font-size: 0.875rem;
    text-decoration: none;
  }
  .list a:hover {
    background: var(--_raised);
  }
  .list a[aria-current] {
    background: var(--_accent-soft);
    font-weight: 560;
  }
  .list a > span {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .list time {
    flex: none;
    color: var(--_muted);
    font-size: 0.75rem;
    font-weight: 400;
    font-variant-numeric: tabular-nums;
  }
  .list p {
    margin: 0.25rem 0.65rem;
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  .list button {
    width: 100%;
    margin-top: 0.5rem;
  }
  dialog {
    position: fixed;
    inset: 0 auto 0 0;
    width: min(19rem, 86vw);
    max-width: none;
    height: 100dvh;
    max-height: none;
    margin: 0;
    padding: 0;
    border-width: 0 1px 0 0;
    background: var(--_ground);
    color: inherit;
    box-shadow: var(--_shadow);
    transition: translate 0.2s ease-out;
  }
  dialog[open] {
    display: flex;
  }
  @starting-style {
    dialog[open] {
      translate: -100%;
    }
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 40%);
  }

  .welcome {
    margin: auto 0;
    padding: 0.5rem 0 1.5rem;
  }
  .welcome .mark {
    width: 2.9rem;
    height: 2.9rem;
    margin-left: -0.3rem;
    stroke-width: 2.1;
  }
  .welcome h2 {
    margin: 0.9rem 0 0;
    font-size: clamp(1.6rem, 1.2rem + 2vw, 2.1rem);
    font-weight: 660;
    letter-spacing: -0.03em;
    line-height: 1.2;
  }
  .welcome p {
    max-width: 34rem;
    margin: 0.5rem 0 0;
    color: var(--_muted);
  }
  .starters {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 13.5rem), 1fr));
    gap: 0.625rem;
    margin: 1.75rem 0 0;
    padding: 0;
    list-style: none;
  }
  .starters button {
    flex-direction: column;
    align-items: flex-start;
    gap: 0;
    width: 100%;
    height: 100%;
    padding: 0.8rem 0.95rem;
    border-radius: 14px;
    font-weight: 400;
    line-height: 1.5;
    text-align: start;
    transition:
      border-color 0.15s,
      box-shadow 0.15s;
  }
  .starters button:hover {
    border-color: var(--_edge);
    background: var(--_surface);
    box-shadow: var(--_shadow);
  }
  .starters strong {
    font-size: 0.9375rem;
    font-weight: 580;
  }
  .starters span {
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  .starters code {
    margin-top: auto;
    padding-top: 0.6rem;
    color: var(--_accent);
    font-size: 0.75rem;
    overflow-wrap: anywhere;
  }

  .chips {
    display: flex;
    gap: 0.375rem;
    margin: 0 -1.25rem;
    padding: 0.2rem 1.25rem 0.7rem;
    overflow-x: auto;
    list-style: none;
    scrollbar-width: none;
  }
  .chips button {
    min-height: 1.9rem;
    padding: 0 0.75rem;
    border-radius: 1rem;
    color: var(--_muted);
    font: 0.75rem/1 var(--_mono);
    white-space: nowrap;
  }
  .chips button:hover {
    border-color: var(--_edge);
    color: var(--_text);
  }

  .banner {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem 0.75rem;
    min-height: 2.9rem;
    margin-bottom: 0.625rem;
    padding: 0.4rem 0.5rem 0.4rem 1rem;
    border: 1px solid var(--_warn-line);
    border-radius: 12px;
    background: var(--_warn-soft);
    color: var(--_warn);
    font-size: 0.875rem;
  }
  .banner > span {
    flex: 1 1 12rem;
  }
  .banner button {
    border-color: currentColor;
    background: none;
    color: inherit;
  }
  .banner form {
    display: flex;
    gap: 0.5rem;
    flex: 1 1 14rem;
    min-width: 0;
  }
  .banner input {
    flex: 1;
    min-width: 0;
    padding: 0 0.75rem;
    border: 1px solid var(--_edge);
    border-radius: 8px;
    background: var(--_surface);
    color: var(--_text);
    font: inherit;
  }
  .toast {
    position: fixed;
    top: 4.25rem;
    left: 50%;
    z-index: 5;
    padding: 0.55rem 1rem;
    border-radius: 10px;
    background: var(--_text);
    color: var(--_ground);
    font-size: 0.875rem;
    box-shadow: var(--_shadow);
    translate: -50% 0;
  }
  .toast:empty {
    display: none;
  }
  @media (max-width: 60rem) {
    .bar {
      padding-left: 0.5rem;
    }
    .ghost {
      padding: 0 0.6rem;
    }
  }
  @media (max-width: 32.5rem) {
    .bar .ghost span,
    .bar .brand span {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    connection-status {
      margin-inline-start: 0.4rem;
    }
    connection-status::part(retry) {
      display: none;
    }
    .chips {
      margin: 0 -0.875rem;
      padding-inline: 0.875rem;
    }
    .starters {
      gap: 0.5rem;
      margin-top: 1.25rem;
    }
    .starters button {
      padding: 0.6rem 0.9rem;
    }
    .starters span {
      display: none;
    }
    .starters code {
      padding-top: 0.1rem;
    }
  }
`;
