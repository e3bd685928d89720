import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Every piece of code for a page or a test that a document prints. */
function snippets(document: string): string[] {
  const blocks = readFileSync(at(document), "utf8").matchAll(/^```(js|jsx|ts|html)\n(.*?)^```/gms);
  const codes = Array.from(blocks, ([, language, code = ""]) =>
    language === "html" ? (/<script type="module">(.*?)<\/script>/s.exec(code)?.[1] ?? "") : code,
  );
  // What shows a shape has no types, and a raw wire has nothing of the package.
  return codes.filter((code) => code !== "" && !code.startsWith("interface") && !code.includes("new WebSocket("));
}

/** What the snippets leave to their reader. */
const SURROUNDINGS = `
import { HawserSession as Session_, MessageBus as Bus_, type SessionState, WebSocketClient as Client_ } from "@hawser/client";
import "@hawser/client/elements";
import { FakeServer as Server_ } from "@hawser/client/testing";
declare global {
  var url: string, conversationId: string, token: string;
  function fetchToken(): Promise<string>;
  function render(...what: unknown[]): void;
  var HawserSession: typeof Session_, WebSocketClient: typeof Client_, FakeServer: typeof Server_;
  function getToken(): Promise<string>;
}
document.createElement("hawser-chat").session = new Session_();
document.querySelector("connection-status")!.client = new Client_();
export const state: SessionState = new Session_().getSnapshot();
const { bus } = new Client_();
bus.subscribe("data.text.delta", ({ payload }) => payload.delta.length);
bus.subscribe("data.run.*", ({ type, payload }) => [type satisfies \`data.run.\${string}\`, payload.runId]);
bus.subscribe("*", (message) => message.type === "control.notice" && message.payload.name);
const own = new Bus_();
own.subscribe("a.b", ({ type, text }) => [type, text]);
own.publish({ type: "a.b", text: "hello" });
`;

/** A page of somebody else's: the elements in JSX. */
const PAGE = `
import type { HawserSession } from "@hawser/client";
import { useHawserSession } from "@hawser/client/react";
export const Page = ({ session }: { session: HawserSession }) => (
  <main>
    {useHawserSession(session).messages.length}
    <hawser-chat className="chat" session={session} placeholder="Say something" ref={(chat) => chat?.focus()} />
    <hawser-chat url="https://gateway.example.com" conversation-id="c" />
    <connection-status client={session.client} />
  </main>
);
`;

/** Writes a module for every snippet, so that a compiler may read them. */
export function writeSnippets(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [index, code] of ["../README.md", "README.md", "../docs/client.md"].flatMap(snippets).entries()) {
    const text = code
      .replaceAll(/"http[^"]*\/hawser\.js"/g, '"@hawser/client"')
      .replaceAll("=> …", "=> {}")
      .replaceAll(/^\s*…$/gm, "return null;")
      .replace("{ session })", "{ session }: { session: import('@hawser/client').HawserSession })");
    writeFileSync(`${folder}/${index}.tsx`, `${text}\nexport {};\n`);
  }
  writeFileSync(`${folder}/surroundings.ts`, SURROUNDINGS);
  writeFileSync(`${folder}/page.tsx`, PAGE);
}
