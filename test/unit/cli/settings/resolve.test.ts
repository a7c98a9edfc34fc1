import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { resolveSettings, type ResolvedSettings, type SettingSources } from "../../../../src/cli/settings/resolve.ts";
import { logLevels } from "../../../../src/cli/settings/values.ts";
import { logLevels as kernelLogLevels } from "../../../../src/kernel/log.ts";
import type { Settings } from "../../../../src/app/settings.ts";
import { tempDir } from "../../../support/temp-dir.ts";

const resolve = (changes: Partial<Omit<SettingSources, "flags">> & { flags?: Record<string, string | boolean> } = {}) =>
  resolveSettings({
    env: {},
    homeDir: "/home/tester",
    workingDir: "/work",
    ...changes,
    flags: new Map(Object.entries(changes.flags ?? {})),
  });

function settingsOf(resolved: ResolvedSettings): Settings {
  if ("problems" in resolved) throw new Error(resolved.problems.join("\n"));
  return resolved.settings;
}

const problemsOf = (resolved: ResolvedSettings): readonly string[] => ("problems" in resolved ? resolved.problems : []);

/** Writes a configuration file into a new folder and gives both paths. */
async function configFile(content: unknown): Promise<{ folder: string; path: string }> {
  const folder = await tempDir();
  const path = join(folder, "config.json");
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return { folder, path };
}

test("every setting has a default", () => {
  expect(settingsOf(resolve())).toEqual({
    listen: "127.0.0.1",
    port: 8443,
    dataDir: "/home/tester/.cuprite",
    memoryMb: 1024,
    timing: { kind: "instant" },
    demo: false,
    subscriptions: ["e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f"],
    redirectUris: [],
    origins: [],
    strict: false,
    ownerPassword: "",
    unknownPrincipals: false,
    logLevel: "info",
    managedIdentityPort: 0,
    dataPlane: true,
    redisMemoryMib: 1024,
    redisConnections: { all: undefined, bySku: {} },
    redisIdleSeconds: { all: undefined, bySku: {} },
    azureCertificates: false,
    redisModules: "",
    retiredSkus: false,
    lenientModules: false,
    stopWithParent: false,
    dumpFolder: "",
    linkLocalTransfers: false,
    dnsPort: 0,
    dnsAnswers: "dialable",
    dnsForward: false,
  });
});

test("a flag takes precedence over a variable, a variable over the file, the file over the default", async () => {
  const { path } = await configFile({ port: 1003, timing: "azure", logLevel: "warn" });
  const resolved = resolve({
    flags: { port: "1001", config: path },
    env: { CUPRITE_PORT: "1002", CUPRITE_TIMING: "250" },
  });
  expect(settingsOf(resolved)).toMatchObject({
    port: 1001,
    timing: { kind: "fixed", durationMs: 250 },
    logLevel: "warn",
    listen: "127.0.0.1",
  });
  expect("origins" in resolved && Object.fromEntries(resolved.origins)).toMatchObject({
    port: "--port",
    timing: "CUPRITE_TIMING",
    logLevel: path,
    listen: "default",
  });
});

