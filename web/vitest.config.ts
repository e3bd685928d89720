import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    environment: "node",
    restoreMocks: true,
    // These are for what hangs, on machines that are slow and busy; tests control the clock or wait for conditions.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
    // Few cores, many small files: threads start faster than processes.
    pool: "threads",
  },
});
