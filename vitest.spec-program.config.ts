import { defineConfig } from "vitest/config";

/** The part of the spec suite that only sends requests, against programs that run from the bundle. */
export default defineConfig({
  test: {
    name: "spec-program",
    include: ["test/spec/{examples,network-versions,version-sweep}.test.ts"],
    globalSetup: "test/spec/start-programs.ts",
    // They use the same resource group of the same programs.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
