import { html, nothing, type TemplateResult } from "lit";
import type { AgentMessage, CallStatus, SubagentPart, ThinkingPart, ToolPart } from "../client/index.js";
import { json } from "./approval.js";
import { icon } from "./icons.js";
import { markdown } from "./markdown.js";

const BRIEF_MAX = 80;
const SECOND_MS = 1000;
const CALL = { running: "Running", done: "Done", failed: "Failed", stopped: "Stopped" } as const;

/** A step of an agent's reasoning. */
export function thinking({ text }: ThinkingPart): TemplateResult {
  return html`<details class="thinking" open>
    <summary>${icon("thought")}<span class="title">Thinking</span>${icon("chevron")}</summary>
    <div class="text">${markdown(text, false)}</div>
  </details>`;
}

/** A call of a tool: in a line what was asked for, on demand all of it and what came of it. */
export function tool({ name, arguments: args, result, error, status }: ToolPart): TemplateResult {
  return html`<details>
    <summary>
      ${icon("tool")}<code class="title">${name}</code><span class="brief">${brief(args)}</span>${state(status)}${icon("chevron")}
    </summary>
    <div class="body">${labelled("Arguments", args)}${labelled("Result", result)}${labelled("Error", error)}</div>
  </details>`;
}

/** A task that was handed to another agent. */
export function subagent({ subagentType, task, status, durationMs, result, error }: SubagentPart): TemplateResult {
  return html`<details>
    <summary>
      ${icon("agents")}<span class="title">${subagentType}</span><span class="brief">${task}</span>
      ${state(status, status === "done" && durationMs !== undefined ? duration(durationMs) : undefined)}${icon("chevron")}
    </summary>
    <div class="body">${labelled("Task", task)}${labelled("Result", result)}${labelled("Error", error)}</div>
  </details>`;
}

/** How a run ended, where it did not end well. */
export function ending({ status, error }: AgentMessage, again: (() => void) | undefined) {
  switch (status) {
    case "failed":
      return html`<div class="end failed">
        ${icon("alert")}
        <div>
          <strong>The run failed</strong>
          <p>${error?.message ?? "The agent failed."}</p>
          ${error?.code === undefined ? nothing : html`<code>${error.code}</code>`}
        </div>
        ${retry(again)}
      </div>`;
    case "cancelled":
      return html`<div class="end">${icon("stop")}<div>Stopped.</div></div>`;
    case "abandoned":
      return html`<div class="end">${icon("clock")}<div>Given up, because nobody was watching.</div>${retry(again)}</div>`;
    default:
      return nothing;
  }
}

const retry = (again: (() => void) | undefined) =>
  again === undefined ? nothing : html`<button class="small" type="button" @click=${again}>Try again</button>`;

function state(status: CallStatus, told?: string): TemplateResult {
  const mark = {
    running: html`<span class="spinner"></span>`,
    done: icon("check"),
    failed: icon("cross"),
    stopped: icon("stop"),
  };
  return html`<span class="status ${status}">${mark[status]}${told ?? CALL[status]}</span>`;
}

function labelled(label: string, value: unknown) {
  if (value === undefined) return nothing;
  const text = typeof value === "string" ? value : json(value);
  return html`<div><span>${label}</span><pre tabindex="0" role="region" aria-label=${label}>${text}</pre></div>`;
}

/** A call's arguments in one line. */
export function brief(value: unknown): string {
  const text =
    typeof value === "object" && value !== null
      ? Object.entries(value)
          .map(([key, one]) => `${key}: ${typeof one === "object" ? "…" : one}`)
          .join(", ")
      : String(value ?? "");
  return text.length > BRIEF_MAX ? `${text.slice(0, BRIEF_MAX - 1)}…` : text;
}

const duration = (ms: number) => (ms < SECOND_MS ? `${ms} ms` : `${(ms / SECOND_MS).toFixed(1)} s`);
