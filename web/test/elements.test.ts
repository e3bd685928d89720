import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { ApprovalPart, ConnectionState, SessionState, WebSocketClient } from "../client/index.js";
import { money } from "../elements/approval.js";
import { qualityOf } from "../elements/connection-status.js";
import type { ConnectionStatus, Deciding, HawserApproval, HawserApprovals, HawserMessage } from "../elements/index.js";
import { understood } from "../elements/surface.js";

// @vitest-environment happy-dom

beforeAll(async () => {
  await import("../elements/index.js");
});

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

async function show<T extends HTMLElement & { updateComplete: Promise<boolean> }>(
  name: string,
  fields: object,
): Promise<T> {
  const element = Object.assign(document.createElement(name), fields) as T;
  document.body.append(element);
  await element.updateComplete;
  return element;
}

/** What of a client `<connection-status>` looks at. */
class Client {
  state: ConnectionState = "connecting";
  latency: number | undefined;
  readonly connect = vi.fn();
  readonly listeners = new Map<string, Set<(event: unknown) => void>>();

  on(name: string, listener: (event: unknown) => void): () => void {
    const all = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, all.add(listener));
    return () => all.delete(listener);
  }

  tell(name: string, event: unknown): void {
    for (const listener of this.listeners.get(name) ?? []) listener(event);
  }
}

describe("connection-status", () => {
  const text = (element: ConnectionStatus) => element.shadowRoot?.textContent?.replace(/\s+/g, " ").trim();

  it("says in a word and a colour how the connection is", async () => {
    const client = new Client();
    const element = await show<ConnectionStatus>("connection-status", { client: client as unknown as WebSocketClient });
    expect(text(element)).toBe("Connecting");
    client.state = "active";
    client.latency = 20;
    client.tell("statechange", { newState: "active" });
    await element.updateComplete;
    expect(text(element)).toBe("Connected");
    expect(element.shadowRoot?.querySelector(".dot.green")).not.toBeNull();
    expect(element.shadowRoot?.querySelector("[role=img]")?.getAttribute("aria-label")).toBe("Connection quality good");
  });

  it("counts down to the next attempt and makes it at once when asked", async () => {
    vi.useFakeTimers();
    const client = new Client();
    const element = await show<ConnectionStatus>("connection-status", { client: client as unknown as WebSocketClient });
    client.state = "reconnecting";
    client.tell("statechange", { newState: "reconnecting" });
    client.tell("retry", { at: Date.now() + 3000 });
    await element.updateComplete;
    expect(text(element)).toContain("in 3 s");
    vi.advanceTimersByTime(1000);
    await element.updateComplete;
    expect(text(element)).toContain("in 2 s");
    element.shadowRoot?.querySelector("button")?.click();
    expect(client.connect).toHaveBeenCalledOnce();
  });

  it("leaves its client alone once it is off the page", async () => {
    const client = new Client();
    const element = await show<ConnectionStatus>("connection-status", { client: client as unknown as WebSocketClient });
    element.remove();
    expect([...client.listeners.values()].every((listeners) => listeners.size === 0)).toBe(true);
  });

  it.each([
    [undefined, undefined],
    [10, "good"],
    [400, "fair"],
    [900, "poor"],
  ])("takes a ping of %s ms for %s", (ms, quality) => {
    expect(qualityOf(ms)).toBe(quality);
  });
});

const APPROVAL: ApprovalPart = {
  kind: "approval",
  key: "approval:a1",
  approvalId: "a1",
  toolName: "pay",
  toolArgs: { amount: 5 },
  reason: "The bill is due.",
};

