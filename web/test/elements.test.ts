import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { ApprovalPart, ConnectionState, SessionState, WebSocketClient } from "../client/index.js";
import { qualityOf } from "../elements/connection-status.js";
import type { ConnectionStatus, Deciding, HawserApproval, HawserApprovals, HawserMessage } from "../elements/index.js";
import { markdown, pieces } from "../elements/markdown.js";
import { parse } from "../elements/markdown-parser.js";
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
    expect(decided).toEqual([
      { approvalId: "a1", decision: "approve" },
      { approvalId: "a1", decision: "reject" },
    ]);
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

  it("shows a long text as Markdown once it is complete", async () => {
    const part = {
      kind: "text" as const,
      key: "t",
      messageId: "m",
      text: `**b** ${"word ".repeat(5000)}`,
      complete: false,
    };
    const message = { role: "assistant" as const, key: "r1", status: "running" as const, time: "", parts: [part] };
    const element = await show<HawserMessage>("hawser-message", { message });
    expect(element.shadowRoot?.querySelector("strong")).toBeNull();
    element.message = { ...message, status: "completed", parts: [{ ...part, complete: true }] };
    await element.updateComplete;
    expect(element.shadowRoot?.querySelector("strong")?.textContent).toBe("b");
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

describe("markdown", () => {
  it("cuts a text at empty lines, but not inside of code or lists", () => {
    expect(pieces("one\n\ntwo\n```\na\n\nb\n```\n\n- x\n\n- y")).toEqual([
      "one\n",
      "two\n```\na\n\nb\n```\n\n- x\n\n- y",
    ]);
  });

  it("reads a text in pieces as it reads the whole", () => {
    const text = "# A\n\npara **bold**\n\n> quote\n\n```js\nx\n\ny\n```\n\ntext\n\n1. one\n2. two\n";
    expect(pieces(text).flatMap((piece) => parse(piece))).toEqual(parse(text));
  });

  it("loses no character of any text", () => {
    for (const text of ["", "\n\n", "a", "``` \n", "- \n\n\n-x", "a\n\n\n\nb\n", "~~~\nopen"]) {
      expect(pieces(text).join("").replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
      expect(markdown(text, true)).toBeDefined();
    }
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
