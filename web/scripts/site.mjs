// Builds what the gateway serves into target/site: hawser.js, elements.js, and the pages beside them.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const configFile = at("../vite.config.ts");

await build({ configFile, mode: "hawser" });
await build({ configFile, mode: "elements" });
if (readdirSync(at("../pages")).some((name) => name.endsWith(".html"))) await build({ configFile, mode: "pages" });
