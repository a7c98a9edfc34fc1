import { expect, test } from "vitest";
import type { RedisSearch } from "../../../src/data-plane/redis/redis-binary.ts";
import { resolveSettings } from "../../../src/cli/settings/resolve.ts";
import { welcome } from "../../../src/cli/welcome.ts";

const homeDir = "/home/tester";
const running = {
  origin: "https://localhost:8443",
  caPemPath: "/home/tester/.cuprite/ca.pem",
  managedIdentityUrl: "http://127.0.0.1:41234",
  ownerPasswordPath: undefined,
  redis: undefined,
};

function greeting(flags: Record<string, string | boolean>, redis?: RedisSearch): string {
  const resolved = resolveSettings({ flags: new Map(Object.entries(flags)), env: {}, homeDir, workingDir: "/work" });
  if ("problems" in resolved) throw new Error(resolved.problems.join("\n"));
  return welcome({ settings: resolved.settings, running: { ...running, redis }, homeDir });
}

test("the greeting lists all addresses and files and the command for a token", () => {
  expect(greeting({})).toMatch(/^Cuprite \d+\.\d+\.\d+ is ready\.\n/);
  expect(greeting({})).toContain(
    [
      "  Resource Manager  https://localhost:8443",
      "  CA certificate    /home/tester/.cuprite/ca.pem",
      "  Managed identity  http://127.0.0.1:41234",
      "  Data directory    /home/tester/.cuprite",
      "  Access token      npx cuprite token\n",
    ].join("\n"),
  );
  expect(greeting({})).not.toContain("curl");
});

test("the greeting names the Redis of databases, or says what to do when there is none", () => {
  const found = {
    path: "/usr/bin/redis-server",
    version: "7.0.15",
    redisVersion: "7.0.15",
    moduleFolder: "",
    setpriv: undefined,
  };
  expect(greeting({}, { found })).toContain("  Redis             7.0.15, /usr/bin/redis-server\n");
  expect(greeting({}, { missing: "There is no Redis." })).toContain("\n\nThere is no Redis.\n");
});

test("the token command names a data directory that is not the default", () => {
  expect(greeting({ "data-dir": "/data" })).toContain("npx cuprite token --data-dir /data\n");
  expect(greeting({ "data-dir": "/my data" })).toContain('npx cuprite token --data-dir "/my data"\n');
});

test("the greeting names the file with the owner's password", () => {
  const ownerPasswordPath = "/home/tester/.cuprite/owner-password";
  const resolved = resolveSettings({ flags: new Map([["strict", true]]), env: {}, homeDir, workingDir: "/work" });
  if ("problems" in resolved) throw new Error(resolved.problems.join("\n"));
  const text = welcome({ settings: resolved.settings, running: { ...running, ownerPasswordPath }, homeDir });
  expect(text).toContain(`  Owner's password  ${ownerPasswordPath}\n`);
  expect(greeting({ strict: true })).not.toContain("password");
});

test.each([
  ["0.0.0.0", true],
  ["::", true],
  ["192.0.2.1", true],
  ["127.0.0.1", false],
  ["127.8.0.1", false],
  ["::1", false],
  ["localhost", false],
])("the greeting warns of --listen %s without --strict: %s", (listen, warns) => {
  const warning = `\n\nWarning: Everybody who can reach ${listen} may do everything here`;
  expect(greeting({ listen }).includes(warning)).toBe(warns);
  expect(greeting({ listen, strict: true })).not.toContain("Warning");
});

test("the greeting of the demonstration has a command that can be pasted", () => {
  expect(greeting({ demo: true })).toContain(
    [
      '  curl --cacert /home/tester/.cuprite/ca.pem -H "Authorization: Bearer $(npx cuprite token)" \\',
      '    "https://localhost:8443/subscriptions/e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f/resourceGroups/rg1/providers/Microsoft.Cache' +
        '/redisEnterprise/cache1/privateEndpointConnections?api-version=2025-07-01"',
    ].join("\n"),
  );
});