describe("hawser-approval", () => {
  async function card(approval: ApprovalPart): Promise<{ element: HawserApproval; decided: Deciding[] }> {
    const decided: Deciding[] = [];
    const element = await show<HawserApproval>("hawser-approval", { approval });
    element.addEventListener("decide", (event) => decided.push((event as CustomEvent<Deciding>).detail));
    return { element, decided };
  }

  const press = async (element: HawserApproval, label: string) => {
    const button = [...(element.shadowRoot?.querySelectorAll("button") ?? [])].find(
      (one) => one.textContent?.trim() === label,
    );
    button?.click();
    await element.updateComplete;
  };

  it("approves and rejects", async () => {
    const { element, decided } = await card(APPROVAL);
    await press(element, "Approve");
    await press(element, "Reject");
    await press(element, "Reject");
    expect(decided).toEqual([
      { approvalId: "a1", decision: "approve" },
      { approvalId: "a1", decision: "reject" },
    ]);
  });

  it("rejects with a reason, unless one goes back by Escape", async () => {
    const { element, decided } = await card(APPROVAL);
    const field = () => element.shadowRoot?.querySelector("input");
    await press(element, "Reject");
    field()?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    await element.updateComplete;
    expect(field()).toBeNull();
    await press(element, "Reject");
    field()!.value = " too much ";
    field()?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    expect(decided).toEqual([{ approvalId: "a1", decision: "reject", reason: "too much" }]);
  });

  it("asks for nothing while a decision is being recorded or its run is over", async () => {
    for (const more of [{ deciding: "approve" as const }, { stopped: true }]) {
      const { element } = await card({ ...APPROVAL, ...more });
      expect(element.shadowRoot?.querySelectorAll("button")).toHaveLength(0);
    }
  });

  it("shows what was changed beside what was asked for", async () => {
    const { element } = await card({ ...APPROVAL, decision: "edit", editedArgs: { amount: 4 } });
    expect(element.shadowRoot?.querySelector("s")?.textContent).toBe("5");
    expect(element.shadowRoot?.querySelector("mark")?.textContent).toBe("4");
  });

  it("shows amounts as the reader writes them, and those in no known currency as they are", () => {
    expect(money(250, "EUR")).toBe(
      new Intl.NumberFormat(undefined, { style: "currency", currency: "EUR" }).format(250),
    );
    expect(money(250, "NOSUCH")).toBe("250 NOSUCH");
    expect(money(1250.5)).toBe((1250.5).toLocaleString());
  });

  it.each(["nonsense", "[1]", "null"])("takes no edit that is %s", async (text) => {
    const { element, decided } = await card(APPROVAL);
    await press(element, "Edit");
    type(element, text);
    await press(element, "Approve changes");
    expect(decided).toEqual([]);
    expect(element.shadowRoot?.querySelector("[role=alert]")?.textContent).not.toBe("");
  });

  it("approves with other arguments", async () => {
    const { element, decided } = await card(APPROVAL);
    await press(element, "Edit");
    type(element, '{"amount": 4}');
    await press(element, "Approve changes");
    expect(decided).toEqual([{ approvalId: "a1", decision: "edit", editedArgs: { amount: 4 } }]);
  });

  it("shows the outcome instead of buttons once there is one", async () => {
    const { element } = await card({ ...APPROVAL, decision: "reject", decidedBy: "bob", lost: true });
    expect(element.shadowRoot?.querySelectorAll("button")).toHaveLength(0);
    expect(element.shadowRoot?.textContent).toContain("Rejected by bob. Somebody else was faster.");
    expect(element.hasAttribute("decided")).toBe(true);
  });

  function type(element: HawserApproval, text: string): void {
    const field = element.shadowRoot?.querySelector("textarea");
    if (!field) throw new Error("there is no field");
    field.value = text;
    field.dispatchEvent(new Event("input"));
  }
});

describe("hawser-approvals", () => {
  it("lists what waits and hands decisions to the session", async () => {
    const decide = vi.fn();
    let listener = () => {};
    const state = { pendingApprovals: [APPROVAL] } as unknown as SessionState;
    const session = {
      decide,
      getSnapshot: () => state,
      subscribe: (one: () => void) => {
        listener = one;
        return () => {};
      },
    };
    const element = await show<HawserApprovals>("hawser-approvals", { session });
    listener();
    await element.updateComplete;
    const card = element.shadowRoot?.querySelector("hawser-approval");
    card?.dispatchEvent(
      new CustomEvent("decide", { detail: { approvalId: "a1", decision: "edit", editedArgs: { amount: 1 } } }),
    );
    expect(decide).toHaveBeenCalledWith("a1", "edit", { editedArgs: { amount: 1 } });
  });
});

