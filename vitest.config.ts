import { defineConfig } from "vitest/config";
import { isThisNodeNewEnough, oldestNodeMajor } from "./scripts/runtime.js";
import { SummaryReporter } from "./test/support/summary-reporter.ts";

if (!isThisNodeNewEnough()) {
  process.stderr.write(
    `The tests need Node.js ${oldestNodeMajor} or newer and this is ${process.version}: use npm test, which has its own.\n`,
  );
  process.exit(1);
}

/**
 * Tests wait for what they name, never for a time to pass: a limit ends what hangs, and has to let pass what a machine
 * does slowly whose processors are all busy (property tests took 6 s there; a spawned program with its Redis 20 s).
 */
const limits = { testTimeout: 60_000, hookTimeout: 60_000 };

/** V8's young generation in megabytes: most of what a test makes is garbage before it is full, which saves a tenth of the time. */
const youngMb = 64;

/** Test files share what they load: loading it for each file costs more than most of the tests. */
const shared = { isolate: false, execArgv: [`--max-semi-space-size=${youngMb}`], ...limits };

const inProcess = { name: "unit", include: ["test/{unit,http,store,protocol}/**/*.test.ts"], ...shared };
const endToEnd = { name: "e2e", include: ["test/e2e/**/*.test.ts"], ...shared };

/** `npm test` takes nothing from outside this repository: test/spec and test/clients do, and have configurations of their own. */
export default defineConfig({
  test: {
    globalSetup: "test/support/run-folder.ts",
    reporters: ["minimal", new SummaryReporter()],
    projects: [{ test: inProcess }, { test: endToEnd }],
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
