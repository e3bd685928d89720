// Commands that wait for their answers. They keep their ids: sending one again has no second effect.

/** An id no one can guess; works on pages without a secure context, too. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const CREATE = "control.conversation.create";
export const MESSAGE = "data.message.send";

/** A queue of `{id, type, payload, sends, failed?}`, oldest first. Messages survive a reload in `storage`. */
export class Outbox {
  #storage;
  #key;
  #sent = new Set();
  commands = [];

  constructor(storage, key) {
    this.#storage = storage;
    this.#key = "hawser.outbox:" + key;
    this.commands = JSON.parse(storage.getItem(this.#key) ?? "[]");
  }

  add(type, payload, id = newId()) {
    this.commands.push({ id, type, payload, sends: 0 });
    this.#save();
  }

  find(id) {
    return this.commands.find((command) => command.id === id);
  }

  /** Whether a command of that type, about that thing if one is named, waits for its answer. */
  awaits(type, field, value) {
    return this.commands.some((command) => command.type === type && command.payload[field] === value);
  }

  /**
   * Hands what has not gone out on the present connection to `send(command)`, in order, until that answers false.
   * Until the conversation exists, only the command that makes it.
   */
  flush(exists, send) {
    for (const command of this.commands) {
      if (command.failed || this.#sent.has(command.id)) continue;
      if ((!exists && command.type !== CREATE) || !send(command)) return;
      command.sends += 1;
      this.#sent.add(command.id);
    }
  }

  /** Lets a command, or all of them on a new connection, be sent once more. */
  again(id) {
    if (id) this.#sent.delete(id);
    else this.#sent.clear();
  }

  /** Takes the server's no. A message stays to be seen, and so do all if their conversation could not be made. */
  refuse({ id, type }, reason) {
    for (const command of this.commands) {
      if (command.type === MESSAGE && (command.id === id || type === CREATE)) command.failed = reason;
    }
    if (type === MESSAGE) this.#save();
    else this.remove(id);
  }

  remove(id) {
    this.commands = this.commands.filter((command) => command.id !== id);
    this.#save();
  }

  #save() {
    const messages = this.commands.filter((command) => command.type === MESSAGE);
    if (messages.length) this.#storage.setItem(this.#key, JSON.stringify(messages));
    else this.#storage.removeItem(this.#key);
  }
}