describe("hawser-approvals by ear and keyboard", () => {
  const part = (approvalId: string): ApprovalPart => ({
    kind: "approval",
    key: approvalId,
    approvalId,
    toolName: "pay",
    toolArgs: {},
    reason: "",
  });

  async function waiting(...pendingApprovals: ApprovalPart[]) {
    const listeners = new Set<() => void>();
    const session = {
      state: { pendingApprovals } as unknown as SessionState,
      subscribe: (listener: () => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      getSnapshot: () => session.state,
    };
    const element = await show<HawserApprovals>("hawser-approvals", { session });
    const becomes = async (...pendingApprovals: ApprovalPart[]) => {
      session.state = { pendingApprovals } as unknown as SessionState;
      for (const listener of listeners) listener();
      await element.updateComplete;
    };
    return { element, becomes };
  }

  it("says how many wait", async () => {
    const { element, becomes } = await waiting();
    const said = () => element.shadowRoot?.querySelector("[role=status]")?.textContent;
    expect(said()).toBe("");
    await becomes(part("a"));
    expect(said()).toBe("1 approval waits for you");
    await becomes(part("a"), part("b"));
    expect(said()).toBe("2 approvals wait for you");
    await becomes();
    expect(said()).toBe("");
  });

  it("keeps the focus when what had it is decided and gone", async () => {
    const { element, becomes } = await waiting(part("a"), part("b"));
    const first = element.shadowRoot?.querySelector<HawserApproval>("hawser-approval");
    await first?.updateComplete;
    first?.shadowRoot?.querySelector("button")?.focus();
    expect(element.shadowRoot?.activeElement).toBe(first);
    await becomes(part("b"));
    expect(element.shadowRoot?.activeElement?.className).toBe("list");
  });

  it("takes no focus that is elsewhere", async () => {
    const { element, becomes } = await waiting(part("a"));
    await becomes();
    expect(element.shadowRoot?.activeElement).toBeNull();
  });
});

describe("hawser-message", () => {
  it("gathers the messages of one surface in one place", async () => {
    const ui = (key: string, action: unknown) => ({ kind: "ui" as const, key, action });
    const element = await show<HawserMessage>("hawser-message", {
      message: {
        role: "assistant",
        key: "r1",
        status: "completed",
        time: "",
        parts: [ui("1", { createSurface: { surfaceId: "s" } }), ui("2", { updateComponents: { surfaceId: "s" } })],
      },
    });
    expect(element.shadowRoot?.querySelectorAll("hawser-surface")).toHaveLength(1);
  });

  it("shows text as text and never as markup", async () => {
    const text = '<img src=x onerror="alert(1)"> [a](javascript:alert(1)) **b** `c`';
    const element = await show<HawserMessage>("hawser-message", {
      message: {
        role: "assistant",
        key: "r1",
        status: "completed",
        time: "",
        parts: [{ kind: "text", key: "t", messageId: "m", text, complete: true }],
      },
    });
    expect(element.shadowRoot?.querySelector("img, a")).toBeNull();
    expect(element.shadowRoot?.querySelector("strong")?.textContent).toBe("b");
    expect(element.shadowRoot?.textContent).toContain("<img src=x");
  });
});

describe("A2UI messages", () => {
  it("are told to the renderer in its version of the protocol", () => {
    const components = [{ id: "root", component: "Text", text: "hi" }];
    const message = {
      version: "1.0",
      createSurface: {
        surfaceId: "s",
        catalogId: "https://a2ui.org/specification/v1_0/catalogs/basic/catalog.json",
        components,
      },
    };
    expect(understood(message, "basic")).toEqual([
      { version: "v0.9", createSurface: { surfaceId: "s", catalogId: "basic" } },
      { version: "v0.9", updateComponents: { surfaceId: "s", components } },
    ]);
  });

  it("of another catalogue keep it", () => {
    expect(understood({ createSurface: { surfaceId: "s", catalogId: "urn:own" } }, "basic")).toEqual([
      { version: "v0.9", createSurface: { surfaceId: "s", catalogId: "urn:own" } },
    ]);
  });
});
