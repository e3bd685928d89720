import { css } from "lit";

/** How a conversation is laid out: a status line, the log, and below it the box to write in. */
export const chatStyles = css`
  :host {
    display: grid;
    grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr);
    min-width: 0;
    min-height: 20rem;
    height: 100%;
    background: var(--_ground);
  }
  header {
    grid-area: 1 / 1;
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 0.75rem;
    padding: 0.5rem 1.25rem;
    border-bottom: 1px solid var(--_line);
  }
  .log {
    grid-area: 2 / 1;
    overflow-y: auto;
    overscroll-behavior: contain;
    outline-offset: -2px;
    scrollbar-gutter: stable both-edges;
  }
  .dock {
    grid-area: 3 / 1;
    overflow: hidden;
    padding: 0.25rem 0 max(0.5rem, env(safe-area-inset-bottom));
    scrollbar-gutter: stable both-edges;
  }
  .fade {
    grid-area: 2 / 1;
    align-self: end;
    height: 1.25rem;
    background: linear-gradient(transparent, var(--_ground));
    pointer-events: none;
  }
  .column {
    width: 100%;
    max-width: 47.5rem;
    margin: 0 auto;
    padding: 0 1.25rem;
  }
  .log > .column {
    display: flex;
    flex-direction: column;
    min-height: 100%;
    padding-block: 1.75rem;
  }
  ol {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1.25rem;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  li {
    min-width: 0;
  }
  li.by-user:not(:first-child) {
    margin-top: 0.75rem;
  }
  :host([settled]) li,
  .working {
    transition:
      opacity 0.22s ease-out,
      translate 0.22s ease-out;
  }
  @starting-style {
    :host([settled]) li {
      opacity: 0;
      translate: 0 4px;
    }
  }
  .unsent hawser-message {
    opacity: 0.8;
  }
  .note {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: flex-end;
    gap: 0.5rem;
    margin: 0.3rem 0 0;
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  .refused .note {
    color: var(--_bad);
  }
  .working {
    display: flex;
    align-items: center;
    gap: 0.65rem;
    margin: 1.25rem 0 0;
    color: var(--_muted);
    font-size: 0.875rem;
  }
  .pulse {
    display: inline-flex;
    gap: 4px;
  }
  .pulse i {
    width: 6px;
    height: 6px;
    border-radius: 50%;
    background: var(--_accent);
    animation: pulse 1.2s ease-in-out infinite;
  }
  .pulse i:nth-child(2) {
    animation-delay: 0.15s;
  }
  .pulse i:nth-child(3) {
    animation-delay: 0.3s;
  }
  @keyframes pulse {
    0%,
    60%,
    100% {
      opacity: 0.25;
    }
    30% {
      opacity: 1;
    }
  }
  .latest {
    grid-area: 2 / 1;
    place-self: end center;
    z-index: 1;
    min-height: 2.25rem;
    margin-bottom: 0.75rem;
    border-radius: 1.125rem;
    box-shadow: var(--_shadow);
    font-size: 0.8125rem;
  }
  @media (max-width: 520px) {
    .column {
      padding: 0 0.875rem;
    }
  }
  @media (forced-colors: active) {
    .pulse i {
      forced-color-adjust: none;
    }
  }
`;
