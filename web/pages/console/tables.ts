import { html, type TemplateResult } from "lit";
import type { Approval, Connection, Device, Run, Session } from "./api.js";

/** What a click on the id of a session does. */
export type Open = (sessionId: string, runId?: string) => void;

/** The time of day, with the date unless that is today's. */
export function clock(at: Date, now = new Date()): string {
  return at.toDateString() === now.toDateString()
    ? at.toLocaleTimeString()
    : at.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

const time = (iso: string | undefined) =>
  iso === undefined ? "" : html`<time datetime=${iso} title=${iso}>${clock(new Date(iso))}</time>`;

const status = (name: string) => html`<span class="status ${name}">${name}</span>`;

const short = (id: string) => (id.length > 14 ? `…${id.slice(-12)}` : id);

/** The id of a session, or of a run of it, as a button that opens it. */
export const session = (id: string, open: Open, runId?: string) =>
  html`<button class="id" type="button" title=${runId ?? id} @click=${() => open(id, runId)}>${short(runId ?? id)}</button>`;

function table(
  caption: string,
  heads: readonly string[],
  rows: readonly TemplateResult[],
  empty: string,
): TemplateResult {
  if (rows.length === 0) return html`<p class="muted">${empty}</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}>
    <table>
      <thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
      <tbody>${rows}</tbody>
    </table>
  </div>`;
}

export function connections(all: readonly Connection[], open: Open): TemplateResult {
  return table(
    "Connections",
    ["Connection", "Dialect", "Tenant", "User", "Client", "Watches"],
    all.map(
      (one) => html`<tr>
        <td><code title=${one.connectionId}>${short(one.connectionId)}</code></td>
        <td>${one.dialect}</td><td>${one.tenantId}</td><td>${one.userId}</td><td>${one.client}</td>
        <td class="wide">${one.sessions.map((id) => html`${session(id, open)} `)}</td>
      </tr>`,
    ),
    "Nobody is connected to this node.",
  );
}

export function sessions(all: readonly Session[], open: Open): TemplateResult {
  return table(
    "Sessions",
    ["Session", "Owner", "Created", "Events", "Runs under way", "Waiting", "Watched by"],
    all.map(
      (one) => html`<tr>
        <td>${session(one.sessionId, open)}</td><td>${one.owner}</td><td>${time(one.createdAt)}</td>
        <td>${one.lastSequence.toLocaleString("en")}</td>
        <td>${one.runs.map((run) => html`${run.agent} ${status(run.status)} `)}</td>
        <td>${one.pendingApprovals || ""}</td>
        <td>${one.watchers.map(({ userId, connections }) => html`${userId}${connections > 1 ? ` ×${connections}` : ""} `)}</td>
      </tr>`,
    ),
    "There are no sessions yet.",
  );
}

export function runs(all: readonly Run[], open: Open): TemplateResult {
  return table(
    "Runs",
    ["Run", "Status", "Agent", "User", "Attempt", "Created", "Started", "Ended", "Error"],
    all.map(
      (one) => html`<tr>
        <td>${session(one.sessionId, open, one.runId)}</td>
        <td>${status(one.status)}</td><td>${one.agent}</td><td>${one.userId}</td><td>${one.attempt}</td>
        <td>${time(one.createdAt)}</td><td>${time(one.startedAt)}</td><td>${time(one.endedAt)}</td>
        <td class="wide">${one.error ? html`<strong>${one.error.code}</strong> ${one.error.message}` : ""}</td>
      </tr>`,
    ),
    "There are no such runs.",
  );
}

export function approvals(all: readonly Approval[], open: Open): TemplateResult {
  return table(
    "Approvals that wait",
    ["Tool", "Reason", "Asked", "Session", "Run"],
    all.map(
      (one) => html`<tr>
        <td><code>${one.toolName}</code></td><td class="wide">${one.reason ?? ""}</td><td>${time(one.createdAt)}</td>
        <td>${session(one.sessionId, open)}</td><td>${session(one.sessionId, open, one.runId)}</td>
      </tr>`,
    ),
    "Nothing waits for a person.",
  );
}

export function devices(all: readonly Device[]): TemplateResult {
  return table(
    "Devices",
    ["Device", "User", "Connected", "Tools", "Agents"],
    all.map(
      (one) => html`<tr>
        <td><code>${one.deviceId}</code></td><td>${one.userId}</td><td>${time(one.connectedAt)}</td>
        <td class="wide">${one.tools.map(({ name }) => name).join(", ")}</td><td>${one.agentIds.join(", ")}</td>
      </tr>`,
    ),
    "No device of this tenant is connected to this node.",
  );
}
