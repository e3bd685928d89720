/** The administration of a gateway, as its HTTP interface gives it; see `/openapi.json`. */
export interface Node {
  readonly version: string;
  readonly startedAt: string;
  readonly time: string;
  readonly draining: boolean;
  readonly connections: number;
}

export interface Connection {
  readonly connectionId: string;
  readonly dialect: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly client: string;
  readonly sessions: readonly string[];
}

export interface Run {
  readonly runId: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly agent: string;
  readonly status: string;
  readonly attempt: number;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface Session {
  readonly sessionId: string;
  readonly owner: string;
  readonly createdAt: string;
  readonly lastSequence: number;
  readonly runs: readonly { readonly runId: string; readonly agent: string; readonly status: string }[];
  readonly pendingApprovals: number;
  readonly watchers: readonly { readonly userId: string; readonly connections: number }[];
}

export interface Approval {
  readonly approvalId: string;
  readonly runId: string;
  readonly sessionId: string;
  readonly toolName: string;
  readonly reason?: string;
  readonly createdAt: string;
}

export interface Device {
  readonly deviceId: string;
  readonly userId: string;
  readonly tools: readonly { readonly name: string }[];
  readonly agentIds: readonly string[];
  readonly connectedAt: string;
}

export interface LogEvent {
  readonly type: string;
  readonly sequence: number;
  readonly time: string;
  readonly runId?: string;
  readonly sessionId?: string;
  readonly [field: string]: unknown;
}

/** An answer that is no success, with what the gateway says about it. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Asks the gateway that served this page. The token stays in this tab. */
export class Api {
  readonly #token: string;
  /** The tenant that is looked at; empty for the operator's own. */
  tenant = "";

  constructor(token: string) {
    this.#token = token;
  }

  async #fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers: Record<string, string> = this.#token ? { Authorization: `Bearer ${this.#token}` } : {};
    const response = await fetch(path, { ...init, headers });
    if (response.ok) return response;
    const problem = (await response.json().catch(() => ({}))) as { detail?: string; title?: string };
    throw new ApiError(response.status, problem.detail ?? problem.title ?? `HTTP ${response.status}`);
  }

  async #get<T>(path: string, query: Record<string, string> = {}): Promise<T> {
    const all = new URLSearchParams(query);
    if (this.tenant) all.set("tenant", this.tenant);
    const asked = all.size > 0 ? `${path}?${all}` : path;
    return (await (await this.#fetch(asked)).json()) as T;
  }

  node(): Promise<Node> {
    return this.#get("/v1/admin/node");
  }

  async connections(): Promise<readonly Connection[]> {
    return (await this.#get<{ connections: Connection[] }>("/v1/admin/connections")).connections;
  }

  async sessions(): Promise<readonly Session[]> {
    return (await this.#get<{ sessions: Session[] }>("/v1/admin/sessions")).sessions;
  }

  async runs(status: string): Promise<readonly Run[]> {
    const query: Record<string, string> = status ? { status, limit: "100" } : { limit: "100" };
    return (await this.#get<{ runs: Run[] }>("/v1/admin/runs", query)).runs;
  }

  async approvals(): Promise<readonly Approval[]> {
    return (await this.#get<{ approvals: Approval[] }>("/v1/admin/approvals")).approvals;
  }

  async devices(): Promise<readonly Device[]> {
    return (await this.#get<{ devices: Device[] }>("/v1/admin/devices")).devices;
  }

  async events(sessionId: string, after: number): Promise<{ events: readonly LogEvent[]; nextAfter?: number }> {
    return this.#get(`/v1/admin/sessions/${encodeURIComponent(sessionId)}/events`, { after: `${after}`, limit: "500" });
  }

  async metrics(): Promise<string> {
    return (await this.#fetch("/metrics")).text();
  }

  async drain(): Promise<void> {
    await this.#fetch("/v1/admin/drain", { method: "POST" });
  }

  /** The live events until the signal ends it: from when on they are told, each of them, and how many were missed. */
  async tail(
    types: readonly string[],
    signal: AbortSignal,
    onBegun: () => void,
    onEvent: (event: LogEvent) => void,
    onMissed: (count: number) => void,
  ): Promise<void> {
    const query = new URLSearchParams(types.map((type) => ["type", type]));
    if (this.tenant) query.set("tenant", this.tenant);
    const response = await this.#fetch(`/v1/admin/tail?${query}`, { signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    let begun = false;
    while (reader) {
      const { done, value } = await reader.read();
      if (done) return;
      // The head of the answer comes before the gateway looks, its first words after that.
      if (!begun) onBegun();
      begun = true;
      const messages = (rest + value).split("\n\n");
      rest = messages.pop() ?? "";
      for (const message of messages) {
        const data = /^data: (.*)$/m.exec(message)?.[1];
        if (data === undefined) continue;
        if (message.startsWith("event: missed")) onMissed(Number(JSON.parse(data).events));
        else onEvent(JSON.parse(data));
      }
    }
  }
}