test("every setting has a variable", () => {
  const env = {
    CUPRITE_LISTEN: "::1",
    CUPRITE_PORT: "0",
    CUPRITE_DATA_DIR: "/var/cuprite",
    CUPRITE_TIMING: "azure",
    CUPRITE_DEMO: "1",
    CUPRITE_SUBSCRIPTIONS: "11111111-2222-4333-8444-55555555555A, 11111111-2222-4333-8444-55555555555b",
    CUPRITE_REDIRECT_URIS: "https://app.example/back, my-app://done,https://app.example/back",
    CUPRITE_ORIGINS: "https://DevBox:443/, https://localhost:9443,https://devbox",
    CUPRITE_LOG_LEVEL: "silent",
    CUPRITE_MANAGED_IDENTITY_PORT: "65535",
    CUPRITE_DATA_PLANE: "false",
    CUPRITE_REDIS_MEMORY_MIB: "64",
    CUPRITE_REDIS_CONNECTIONS: "50",
    CUPRITE_REDIS_IDLE_SECONDS: "0",
    CUPRITE_AZURE_CERTIFICATES: "true",
    CUPRITE_REDIS_MODULES: "/opt/modules",
    CUPRITE_LENIENT_MODULES: "true",
    CUPRITE_STOP_WITH_PARENT: "true",
    CUPRITE_DUMP_FOLDER: "/var/dumps",
    CUPRITE_LINK_LOCAL_TRANSFERS: "1",
    CUPRITE_STRICT: "true",
    CUPRITE_OWNER_PASSWORD: "12345678",
    CUPRITE_MEMORY_MB: "64",
    CUPRITE_UNKNOWN_PRINCIPALS: "1",
    CUPRITE_RETIRED_SKUS: "1",
    CUPRITE_DNS_PORT: "5353",
    CUPRITE_DNS_ANSWERS: "vnet",
    CUPRITE_DNS_FORWARD: "1",
  };
  expect(settingsOf(resolve({ env }))).toEqual({
    listen: "::1",
    port: 0,
    dataDir: "/var/cuprite",
    memoryMb: 64,
    timing: { kind: "azure" },
    demo: true,
    subscriptions: ["11111111-2222-4333-8444-55555555555a", "11111111-2222-4333-8444-55555555555b"],
    redirectUris: ["https://app.example/back", "my-app://done"],
    origins: ["https://devbox", "https://localhost:9443"],
    strict: true,
    ownerPassword: "12345678",
    unknownPrincipals: true,
    logLevel: "silent",
    managedIdentityPort: 65_535,
    dataPlane: false,
    redisMemoryMib: 64,
    redisConnections: { all: 50, bySku: {} },
    redisIdleSeconds: { all: 0, bySku: {} },
    azureCertificates: true,
    redisModules: "/opt/modules",
    retiredSkus: true,
    lenientModules: true,
    stopWithParent: true,
    dumpFolder: "/var/dumps",
    linkLocalTransfers: true,
    dnsPort: 5353,
    dnsAnswers: "vnet",
    dnsForward: true,
  });
});

test.each(["devbox", "http://devbox", "https://devbox/path", "https://me@devbox", "https://a,", "https://a?b"])(
  "an invalid origin is refused: %s",
  (origin) => {
    expect(problemsOf(resolve({ flags: { origins: origin } }))).toEqual([
      `origins: ${JSON.stringify(origin)} from --origins is not a list of https URLs without path, separated by commas.`,
    ]);
  },
);

test("a password that is too short is refused without being printed", () => {
  expect(problemsOf(resolve({ env: { CUPRITE_OWNER_PASSWORD: "hunter2" } }))).toEqual([
    "ownerPassword: the value from CUPRITE_OWNER_PASSWORD is not at least 8 characters.",
  ]);
});

test("the file accepts JSON numbers, booleans and lists", async () => {
  const redirectUris = ["https://app.example/a,b", "https://app.example/c"];
  const { path } = await configFile({ port: 1003, timing: 250, demo: true, redirectUris });
  expect(settingsOf(resolve({ env: { CUPRITE_CONFIG: path } }))).toMatchObject({
    port: 1003,
    timing: { kind: "fixed", durationMs: 250 },
    demo: true,
    redirectUris,
  });
});

test.each([
  "/back",
  "app.example",
  "https://app.example/#a",
  "https://me@app.example/",
  "javascript:alert(1)",
  "https://a,",
])("an impossible redirect URI is refused: %s", (uri) => {
  expect(problemsOf(resolve({ flags: { "redirect-uris": uri } }))).toEqual([
    `redirectUris: ${JSON.stringify(uri)} from --redirect-uris is not a list of absolute URIs without fragment, user or script, separated by commas.`,
  ]);
});

test("an empty variable counts as not set", () => {
  expect(settingsOf(resolve({ env: { CUPRITE_PORT: "", CUPRITE_CONFIG: "" } }))).toMatchObject({ port: 8443 });
});

