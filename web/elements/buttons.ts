import { css } from "lit";

/** Buttons of messages, approvals and forms: one that leads, one that stands back, one that warns, and small ones. */
export const buttons = css`
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.45rem;
    min-height: 2.5rem;
    padding: 0 1rem;
    font-size: 0.875rem;
    font-weight: 560;
    transition: background 0.15s;
  }
  button:hover:enabled {
    background: var(--_raised);
  }
  button.primary:hover:enabled {
    background: color-mix(in oklab, var(--_accent) 86%, var(--_text));
  }
  button.danger {
    border-color: transparent;
    background: none;
    color: var(--_bad);
  }
  button.danger.filled {
    border-color: var(--_bad-line);
    background: var(--_bad-soft);
  }
  button.danger:hover:enabled {
    background: var(--_bad-soft);
  }
  button.small {
    min-height: 2rem;
    padding: 0 0.75rem;
    font-size: 0.8125rem;
  }
  button.copy {
    gap: 0.3rem;
    min-height: 1.75rem;
    padding: 0 0.4rem;
    border: 0;
    background: none;
    color: var(--_muted);
    font-size: 0.75rem;
    font-weight: 450;
  }
  button.copy:hover {
    color: var(--_text);
  }
  .spinner {
    width: 0.875rem;
    height: 0.875rem;
    flex: none;
    border: 2px solid var(--_line);
    border-top-color: var(--_accent);
    border-radius: 50%;
    animation: turn 0.8s linear infinite;
  }
  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }
`;
