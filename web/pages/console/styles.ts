import { css } from "lit";

/** What the console looks like beside the theme of the elements. */
export const styles = css`
  :host {
    display: block;
    min-height: 100vh;
    background: var(--_ground);
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.75rem 1.25rem;
    padding: 0.75rem 1.25rem;
    border-bottom: 1px solid var(--_line);
    background: var(--_surface);
  }
  h1 {
    margin: 0;
    font-size: 1.125rem;
  }
  h2 {
    margin: 0;
    font-size: 1rem;
    overflow-wrap: anywhere;
  }
  .spacer {
    flex: 1;
  }
  nav {
    padding: 0.5rem 1.25rem 0;
  }
  nav div {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem;
  }
  nav button {
    border-color: transparent;
    background: none;
  }
  nav button[aria-selected="true"] {
    border-color: var(--_line);
    background: var(--_surface);
    font-weight: 600;
  }
  main {
    padding: 1rem 1.25rem 2rem;
  }
  .charts {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(13rem, 44%), 1fr));
    gap: 0.75rem;
    margin-bottom: 1.25rem;
  }
  figure {
    margin: 0;
    padding: 0.75rem 0.9rem;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  figcaption {
    color: var(--_muted);
    font-size: 0.875rem;
  }
  .figure {
    margin: 0 0 0.25rem;
    font-size: 1.5rem;
    font-variant-numeric: tabular-nums;
  }
  .figure .muted {
    font-size: 0.875rem;
  }
  svg {
    display: block;
    width: 100%;
    height: 3.5rem;
  }
  .figure .most {
    float: inline-end;
    line-height: 2.5;
  }
  path {
    stroke: var(--_line);
    vector-effect: non-scaling-stroke;
  }
  polygon {
    fill: var(--_accent);
    opacity: 0.12;
  }
  polyline {
    fill: none;
    stroke: var(--_accent);
    stroke-width: 1.5;
    vector-effect: non-scaling-stroke;
  }
  .scroll {
    overflow-x: auto;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.925rem;
  }
  th,
  td {
    padding: 0.45rem 0.75rem;
    text-align: start;
    vertical-align: top;
    border-bottom: 1px solid var(--_line);
    white-space: nowrap;
  }
  td.wide {
    white-space: normal;
    overflow-wrap: anywhere;
    min-width: 14rem;
  }
  tr:last-child td {
    border-bottom: 0;
  }
  th {
    color: var(--_muted);
    font-weight: 500;
  }
  td code {
    font-size: 0.8rem;
  }
  .id {
    border: 0;
    padding: 0;
    min-height: 1.5rem;
    background: none;
    color: var(--_accent);
    font-family: var(--_mono);
    font-size: 0.8rem;
    text-decoration: underline;
  }
  .status {
    display: inline-block;
    padding: 0 0.5rem;
    border: 1px solid currentcolor;
    border-radius: 999px;
    font-size: 0.8rem;
    color: var(--_muted);
  }
  .status.running {
    color: var(--_accent);
  }
  .status.completed {
    color: var(--_good);
  }
  .status.waiting {
    color: var(--_warn);
  }
  .status.failed {
    color: var(--_bad);
  }
  .filters {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: 0.75rem;
    margin-bottom: 0.75rem;
  }
  .filters:has(h2) {
    align-items: center;
  }
  label {
    display: grid;
    gap: 0.2rem;
    font-size: 0.875rem;
    color: var(--_muted);
  }
  input,
  select {
    font: inherit;
    min-height: 2.25rem;
    padding: 0.25rem 0.6rem;
    color: var(--_text);
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) - 2px);
    background: var(--_surface);
  }
  form.sign-in {
    display: grid;
    gap: 0.75rem;
    max-width: 30rem;
    margin: 12vh auto 0;
    padding: 1.5rem;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  form.sign-in p {
    margin: 0;
  }
  .problem {
    color: var(--_bad);
  }
  .danger {
    border-color: var(--_bad);
    color: var(--_bad);
  }
  ol.tail {
    margin: 0;
    padding: 0.5rem 0.75rem;
    max-height: 60vh;
    overflow: auto;
    list-style: none;
    font-family: var(--_mono);
    font-size: 0.8rem;
  }
  li.event {
    display: flex;
    align-items: baseline;
    gap: 0 1rem;
    padding: 0.1rem 0;
  }
  li.event > * {
    flex: none;
  }
  li.event > .id {
    min-height: 0;
  }
  li.event > .fields {
    flex: 1;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  li.event > .muted {
    min-width: 6ch;
  }
  li.event > strong {
    min-width: 20ch;
    font-weight: 600;
  }
  li.event.run > strong {
    color: var(--_accent);
  }
  li.event.approval > strong {
    color: var(--_warn);
  }
  li.event.bad > strong {
    color: var(--_bad);
  }
  @media (max-width: 40rem) {
    header,
    nav,
    main {
      padding-inline: 0.75rem;
    }
    header {
      gap: 0.5rem;
      padding-block: 0.5rem;
    }
    header .spacer {
      display: none;
    }
    header > .muted {
      font-size: 0.8rem;
    }
    header label {
      flex: 1 1 100%;
    }
    .filters label {
      flex: 1 1 8rem;
    }
    input,
    select {
      width: 100%;
      min-width: 0;
    }
    header button,
    nav button {
      padding-inline: 0.6rem;
      font-size: 0.9rem;
    }
    nav div {
      flex-wrap: nowrap;
      overflow-x: auto;
      /* Room for the ring around the tab that has the focus. */
      margin: -4px;
      padding: 4px;
    }
    nav button {
      flex: none;
    }
    main {
      padding-top: 0.75rem;
    }
    .charts {
      gap: 0.5rem;
    }
    figure {
      padding: 0.4rem 0.6rem;
    }
    figcaption {
      font-size: 0.75rem;
      white-space: nowrap;
    }
    .figure {
      font-size: 1.1rem;
    }
    .figure .most {
      display: none;
    }
    svg {
      height: 1.5rem;
    }
    li.event {
      flex-wrap: wrap;
      padding: 0.3rem 0;
    }
    li.event > strong,
    li.event > .muted {
      min-width: 0;
    }
    li.event > .fields {
      flex-basis: 100%;
    }
  }
`;
