// Commands that wait for their answers. They keep their ids, so that sending one again on a new connection has no second effect.

/** An id no one can guess; works on pages without a secure context, too. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A queue of `{id, type, payload, sends, failed?}`, oldest first. Messages survive a reload of the page in `storage`. */
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

  /** What has not gone out on the present connection, in order. */
  unsent() {
    return this.commands.filter((command) => !command.failed && !this.#sent.has(command.id));
  }

  sent(command) {
    command.sends += 1;
    this.#sent.add(command.id);
  }

  /** Lets a command, or all of them on a new connection, be sent once more. */
  again(id) {
    if (id) this.#sent.delete(id);
    else this.#sent.clear();
  }

  /** Marks a command as refused for good. */
  fail(id, reason) {
    this.find(id).failed = reason;
    this.#save();
  }

  remove(id) {
    this.commands = this.commands.filter((command) => command.id !== id);
    this.#save();
  }

  #save() {
    const messages = this.commands.filter((command) => command.type === "data.message.send");
    if (messages.length) this.#storage.setItem(this.#key, JSON.stringify(messages));
    else this.#storage.removeItem(this.#key);
  }
}
