import { defineConfig } from "vitest/config";

/** Programs, packages to install and browsers take their time. */
const timeoutMs = 120_000;

export default defineConfig({
  test: {
    name: "clients",
    root: import.meta.dirname,
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    unstubEnvs: true,
  },
});
