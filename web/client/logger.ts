/** How much is logged: each level includes those before it. */
export type LogLevel = "silent" | "error" | "warn" | "info" | "debug";

const LEVELS: readonly LogLevel[] = ["silent", "error", "warn", "info", "debug"];

/** Where log lines go; the console has this shape. */
export interface LogSink {
  error(...parts: unknown[]): void;
  warn(...parts: unknown[]): void;
  info(...parts: unknown[]): void;
  debug(...parts: unknown[]): void;
}

/**
 * A logger with a name such as `protocol:wire`. Logs warnings and errors, and everything where the item `debug` of
 * `localStorage` matches the name (`protocol:*`, several separated by commas or spaces, `-name` to leave one out). Nothing
 * that it is given by the client holds a token, a ticket or the text of a message.
 */
export class Logger {
  readonly name: string;
  level: LogLevel;
  readonly #sink: LogSink;

  constructor(name: string, level: LogLevel = levelOf(name), sink: LogSink = console) {
    this.name = name;
    this.level = level;
    this.#sink = sink;
  }

  /** A logger of the same level and sink, named `parent:name`. */
  child(name: string): Logger {
    const full = `${this.name}:${name}`;
    return new Logger(full, enabledByDebug(full) ? "debug" : this.level, this.#sink);
  }

  error(...parts: unknown[]): void {
    this.#log("error", parts);
  }

  warn(...parts: unknown[]): void {
    this.#log("warn", parts);
  }

  info(...parts: unknown[]): void {
    this.#log("info", parts);
  }

  debug(...parts: unknown[]): void {
    this.#log("debug", parts);
  }

  #log(level: Exclude<LogLevel, "silent">, parts: unknown[]): void {
    if (LEVELS.indexOf(level) <= LEVELS.indexOf(this.level)) this.#sink[level](`[${this.name}]`, ...parts);
  }
}

function levelOf(name: string): LogLevel {
  return enabledByDebug(name) ? "debug" : "warn";
}

function enabledByDebug(name: string): boolean {
  let wanted: string | null = null;
  try {
    wanted = globalThis.localStorage?.getItem("debug") ?? null;
  } catch {
    // A page may be forbidden to look at its storage.
  }
  let enabled = false;
  for (const word of wanted?.split(/[\s,]+/) ?? []) {
    const off = word.startsWith("-");
    const pattern = off ? word.slice(1) : word;
    const fits = pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern !== "" && name === pattern;
    // `protocol:*` means the logger `protocol`, too.
    if (fits || pattern === `${name}:*`) {
      if (off) return false;
      enabled = true;
    }
  }
  return enabled;
}
