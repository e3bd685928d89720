/** One sample of a metric in the text format of Prometheus. */
export interface Sample {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

/** The samples of an exposition; what is no sample is left out. */
export function samples(text: string): Sample[] {
  const found: Sample[] = [];
  for (const line of text.split("\n")) {
    const match = line.startsWith("#") ? null : LINE.exec(line);
    if (!match) continue;
    const [, name = "", tags = "", value = ""] = match;
    found.push({
      name,
      value: Number(value),
      tags: Object.fromEntries([...tags.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text])),
    });
  }
  return found;
}

/** The sum of a metric over all its tags. */
export function sum(all: readonly Sample[], name: string): number {
  return all.reduce((total, sample) => (sample.name === name ? total + sample.value : total), 0);
}

/** What the console draws. */
export interface Rates {
  readonly at: number;
  readonly eventsPerSecond: number;
  readonly deliveriesPerSecond: number;
  readonly commandsPerSecond: number;
  /** Mean of the commands since the sample before, in milliseconds. */
  readonly commandMs: number;
  readonly connections: number;
}

/** Rates from the counters of two samples of one node. */
export class Meter {
  #before: { at: number; events: number; deliveries: number; commands: number; seconds: number } | undefined;

  /** The rates since the sample before; undefined for the first one, and where the node was started anew. */
  take(text: string, at: number): Rates | undefined {
    const all = samples(text);
    const now = {
      at,
      events: sum(all, "hawser_store_events_total"),
      deliveries: sum(all, "hawser_deliveries_total"),
      commands: sum(all, "hawser_commands_seconds_count"),
      seconds: sum(all, "hawser_commands_seconds_sum"),
    };
    const before = this.#before;
    this.#before = now;
    if (!before || now.events < before.events || at <= before.at) return undefined;
    const seconds = (at - before.at) / 1000;
    const commands = now.commands - before.commands;
    return {
      at,
      eventsPerSecond: (now.events - before.events) / seconds,
      deliveriesPerSecond: (now.deliveries - before.deliveries) / seconds,
      commandsPerSecond: commands / seconds,
      commandMs: commands > 0 ? ((now.seconds - before.seconds) / commands) * 1000 : 0,
      connections: sum(all, "hawser_connections"),
    };
  }
}
