import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  test: {
    include: ["*.test.ts"],
    environment: "node",
    // One browser and one gateway at a time: the machine is small.
    fileParallelism: false,
    // These are for what hangs; tests wait for conditions.
    testTimeout: 900_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 240_000, interval: 100 } },
  },
});
