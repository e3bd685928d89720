import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const LAUNCHER = fileURLToPath(new URL("../../hawser", import.meta.url));
/** On a slow and busy machine. */
const READY_MS = 300_000;

/**
 * A gateway in a process of its own, behind a wire that a test can cut. Browsers reach it at `origin`, which stays the same
 * when it is killed and started again on the same data.
 */
export class Gateway {
  readonly wire: Wire;
  readonly #data = mkdtempSync(join(tmpdir(), "hawser-browser-"));
  readonly #environment: Readonly<Record<string, string>>;
  #process: ChildProcess | undefined;

  private constructor(wire: Wire, environment: Readonly<Record<string, string>>) {
    this.wire = wire;
    this.#environment = environment;
  }

  /** Starts a demo gateway; `environment` holds keys of its configuration, such as `HAWSER_DRAIN_PERIOD`. */
  static async start(environment: Readonly<Record<string, string>> = {}): Promise<Gateway> {
    const gateway = new Gateway(await Wire.open(), environment);
    await gateway.restart();
    return gateway;
  }

  /** What browsers reach it by. */
  get origin(): string {
    return `http://127.0.0.1:${this.wire.port}`;
  }

  /** Starts the process again on the same data; ends when it is ready. */
  async restart(): Promise<void> {
    const child = spawn(LAUNCHER, ["demo", "--port", "0", "--data", this.#data], {
      env: {
        ...outside(),
        HAWSER_SERVER_PUBLIC_URL: this.origin,
        HAWSER_LOG_LEVEL: "warn",
        ...this.#environment,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#process = child;
    const url = await new Promise<URL>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("the gateway is not ready in time")), READY_MS);
      child.once("exit", (code, signal) => {
        clearTimeout(late);
        // Its port may be somebody else's from now on.
        if (this.#process === child) this.wire.to(undefined);
        reject(new Error(`the gateway ended with ${code ?? signal}`));
      });
      createInterface(child.stdout).on("line", (line) => {
        const ready = /^hawser ready (\S+)$/.exec(line);
        if (!ready?.[1]) return;
        clearTimeout(late);
        resolve(new URL(ready[1]));
      });
    });
    this.wire.to(Number(url.port));
  }

  /** Ends the process with a signal and waits for that; the exit code, null where the signal killed it. */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null> {
    const ended = this.ended();
    this.#process?.kill(signal);
    return ended;
  }

  /** Waits until the process has ended; the exit code, null where a signal killed it. */
  async ended(): Promise<number | null> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    return new Promise((resolve) => child.once("exit", (code) => resolve(code)));
  }

  /** A development token that this gateway accepts. */
  async token(user: string, ttl: string, tenant = "acme", ...more: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(
      LAUNCHER,
      [...["token", "--tenant", tenant, "--user", user], ...["--ttl", ttl, "--data", this.#data], ...more],
      { env: outside() },
    );
    return stdout.trim();
  }

  /** Ends everything and removes the data. */
  async stop(): Promise<void> {
    await this.end("SIGKILL");
    await this.wire.close();
    rmSync(this.#data, { recursive: true, force: true });
  }
}

/** The environment without what would change the gateway's configuration. */
function outside(): NodeJS.ProcessEnv {
  const kept = ["HAWSER_JAVA_HOME", "HAWSER_JAVA_OPTS"];
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("HAWSER_") || kept.includes(name)),
  );
}

/** A TCP wire between browsers and a gateway that can be cut, frozen and mended. */
export class Wire {
  readonly port: number;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #target: number | undefined;
  #frozen = false;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
    server.on("connection", (near) => this.#join(near));
  }

  static async open(): Promise<Wire> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return new Wire(server, address.port);
  }

  /** Where new connections lead; nowhere: they are refused. */
  to(port: number | undefined): void {
    this.#target = port;
  }

  /** Connections under way. */
  get size(): number {
    return this.#pairs.size;
  }

  /** Cuts every connection without a word of the protocol. */
  cut(): void {
    for (const [near, far] of this.#pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  /** Nothing passes any more, and nobody is told. New connections are taken and hang. */
  freeze(): void {
    this.#frozen = true;
    for (const sockets of this.#pairs) for (const socket of sockets) socket.pause();
  }

  /** Mends it: what was held back passes, unless its connection has been given up. */
  thaw(): void {
    this.#frozen = false;
    for (const sockets of this.#pairs) for (const socket of sockets) socket.resume();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #join(near: Socket): void {
    if (this.#target === undefined) {
      near.on("error", () => {});
      near.resetAndDestroy();
      return;
    }
    const far = connect(this.#target, "127.0.0.1");
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on("data", (bytes) => to.write(bytes));
      // What came before the end goes first.
      from.on("end", () => to.end());
      from.on("error", () => to.destroy());
      from.on("close", () => {
        if (!from.readableEnded) to.destroy();
        if (to.destroyed) this.#pairs.delete(pair);
      });
      if (this.#frozen) from.pause();
    }
  }
}
