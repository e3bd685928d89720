import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { HawserSession, SessionState } from "../client/index.js";

/** Has an element rendered again whenever its session changed, as long as it is on the page. */
export class Follow implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #session: () => HawserSession | undefined;
  #followed: HawserSession | undefined;
  #leave: (() => void) | undefined;

  constructor(host: ReactiveControllerHost, session: () => HawserSession | undefined) {
    this.#host = host;
    this.#session = session;
    host.addController(this);
  }

  /** What the session is like now. */
  get state(): SessionState | undefined {
    return this.#followed?.getSnapshot();
  }

  hostConnected(): void {
    this.hostUpdate();
  }

  hostDisconnected(): void {
    this.#leave?.();
    this.#leave = undefined;
    this.#followed = undefined;
  }

  hostUpdate(): void {
    const session = this.#session();
    if (session === this.#followed) return;
    this.#leave?.();
    this.#followed = session;
    this.#leave = session?.subscribe(() => this.#host.requestUpdate());
  }
}
