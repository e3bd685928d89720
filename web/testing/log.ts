import { newId } from "../client/envelope.js";
import type { SessionEventPayloads, SessionEventType } from "../client/events.js";

/** A session event as it travels. */
export interface LoggedEvent {
  readonly id: string;
  readonly type: `data.${SessionEventType}`;
  readonly timestamp: string;
  readonly conversationId: string;
  readonly sequence: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The log of one conversation in a fake server: events without holes within an epoch. */
export class FakeLog {
  readonly conversationId: string;
  epoch = newId();
  readonly events: LoggedEvent[] = [];
  /** How many of the first events are gone: they cannot be replayed any more. */
  trimmed = 0;

  constructor(conversationId: string) {
    this.conversationId = conversationId;
  }

  get last(): number {
    return this.events.length;
  }

  append<K extends SessionEventType>(type: K, payload: SessionEventPayloads[K]): LoggedEvent {
    const event: LoggedEvent = {
      id: newId(),
      type: `data.${type}`,
      timestamp: new Date().toISOString(),
      conversationId: this.conversationId,
      sequence: this.last + 1,
      payload: { ...payload },
    };
    this.events.push(event);
    return event;
  }

  /** Begins a new incarnation: another epoch, sequences from 1. */
  restart(): void {
    this.epoch = newId();
    this.events.length = 0;
    this.trimmed = 0;
  }

  /** The events after a position. */
  after(lastSequence: number): readonly LoggedEvent[] {
    return this.events.slice(lastSequence);
  }

  /** Why a client that stands there cannot be given what it missed; undefined where it can. */
  refusal(epoch: string | undefined, lastSequence: number | null): string | undefined {
    if (lastSequence === null) return "snapshot_requested";
    if (epoch !== undefined && epoch !== "" && epoch !== this.epoch) return "epoch_changed";
    if (lastSequence > this.last) return "ahead";
    if (lastSequence < this.trimmed) return "expired";
    return undefined;
  }

  /** The state up to now: texts, runs and open approvals. */
  snapshot() {
    const messages = new Map<string, Record<string, unknown>>();
    const runs = new Map<string, Record<string, unknown>>();
    const approvals = new Map<string, Record<string, unknown>>();
    for (const { type, payload, timestamp } of this.events) {
      const { runId, messageId } = payload as { runId: string; messageId: string };
      const answer = () => {
        const known = messages.get(messageId);
        const message = known ?? { messageId, role: "assistant", text: "", complete: false, runId, time: timestamp };
        messages.set(messageId, message);
        return message as { text: string; complete: boolean };
      };
      switch (type) {
        case "data.message.user":
          messages.set(messageId, { ...payload, role: "user", complete: true, time: timestamp });
          runs.set(runId, { runId, agent: "demo", status: "queued" });
          break;
        case "data.run.started":
          runs.set(runId, { runId, agent: payload.agent, status: "running", startedAt: timestamp });
          break;
        case "data.run.waiting":
          Object.assign(runs.get(runId) ?? {}, { status: "waiting" });
          break;
        case "data.text.delta":
          answer().text += payload.delta;
          break;
        case "data.text.done":
          Object.assign(answer(), { text: payload.text, complete: true });
          break;
        case "data.approval.required":
          approvals.set(payload.approvalId as string, payload);
          break;
        case "data.approval.decided":
          approvals.delete(payload.approvalId as string);
          Object.assign(runs.get(runId) ?? {}, { status: "running" });
          break;
        case "data.run.completed":
        case "data.run.failed":
        case "data.run.cancelled":
        case "data.run.abandoned":
          Object.assign(runs.get(runId) ?? {}, { status: type.slice("data.run.".length) });
          break;
        default:
      }
    }
    return {
      messages: [...messages.values()],
      runs: [...runs.values()],
      pendingApprovals: [...approvals.values()],
      lastSequence: this.last,
    };
  }
}
