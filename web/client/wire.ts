/** What the client needs of a WebSocket; the browser's and Node's have this shape, and so have stand-ins in tests. */
export interface SocketLike {
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}

/** Makes a socket, as `new WebSocket(url, protocols)` does. */
export type SocketConstructor = new (url: string, protocols?: string[]) => SocketLike;

/** What a wire tells. After `ended` it tells nothing more. */
export interface WireListener {
  received(data: unknown): void;
  ended(code: number, reason: string): void;
}

const OPEN = 1;
const LET_IN_MS = 15_000;

/** One socket from its opening to its end, which is told exactly once. */
export class Wire {
  readonly #socket: SocketLike;
  readonly #listener: WireListener;
  #over = false;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(Socket: SocketConstructor, url: string, protocols: string[], listener: WireListener) {
    this.#listener = listener;
    this.#socket = protocols.length > 0 ? new Socket(url, protocols) : new Socket(url);
    this.#socket.onmessage = ({ data }) => listener.received(data);
    this.#socket.onclose = ({ code, reason }) => this.#end(code, reason);
    // The close that follows says it all; sockets outside of browsers throw an error that nobody listens to.
    this.#socket.onerror = () => {};
    this.#patience = setTimeout(() => this.lose(1006, "no answer"), LET_IN_MS);
  }

  /** The server has let us in: it need not hurry any more. */
  letIn(): void {
    clearTimeout(this.#patience);
  }

  /** Sends a text frame; whether it was taken. */
  send(text: string): boolean {
    if (this.#over || this.#socket.readyState !== OPEN) return false;
    this.#socket.send(text);
    return true;
  }

  /** Takes the wire for lost and tells so; the socket is closed without waiting for the other side. */
  lose(code: number, reason: string): void {
    if (this.#over) return;
    this.#close(1000, "");
    this.#end(code, reason);
  }

  /** Ends the wire on our wish; nothing is told. */
  close(code: number, reason: string): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#patience);
    this.#close(code, reason);
  }

  #close(code: number, reason: string): void {
    this.#socket.onmessage = this.#socket.onclose = null;
    try {
      this.#socket.close(code, reason);
    } catch {
      this.#socket.close();
    }
  }

  #end(code: number, reason: string): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#patience);
    this.#listener.ended(code, reason);
  }
}
