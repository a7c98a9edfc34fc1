import { defineConfig } from "vitest/config";

/**
 * Holds the product against Microsoft's published OpenAPI document and definitions of resource types, which are not part
 * of this repository.
 */
export default defineConfig({
  test: {
    name: "spec",
    include: ["test/spec/**/*.test.ts"],
    globalSetup: "test/spec/record-http-suite.ts",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