test("a switch that a variable turns on can be turned off by its flag", () => {
  expect(settingsOf(resolve({ env: { CUPRITE_DEMO: "true" }, flags: { demo: false } }))).toMatchObject({ demo: false });
});

test("config.json is read from the data directory that a flag or a variable names", async () => {
  const { folder } = await configFile({ port: 1003 });
  expect(settingsOf(resolve({ flags: { "data-dir": folder } }))).toMatchObject({ port: 1003, dataDir: folder });
  expect(settingsOf(resolve({ env: { CUPRITE_DATA_DIR: folder } }))).toMatchObject({ port: 1003, dataDir: folder });
});

test("config.json in the data directory is not read when another file is named", async () => {
  const { folder } = await configFile({ port: 1003 });
  const { path } = await configFile({ logLevel: "warn" });
  const resolved = resolve({ flags: { "data-dir": folder, config: path } });
  expect(settingsOf(resolved)).toMatchObject({ port: 8443, logLevel: "warn" });
});

test("config.json in the data directory cannot move the data directory", async () => {
  const { folder, path } = await configFile({ dataDir: "/elsewhere" });
  expect(problemsOf(resolve({ flags: { "data-dir": folder } }))).toEqual([
    `dataDir: ${path} lies in the data directory and cannot say where that is; use --data-dir.`,
  ]);
});

test("a path is relative to the file that has it, or to the working directory, and ~ is the home directory", async () => {
  const { folder, path } = await configFile({ dataDir: "data" });
  expect(settingsOf(resolve({ flags: { config: path } })).dataDir).toBe(join(folder, "data"));
  expect(settingsOf(resolve({ flags: { "data-dir": "data" } })).dataDir).toBe("/work/data");
  expect(settingsOf(resolve({ env: { CUPRITE_DATA_DIR: "~/data" } })).dataDir).toBe("/home/tester/data");
  expect(settingsOf(resolve({ env: { CUPRITE_DATA_DIR: "~" } })).dataDir).toBe("/home/tester");
  expect(settingsOf(resolve({ env: { CUPRITE_DATA_DIR: "~data" } })).dataDir).toBe("/work/~data");
});

test("all problems are listed together, each with the setting, the value and where it comes from", async () => {
  const { path } = await configFile({ logLevel: "loud", demo: "maybe", listne: "::", timing: null, subscriptions: [] });
  const resolved = resolve({
    flags: { port: "65536", config: path },
    env: { CUPRITE_LISTEN: "example.com", CUPRITE_MANAGED_IDENTITY_PORT: "-1" },
  });
  expect(problemsOf(resolved)).toEqual([
    `listne: ${path} has a setting of this name, and there is none. Did you mean "listen"?`,
    'port: "65536" from --port is not a whole number from 0 to 65535.',
    'listen: "example.com" from CUPRITE_LISTEN is not an IP address or localhost.',
    `timing: null from ${path} is not instant, azure or a whole number of milliseconds up to a day.`,
    `demo: "maybe" from ${path} is not true or false.`,
    `subscriptions: [] from ${path} is not one or more GUIDs, separated by commas.`,
    `logLevel: "loud" from ${path} is not one of fatal, error, warn, info, debug, trace, silent.`,
    'managedIdentityPort: "-1" from CUPRITE_MANAGED_IDENTITY_PORT is not a whole number from 0 to 65535.',
  ]);
});

test.for(["", "1.5", "0x50", " 80", "1e3", "99999", "123456"])("the port %j is refused", (text) => {
  expect(problemsOf(resolve({ flags: { port: text } }))).toEqual([
    `port: ${JSON.stringify(text)} from --port is not a whole number from 0 to 65535.`,
  ]);
});

test.for(["", "fast", "1.5", "-1", "86400001", "1s"])("the timing %j is refused", (text) => {
  expect(problemsOf(resolve({ flags: { timing: text } }))).toHaveLength(1);
});

