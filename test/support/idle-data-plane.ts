import type { DatabaseDataPlane } from "../../src/providers/microsoft.cache/data-plane.ts";

/** A data plane whose calls do nothing and resolve at once. */
export const idleDataPlane: DatabaseDataPlane = {
  redisVersion: () => "7.4",
  trouble: () => undefined,
  installedVersion: async () => "7.4",
  applied: async () => undefined,
  started: async () => undefined,
  upgrade: async () => undefined,
  checkModules: async () => [],
  checkAccessString: async () => undefined,
  dumpRefusal: async () => undefined,
  flush: async () => undefined,
  importData: async () => undefined,
  exportData: async () => undefined,
};
