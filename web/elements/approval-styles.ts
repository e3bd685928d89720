import { css } from "lit";

/** How the card of a decision looks. */
export const approvalStyles = css`
  :host {
    display: block;
    overflow: hidden;
    border: 1px solid var(--_warn-line);
    border-radius: calc(var(--_radius) + 6px);
    background: var(--_surface);
    box-shadow: var(--_shadow);
  }
  :host([decided]) {
    border-color: var(--_line);
    box-shadow: none;
  }
  header {
    display: flex;
    align-items: center;
    gap: 0.65rem;
    padding: 0.8rem 1.1rem;
    border-bottom: 1px solid var(--_warn-line);
    background: var(--_warn-soft);
    color: var(--_warn);
    font-size: 0.875rem;
  }
  :host([decided]) header {
    border-color: var(--_line);
    background: none;
    color: var(--_muted);
  }
  header .icon {
    width: 1.35em;
    height: 1.35em;
  }
  h3 {
    flex: 1;
    margin: 0;
    font-size: inherit;
    font-weight: 620;
  }
  header code {
    max-width: 45%;
    overflow: hidden;
    padding: 0.1rem 0.5rem;
    border: 1px solid var(--_warn-line);
    border-radius: 6px;
    font-size: 0.75rem;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  :host([decided]) header code {
    border-color: var(--_line);
  }
  .body {
    padding: 1rem 1.1rem 0.25rem;
  }
  p {
    margin: 0;
    overflow-wrap: anywhere;
  }
  .amount {
    font-size: 1.75rem;
    font-weight: 640;
    font-variant-numeric: tabular-nums;
    letter-spacing: -0.025em;
    line-height: 1.25;
  }
  .note {
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  dl {
    display: grid;
    grid-template-columns: minmax(4.5rem, max-content) minmax(0, 1fr);
    gap: 0.3rem 1.25rem;
    margin: 0.65rem 0;
    font-size: 0.875rem;
  }
  dt {
    color: var(--_muted);
  }
  dd {
    margin: 0;
    font-family: var(--_mono);
    font-size: 0.8125rem;
    line-height: 1.75;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }
  s {
    margin-inline-end: 0.5rem;
    color: var(--_muted);
  }
  mark {
    padding: 0.05rem 0.3rem;
    border-radius: 5px;
    background: var(--_good-soft);
    color: var(--_good);
  }
  .foot {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    padding: 0.6rem 1.1rem 1.1rem;
  }
  .foot:focus {
    outline: 0;
  }
  .form {
    flex: 1 0 100%;
  }
  .form input,
  .form textarea {
    display: block;
    width: 100%;
    padding: 0.6rem 0.75rem;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: var(--_ground);
    color: inherit;
    font: inherit;
  }
  .form textarea {
    min-height: 6rem;
    font-family: var(--_mono);
    font-size: 0.875rem;
    field-sizing: content;
  }
  .form [aria-invalid="true"] {
    border-color: var(--_bad);
  }
  .problem {
    min-height: 1.5em;
    margin-top: 0.25rem;
    color: var(--_bad);
    font-size: 0.8125rem;
  }
  .outcome {
    display: flex;
    align-items: flex-start;
    gap: 0.55rem;
    color: var(--_muted);
    font-size: 0.9375rem;
  }
  .outcome > .icon,
  .outcome > .spinner {
    margin-top: 0.2em;
  }
  .outcome strong {
    font-weight: 600;
  }
  .good strong,
  .good .icon {
    color: var(--_good);
  }
  .bad strong,
  .bad .icon {
    color: var(--_bad);
  }
  q {
    display: block;
    color: var(--_text);
  }
  @media (max-width: 520px) {
    .foot > button {
      flex: 1 1 auto;
    }
    .foot > .primary {
      flex-basis: 100%;
    }
  }
`;
