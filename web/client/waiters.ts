/** Callers who wait for one and the same outcome. A promise that nobody looks at is no unhandled rejection. */
export class Waiters {
  #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];

  wait(): Promise<void> {
    const done = new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    done.catch(() => {});
    return done;
  }

  /** Takes out who waits until now. The answer tells them: an error, or that it is done. */
  take(): (error?: Error) => void {
    const waiting = this.#waiting;
    this.#waiting = [];
    return (error) => {
      for (const { resolve, reject } of waiting) error ? reject(error) : resolve();
    };
  }
}
