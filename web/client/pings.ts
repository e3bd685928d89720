/** The pings under way, and how long the last answered one took. */
export class Pings {
  readonly #sentAt = new Map<string, number>();
  #latency: number | undefined;

  /** Milliseconds from the last answered ping to its answer. */
  get latency(): number | undefined {
    return this.#latency;
  }

  sent(id: string): void {
    this.#sentAt.set(id, Date.now());
  }

  /** Takes an answer; the milliseconds that it took, or undefined where it answers none of these. */
  answered(id: string): number | undefined {
    const at = this.#sentAt.get(id);
    if (at === undefined) return undefined;
    this.#sentAt.delete(id);
    this.#latency = Date.now() - at;
    return this.#latency;
  }

  /** The wire is gone: no more answers. */
  lost(): void {
    this.#sentAt.clear();
  }
}
