import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "charts/**/*.test.ts"],
    testTimeout: 20_000,
    // one worker fewer, which is usual, would be half of a small machine
    maxWorkers: "100%",
  },
});
