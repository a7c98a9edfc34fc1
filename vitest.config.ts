import { defineConfig } from "vitest/config";

/** Spawned programs and real Redis servers take longer than what runs in-process. */
const spawningTimeoutMs = 60_000;

/** `npm test` takes nothing from outside this repository: test/spec and test/clients do, and have configurations of their own. */
export default defineConfig({
  test: {
    globalSetup: "test/support/run-folder.ts",
    projects: [
      { test: { name: "unit", include: ["test/{unit,http,store,protocol}/**/*.test.ts"] } },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: spawningTimeoutMs,
          hookTimeout: spawningTimeoutMs,
        },
      },
    ],
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      exclude: ["src/cli/main.ts"],
      reporter: [["text", { skipFull: true }], "html"],
      thresholds: {
        lines: 90,
        branches: 85,
        "src/operations/**": { lines: 100 },
        "src/private-link/state-machine.ts": { lines: 100 },
      },
    },
  },
});
