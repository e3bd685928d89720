/**
 * The states of a client. `connected`: the server has let us in; `active`: and events flow, nothing is missing before them;
 * `reconnecting`: lost, coming back by itself; `disconnected`: not wanted (yet, or any more); `closed`: over, only
 * `connect()` begins again.
 */
export type ConnectionState = "disconnected" | "connecting" | "connected" | "active" | "reconnecting" | "closed";

const NEXT: Readonly<Record<ConnectionState, readonly ConnectionState[]>> = {
  disconnected: ["connecting"],
  connecting: ["connected", "reconnecting", "disconnected", "closed"],
  connected: ["active", "reconnecting", "disconnected", "closed"],
  active: ["connected", "reconnecting", "disconnected", "closed"],
  reconnecting: ["connected", "disconnected", "closed"],
  closed: ["connecting", "disconnected"],
};

/** A change of state. */
export interface StateChange {
  readonly previousState: ConnectionState;
  readonly newState: ConnectionState;
}

/** The state machine of a client: tells each change, refuses those that cannot be. */
export class StateMachine {
  #state: ConnectionState = "disconnected";
  readonly #onChange: (change: StateChange) => void;

  constructor(onChange: (change: StateChange) => void) {
    this.#onChange = onChange;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Goes to a state; being there already is no change. Throws where the table above knows no way. */
  to(newState: ConnectionState): void {
    const previousState = this.#state;
    if (previousState === newState) return;
    if (!NEXT[previousState].includes(newState)) throw new Error(`no way from ${previousState} to ${newState}`);
    this.#state = newState;
    this.#onChange({ previousState, newState });
  }
}
