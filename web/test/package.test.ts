import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { writeSnippets } from "./snippets.js";

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const manifest = JSON.parse(readFileSync(at("package.json"), "utf8"));
const MAX_CLIENT_BYTES = 12 * 1024;

describe("the package as npm carries it", () => {
  beforeAll(() => {
    rmSync(at("dist"), { recursive: true, force: true });
    execFileSync("npm", ["run", "--silent", "prepack"], { cwd: at("."), stdio: ["ignore", "ignore", "inherit"] });
  });

  test.each(Object.entries(manifest.exports as Record<string, { types: string; default: string }>))(
    "%s has a module, types and a source map",
    (_, { types, default: module }) => {
      expect(existsSync(at(types))).toBe(true);
      expect(existsSync(at(module))).toBe(true);
    },
  );

  test("the client runs where there is no page, and has a source map", async () => {
    const { WebSocketClient, HawserSession } = await import(at("dist/index.js"));
    expect(new WebSocketClient({ url: "ws://gateway.test/" }).state).toBe("disconnected");
    expect(new HawserSession({ url: "ws://gateway.test/" }).getSnapshot().messages).toEqual([]);
    const { sources, sourcesContent } = JSON.parse(readFileSync(at("dist/index.js.map"), "utf8"));
    expect(sources).toContain("../client/client.ts");
    expect(sourcesContent).toHaveLength(sources.length);
  });

  test("it can be bundled where A2UI's packages are missing: bundlers see that they may be", () => {
    const text = readFileSync(at("dist/elements.js"), "utf8");
    expect(text).toMatch(
      /try\s*\{.{0,40}await import\(.@a2ui\/lit.{0,60}await import\(.@a2ui\/web_core.{0,80}\}\s*catch/,
    );
  });

  test("the client depends on nothing and is small", () => {
    const text = readFileSync(at("dist/index.js"), "utf8");
    const parts = Array.from(text.matchAll(/(?:from|import)\s*"([^"]+)"/g), ([, name]) => name!);
    let bytes = gzipSync(text).length;
    for (const part of parts) {
      // A part that it shares with another export; nothing of another package.
      expect(part).toMatch(/^\.\//);
      bytes += gzipSync(readFileSync(at(`dist/${part}`))).length;
    }
    expect(bytes).toBeLessThanOrEqual(MAX_CLIENT_BYTES);
  });

  test.each([
    ["ESNext", "bundler"],
    ["Node16", "node16"],
  ])("what the documents print fits its types: %s, %s", (module, moduleResolution) => {
    const folder = at(`target/snippets-${moduleResolution}`);
    writeSnippets(folder);
    const compilerOptions = {
      module,
      moduleResolution,
      target: "ES2022",
      lib: ["ES2023", "DOM", "DOM.Iterable"],
      types: [],
      jsx: "react-jsx",
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
    };
    writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions, include: ["*"] }));
    const { stdout } = spawnSync("npx", ["tsc", "-p", folder], { cwd: at("."), encoding: "utf8" });
    expect(stdout).toBe("");
  });

  test("it carries its licence, and nothing but what it needs", () => {
    const packed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: at(".") });
    const files: string[] = JSON.parse(String(packed))[0].files.map(({ path }: { path: string }) => path);
    expect(files.filter((path) => !path.startsWith("dist/")).sort()).toEqual(["LICENSE", "README.md", "package.json"]);
  });

  test("the lock file names no registry", () => {
    for (const file of ["package-lock.json", "browser/package-lock.json"]) {
      expect(readFileSync(at(file), "utf8")).not.toContain('"resolved"');
    }
  });
});
