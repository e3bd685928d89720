import type { Message, SessionState } from "../client/index.js";

const SPOKEN_MAX = 2000;

/** What the agent does at the moment, in a few words; empty where its words are coming in, or where nobody can know. */
export function doing({ activeRun, runs, messages, connection }: SessionState): string {
  if (!activeRun || connection !== "active") return "";
  const { runId, status, waitsFor, cancelling } = activeRun;
  const turn = messages.findLast((message) => message.role === "assistant" && message.runId === runId);
  const last = turn?.role === "assistant" ? turn.parts.at(-1) : undefined;
  if (status === "running" && !cancelling && last?.kind === "text" && !last.complete) return "";
  const inLine = runs.filter((run) => run.status === "queued" && run !== activeRun).length;
  const more = inLine === 0 ? "" : `, ${inLine} more in line`;
  if (cancelling) return `Stopping${more}`;
  if (status === "waiting")
    return `${waitsFor === "device" ? "Waiting for your device" : "Waiting for your decision"}${more}`;
  return `${status === "queued" ? "In line" : "Working"}${more}`;
}

/**
 * What a screen reader is told of a conversation: what is finished, never what is still being written, and nothing of what was
 * there before.
 */
export class Teller {
  #messages: readonly Message[] = [];
  readonly #told = new Set<string>();
  #caughtUp = false;

  /** What is new to tell, if anything. */
  take({ messages, caughtUp }: SessionState): string | undefined {
    const words: string[] = [];
    messages.forEach((message, at) => {
      if (message === this.#messages[at]) return;
      for (const [key, text] of tellable(message)) {
        if (this.#told.has(key)) continue;
        this.#told.add(key);
        words.push(text);
      }
    });
    this.#messages = messages;
    const silent = !this.#caughtUp;
    this.#caughtUp ||= caughtUp;
    return silent || words.length === 0 ? undefined : words.join(" ").slice(0, SPOKEN_MAX);
  }
}

function* tellable(message: Message): Generator<[string, string]> {
  if (message.role === "user") return;
  for (const part of message.parts) {
    if (part.kind === "text" && part.complete) yield [part.key, part.text];
    if (part.kind === "approval" && part.decision === undefined && !part.stopped)
      yield [part.key, `Your approval is needed: ${part.toolName}. ${part.reason}`];
  }
  if (message.status === "failed") yield [`end:${message.key}`, `The run failed. ${message.error?.message ?? ""}`];
  if (message.status === "cancelled") yield [`end:${message.key}`, "Stopped."];
}
