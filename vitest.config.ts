import { defineConfig } from "vitest/config";

/**
 * Tests wait for what they name, never for a time to pass: a limit ends what hangs, and has to let pass what a machine
 * does slowly whose processors are all busy (property tests took 6 s there; a spawned program with its Redis 20 s).
 */
const limits = { testTimeout: 60_000, hookTimeout: 60_000 };

/** `npm test` takes nothing from outside this repository: test/spec and test/clients do, and have configurations of their own. */
export default defineConfig({
  test: {
    globalSetup: "test/support/run-folder.ts",
    projects: [
      { test: { name: "unit", include: ["test/{unit,http,store,protocol}/**/*.test.ts"], ...limits } },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          ...limits,
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
