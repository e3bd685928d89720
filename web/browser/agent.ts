import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Answer {
  readonly response: ServerResponse;
  readonly total: number;
  said: number;
}

/**
 * An agent of the type `http` that counts to the number it is told, as the demo agent's `/count` does, but no further than a
 * test lets it: what happens in the middle of an answer does so however slow anything is.
 */
export class PacedAgent {
  readonly #server: Server;
  readonly #answers: Answer[] = [];
  #upTo = 0;

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", async (request, response: ServerResponse) => {
      let body = "";
      for await (const piece of request.setEncoding("utf8")) body += piece;
      const answer = { response, total: Number(JSON.parse(body).message), said: 0 };
      response.writeHead(200, { "Content-Type": "application/x-ndjson" });
      this.#answers.push(answer);
      this.#goOn(answer);
    });
  }

  static async open(): Promise<PacedAgent> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new PacedAgent(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Lets it count up to that number, now and from now on. */
  let(upTo: number): void {
    this.#upTo = upTo;
    for (const answer of this.#answers) this.#goOn(answer);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #goOn(answer: Answer): void {
    const { response, total } = answer;
    if (response.writableEnded) return;
    while (answer.said < Math.min(total, this.#upTo)) {
      answer.said += 1;
      response.write(`${JSON.stringify({ type: "text.delta", messageId: "m", delta: `${answer.said} ` })}\n`);
    }
    if (answer.said === total) response.end();
  }
}