test("a day is the longest timing", () => {
  expect(settingsOf(resolve({ flags: { timing: "86400000" } })).timing).toEqual({
    kind: "fixed",
    durationMs: 86_400_000,
  });
});

describe("a number for each SKU", () => {
  const connections = (given: string): object =>
    settingsOf(resolve({ flags: { "redis-connections": given } })).redisConnections;

  test.each([
    ["azure", { all: undefined, bySku: {} }],
    ["100", { all: 100, bySku: {} }],
    ["default=100", { all: 100, bySku: {} }],
    ["balanced_b0=5, Enterprise_E10 = 7", { all: undefined, bySku: { Balanced_B0: 5, Enterprise_E10: 7 } }],
    ["Balanced_B0=5,default=100", { all: 100, bySku: { Balanced_B0: 5 } }],
  ])("reads numbers by SKU from '%s'", (given, expected) => {
    expect(connections(given)).toEqual(expected);
  });

  test.each(["", "0", "many", "Balanced_B2=5", "Balanced_B0=", "=5", "Balanced_B0=5=6", "Balanced_B0=1,balanced_b0=2"])(
    "refuses '%s' as numbers by SKU",
    (given) => {
      expect(problemsOf(resolve({ flags: { "redis-connections": given } }))).toEqual([
        `redisConnections: ${JSON.stringify(given)} from --redis-connections is not azure, a whole number of at least 1, or a list such as Balanced_B0=100,default=5000 of SKUs that exist.`,
      ]);
    },
  );

  test("reads numbers by SKU from an object or a number in the file", async () => {
    const { path } = await configFile({ redisConnections: { Balanced_B0: 5, default: 100 }, redisIdleSeconds: 30 });
    expect(settingsOf(resolve({ flags: { config: path } }))).toMatchObject({
      redisConnections: { all: 100, bySku: { Balanced_B0: 5 } },
      redisIdleSeconds: { all: 30, bySku: {} },
    });
    const wrong = await configFile({ redisConnections: [5], redisIdleSeconds: { Balanced_B0: null } });
    expect(problemsOf(resolve({ flags: { config: wrong.path } }))).toHaveLength(2);
  });
});

test("an empty data directory is refused", () => {
  expect(problemsOf(resolve({ flags: { "data-dir": "" } }))).toEqual([
    'dataDir: "" from --data-dir is not a folder\'s path.',
  ]);
});

test("a file that was named must exist", () => {
  expect(problemsOf(resolve({ flags: { config: "missing.json" } }))).toEqual([
    "config: /work/missing.json from --config does not exist.",
  ]);
  expect(problemsOf(resolve({ env: { CUPRITE_CONFIG: "missing.json" } }))).toEqual([
    "config: /work/missing.json from CUPRITE_CONFIG does not exist.",
  ]);
});

test("a file that cannot be read is a problem even when it was not named", async () => {
  const folder = await tempDir();
  await mkdir(join(folder, "config.json"));
  expect(problemsOf(resolve({ flags: { "data-dir": folder } }))).toEqual([
    expect.stringContaining(`config: ${join(folder, "config.json")} cannot be read: EISDIR`),
  ]);
});

test.for([
  { content: "{port: 1}", says: "is not JSON: " },
  { content: "[]", says: "must hold a JSON object." },
  { content: "null", says: "must hold a JSON object." },
])("a file with $content is refused", async ({ content, says }) => {
  const { path } = await configFile(content);
  expect(problemsOf(resolve({ flags: { config: path } }))).toEqual([
    expect.stringContaining(`config: ${path} from --config ${says}`),
  ]);
});

test("the log levels are the logger's", () => {
  expect(logLevels).toEqual(kernelLogLevels);
});

test("no memory for resources is a setting, and less than none is refused", () => {
  expect(settingsOf(resolve({ flags: { "memory-mb": "0" } })).memoryMb).toBe(0);
  expect(problemsOf(resolve({ flags: { "memory-mb": "-1" } }))).toEqual([
    'memoryMb: "-1" from --memory-mb is not a whole number of MB.',
  ]);
});
