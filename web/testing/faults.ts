/** When a wire is cut around a command: before it is taken, or after it took effect and before its answer goes out. */
export type CutMoment = "before" | "after";

/**
 * The faults that a fake server commits next. Each is scripted by a call and used up by what it hits, so a test says what
 * happens and in which order; nothing is random.
 */
export class Faults {
  /** Milliseconds that every frame to the client takes. */
  delayMs = 0;
  /** Nothing passes in either direction, and nobody is told: a dead wire. Frames that are held back are lost. */
  frozen = false;
  #refusals: number[] = [];
  #cuts: CutMoment[] = [];
  #duplicates = 0;
  #losses = 0;
  #dropAfter: number | undefined;

  /** Refuses the next attempts to connect with a close code; 1006 before the handshake, others after it. */
  refuse(times = 1, code = 1006): void {
    for (let i = 0; i < times; i += 1) this.#refusals.push(code);
  }

  /** Cuts the wire once that many more frames have gone out to clients. */
  dropAfter(frames: number): void {
    this.#dropAfter = frames;
  }

  /** Cuts the wire of the next command. */
  cut(moment: CutMoment): void {
    this.#cuts.push(moment);
  }

  /** Sends the next session events twice. */
  duplicate(times = 1): void {
    this.#duplicates += times;
  }

  /** Does not send the next session events: a hole. */
  lose(times = 1): void {
    this.#losses += times;
  }

  /** Uses up a refusal. */
  takeRefusal(): number | undefined {
    return this.#refusals.shift();
  }

  /** Uses up a cut. */
  takeCut(): CutMoment | undefined {
    return this.#cuts.shift();
  }

  /** How many times the next session event goes out. */
  takeCopies(): number {
    if (this.#losses > 0) {
      this.#losses -= 1;
      return 0;
    }
    if (this.#duplicates > 0) {
      this.#duplicates -= 1;
      return 2;
    }
    return 1;
  }

  /** Whether the wire is cut before this frame goes out. */
  takeDrop(): boolean {
    if (this.#dropAfter === undefined) return false;
    if (this.#dropAfter > 0) {
      this.#dropAfter -= 1;
      return false;
    }
    this.#dropAfter = undefined;
    return true;
  }
}
