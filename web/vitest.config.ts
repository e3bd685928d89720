import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    environment: "node",
    restoreMocks: true,
    testTimeout: 60_000,
    // Few cores, many small files: threads start faster than processes.
    pool: "threads",
  },
});
