import type { SocketLike } from "../client/wire.js";

/** A stand-in for the browser's WebSocket whose other end is in the same process. */
export class FakeSocket implements SocketLike {
  readonly url: URL;
  readonly protocols: readonly string[];
  readyState = 0;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  /** What the client sent, as text, oldest first. */
  readonly sent: string[] = [];
  /** Called with every frame of the client. */
  onsend: (text: string) => void = () => {};
  /** Called when the client closes. */
  onleave: (code: number, reason: string) => void = () => {};
  /** What is still to happen at the client's end, in order; each may as soon as its time has come. */
  readonly #coming: { readonly action: () => void; due: boolean }[] = [];

  constructor(url: string, protocols: readonly string[] = []) {
    this.url = new URL(url);
    this.protocols = protocols;
  }

  /** The client's end: sends. */
  send(data: string): void {
    if (this.readyState !== 1) throw new Error("the socket is not open");
    this.sent.push(data);
    this.onsend(data);
  }

  /** The client's end: closes. Refuses the codes that a browser refuses. */
  close(code = 1000, reason = ""): void {
    if (code !== 1000 && (code < 3000 || code > 4999))
      throw new Error("a page may close with 1000 or 3000 to 4999 only");
    if (this.readyState >= 2) return;
    this.readyState = 2;
    this.onleave(code, reason);
    this.#later(0, () => this.#closed(code, reason));
  }

  /** The server's end: the handshake succeeded. */
  open(): void {
    if (this.readyState !== 0) return;
    this.readyState = 1;
    this.onopen?.({} as never);
  }

  /** The server's end: a text frame, after a while; frames keep their order. */
  deliver(text: string, delayMs = 0): void {
    this.#later(delayMs, () => {
      if (this.readyState === 1) this.onmessage?.({ data: text });
    });
  }

  /** The server's end: the wire is over, after what was delivered before. */
  end(code: number, reason = "", delayMs = 0): void {
    this.#later(delayMs, () => this.#closed(code, reason));
  }

  #closed(code: number, reason: string): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }

  /** Without a delay things happen in a microtask, so that a test needs no timers. */
  #later(delayMs: number, action: () => void): void {
    const one = { action, due: false };
    this.#coming.push(one);
    const due = () => {
      one.due = true;
      while (this.#coming[0]?.due) this.#coming.shift()?.action();
    };
    if (delayMs === 0) queueMicrotask(due);
    else setTimeout(due, delayMs);
  }
}
