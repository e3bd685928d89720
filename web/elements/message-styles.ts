import { css } from "lit";

/** How Markdown looks. */
export const prose = css`
  .text {
    overflow-wrap: anywhere;
  }
  .text > * {
    margin: 0;
  }
  .text > * + *,
  .text > .part + :not(.part) {
    margin-top: 0.8em;
  }
  .text .part + .part {
    margin-top: 0;
  }
  .part {
    content-visibility: auto;
    contain-intrinsic-size: auto 30rem;
  }
  .part > * {
    margin: 0;
  }
  .text .heading {
    margin-top: 1.3em;
    font-size: 1.0625rem;
    font-weight: 640;
    line-height: 1.35;
    letter-spacing: -0.01em;
  }
  .text .heading.h1 {
    font-size: 1.25rem;
  }
  .text .heading.h2 {
    font-size: 1.125rem;
  }
  .text > .heading:first-child {
    margin-top: 0;
  }
  ul,
  ol {
    margin: 0;
    padding-inline-start: 1.5em;
  }
  li + li {
    margin-top: 0.3em;
  }
  li > p {
    margin: 0 0 0.4em;
  }
  li::marker {
    color: var(--_muted);
  }
  blockquote {
    margin: 0;
    padding-inline-start: 1rem;
    border-inline-start: 3px solid var(--_line);
    color: var(--_muted);
  }
  blockquote > p {
    margin: 0 0 0.4em;
  }
  hr {
    border: 0;
    border-top: 1px solid var(--_line);
  }
  strong {
    font-weight: 640;
  }
  a {
    color: var(--_accent);
    text-decoration-thickness: 1px;
    text-underline-offset: 0.18em;
  }
  :not(pre) > code {
    padding: 0.12em 0.36em;
    border-radius: 5px;
    background: var(--_raised);
  }
  .table {
    overflow-x: auto;
  }
  table {
    border-collapse: collapse;
    font-size: 0.9375rem;
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    padding: 0.4rem 0.9rem 0.4rem 0;
    border-bottom: 1px solid var(--_line);
    text-align: start;
    vertical-align: top;
    overflow-wrap: normal;
  }
  th {
    font-weight: 600;
  }
  .right {
    text-align: end;
  }
  .center {
    text-align: center;
  }
  .code {
    overflow: hidden;
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) + 2px);
    background: var(--_surface);
  }
  .bar {
    display: flex;
    align-items: center;
    justify-content: space-between;
    min-height: 2.125rem;
    padding: 0 0.5rem 0 0.9rem;
    border-bottom: 1px solid var(--_line);
    color: var(--_muted);
    font-size: 0.75rem;
  }
  .code pre {
    margin: 0;
    padding: 0.75rem 0.9rem;
    border-radius: 0;
    background: none;
    line-height: 1.55;
    white-space: pre;
    overflow-wrap: normal;
  }
  .code pre:focus-visible {
    outline-offset: -2px;
  }
  .rows {
    display: block;
    content-visibility: auto;
    contain-intrinsic-size: auto 80rem;
  }
  .live > :is(p, blockquote):last-child::after,
  .live > .part:last-child > p:last-child::after,
  .live > :is(ul, ol):last-child > li:last-child::after {
    content: "";
    display: inline-block;
    width: 0.5em;
    height: 1.05em;
    margin-inline-start: 3px;
    border-radius: 2px;
    background: var(--_accent);
    vertical-align: -0.16em;
    animation: blink 1.1s steps(2, jump-none) infinite;
  }
  @keyframes blink {
    to {
      opacity: 0.15;
    }
  }
`;

/** What an agent does on the way to an answer, folded away, and how a run ended. */
export const steps = css`
  .user {
    justify-self: end;
    max-width: min(85%, 34rem);
    padding: 0.55rem 1rem;
    border-radius: 1.1rem 1.1rem 0.3rem 1.1rem;
    background: var(--_accent-soft);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  details {
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) + 2px);
    background: var(--_surface);
    font-size: 0.875rem;
  }
  summary {
    display: flex;
    align-items: center;
    gap: 0.65rem;
    min-height: 2.75rem;
    padding: 0.4rem 0.9rem;
    border-radius: calc(var(--_radius) + 2px);
    cursor: pointer;
    list-style: none;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary > .icon {
    color: var(--_muted);
  }
  summary > .icon:last-child {
    transition: transform 0.15s;
  }
  details[open] > summary > .icon:last-child {
    transform: rotate(90deg);
  }
  .title {
    flex: none;
    max-width: 60%;
    overflow: hidden;
    font-weight: 560;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .brief {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    color: var(--_muted);
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .status {
    display: inline-flex;
    align-items: center;
    gap: 0.35rem;
    color: var(--_muted);
    font-size: 0.8125rem;
    white-space: nowrap;
  }
  .status.done {
    color: var(--_good);
  }
  .status.failed {
    color: var(--_bad);
  }
  .body {
    display: grid;
    gap: 0.6rem;
    padding: 0 0.9rem 0.9rem;
  }
  .body span {
    color: var(--_muted);
    font-size: 0.75rem;
  }
  .body pre {
    max-height: 20rem;
    margin: 0.2rem 0 0;
    background: var(--_raised);
    font-size: 0.8125rem;
  }
  details.thinking {
    border: 0;
    background: none;
  }
  .thinking > summary {
    display: inline-flex;
    min-height: 2rem;
    padding: 0 0.5rem 0 0;
    color: var(--_muted);
  }
  .thinking > .text {
    margin-inline-start: 0.5rem;
    padding: 0.1rem 0 0.1rem 1.1rem;
    border-inline-start: 2px solid var(--_line);
    color: var(--_muted);
    font-size: 0.9375rem;
  }
  .end {
    display: flex;
    align-items: center;
    gap: 0.75rem;
    color: var(--_muted);
    font-size: 0.875rem;
    overflow-wrap: anywhere;
  }
  .end > div {
    flex: 1;
    min-width: 0;
  }
  .end p {
    margin: 0;
    color: var(--_text);
  }
  .end strong {
    font-weight: 560;
  }
  .end.failed {
    padding: 0.8rem 1rem;
    border: 1px solid var(--_bad-line);
    border-radius: calc(var(--_radius) + 2px);
    background: var(--_bad-soft);
    color: var(--_bad);
  }
  .end code {
    padding: 0;
    background: none;
    font-size: 0.75rem;
  }
  .end button {
    border-color: currentColor;
    background: none;
    color: inherit;
  }
  .foot {
    height: 1.75rem;
    margin: -0.25rem 0 -0.5rem -0.4rem;
    opacity: 0;
    transition: opacity 0.15s;
  }
  :host(:hover) .foot,
  .foot:focus-within {
    opacity: 1;
  }
  @media (hover: none) {
    .foot {
      opacity: 1;
    }
  }
`;
