import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { configLines, quotedBytes, splitArgs } from "../../../../src/data-plane/redis/config-syntax.ts";
import type { RedisBinary } from "../../../../src/data-plane/redis/redis-binary.ts";
import { findModules, loadLine, moduleLines } from "../../../../src/data-plane/redis/redis-modules.ts";
import { keepingLog } from "../../../support/keeping-log.ts";
import { tempDir } from "../../../support/temp-dir.ts";

describe("a module's arguments", () => {
  test.each([
    ["", []],
    ["  ERROR_RATE 0.01\tINITIAL_SIZE  400 ", ["ERROR_RATE", "0.01", "INITIAL_SIZE", "400"]],
    [String.raw`"a b" 'c "d' "\"\\\n\x41"`, ["a b", 'c "d', '"\\\nA']],
    [String.raw`'it\'s' '\n' a"b"`, ["it's", String.raw`\n`, "ab"]],
    ["\"\" ''", ["", ""]],
    [String.raw`back\slash`, [String.raw`back\slash`]],
    ["line\nloadmodule /evil.so", ["line", "loadmodule", "/evil.so"]],
  ])("splits a module's arguments as Redis splits a line: %j", (text, expected) => {
    expect(splitArgs(text)).toEqual(expected);
  });

  test.each(['"open', "'open", '"a"b', "'a'b", '"a""b"', '"a\\"', "nothing\0more"])(
    "refuses a module's arguments with an unfinished quote: %j",
    (text) => {
      expect(splitArgs(text)).toBeUndefined();
    },
  );

  test("stay on their line, and are read back as the same bytes", () => {
    const args = splitArgs(String.raw`"a\nloadmodule /evil.so" é "\xff"`) ?? [];
    const line = loadLine("/modules/é.so", args);
    expect(line).toBe(String.raw`loadmodule "/modules/\xc3\xa9.so" "a\x0aloadmodule /evil.so" "\xc3\xa9" "\xff"`);
    expect(splitArgs(args.map(quotedBytes).join(" "))).toEqual(args);
  });
});

test("a setting stays on its line", () => {
  expect(configLines({ dir: 'a"b\\c\nd' })).toEqual([String.raw`dir "a\"b\\c\x0ad"`]);
});

async function installation(
  files: readonly string[],
  valkey = false,
): Promise<RedisBinary & { readonly folder: string }> {
  const folder = await tempDir();
  for (const file of [...files, "bin/server"]) {
    await mkdir(join(folder, file, ".."), { recursive: true });
    await writeFile(join(folder, file), "");
  }
  await mkdir(join(folder, "links"));
  await symlink(join(folder, "bin/server"), join(folder, "links/server"));
  const [version, redisVersion] = valkey ? ["8.1.1", "7.2.4"] : ["8.2.0", "8.2.0"];
  return { folder, path: join(folder, "links/server"), version, redisVersion, moduleFolder: "", setpriv: undefined };
}

describe("modules", () => {
  test.each(["lib/redis/modules", "lib"])("finds modules beside the program that links lead to: %s", async (at) => {
    const { folder, ...binary } = await installation([`${at}/rejson.so`, `${at}/redisbloom.so`]);
    const found = await findModules(binary);
    expect(found.get("RedisJSON")).toBe(join(folder, at, "rejson.so"));
    expect(found.get("RedisBloom")).toBe(join(folder, at, "redisbloom.so"));
  });

  test("takes modules from the given folder before any other", async () => {
    const { folder, ...binary } = await installation(["own/redisearch.so", "lib/redisearch.so", "lib/rejson.so"]);
    const found = await findModules({ ...binary, moduleFolder: join(folder, "own") });
    expect(found.get("RediSearch")).toBe(join(folder, "own/redisearch.so"));
    expect(found.get("RedisJSON")).toBe(join(folder, "lib/rejson.so"));
  });

  test("finds Valkey's modules by their own file names", async () => {
    const files = [
      "lib/libjson.so",
      "lib/valkey/modules/libvalkey_bloom.so",
      "lib/libsearch.so",
      "lib/redistimeseries.so",
    ];
    const { folder, ...binary } = await installation(files, true);
    const found = await findModules(binary);
    expect(found.get("RedisJSON")).toBe(join(folder, "lib/libjson.so"));
    expect(found.get("RedisBloom")).toBe(join(folder, "lib/valkey/modules/libvalkey_bloom.so"));
    expect(found.get("RediSearch")).toBe(join(folder, "lib/libsearch.so"));
    expect(found.get("RedisTimeSeries")).toBeUndefined();
  });

  test("skips and logs modules that are not installed", async () => {
    const { folder, ...binary } = await installation(["lib/libjson.so"], true);
    const { log, lines } = keepingLog("warn");
    const wanted = [
      { name: "RedisTimeSeries", args: "" },
      { name: "RedisJSON", args: "a 'b c'" },
    ] as const;
    expect(await moduleLines(binary, wanted, log)).toEqual([`loadmodule "${folder}/lib/libjson.so" "a" "b c"`]);
    expect(lines()).toEqual([
      expect.objectContaining({ module: "RedisTimeSeries", msg: "A module is not installed and is not loaded." }),
    ]);
  });
});
