import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkModules } from "../../src/data-plane/redis/redis-modules.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { asReal, fakeRedis } from "../support/fake-redis.ts";
import { tempDir } from "../support/temp-dir.ts";

const limitMs = 30_000;
const json = { name: "RedisJSON", args: "" } as const;
const series = { name: "RedisTimeSeries", args: "" } as const;

/** A Valkey server, which has no time series, with these files as its modules. */
async function installation(script: string, files: readonly string[]) {
  const redis = await fakeRedis(script);
  const moduleFolder = join(await tempDir(), "modules");
  await mkdir(moduleFolder);
  for (const file of files) await writeFile(join(moduleFolder, file), "no library");
  const path = join((redis.env["PATH"] ?? "").split(":")[0] ?? "", "redis-server");
  const binary = { path, version: "8.0.0", redisVersion: "7.2.4", moduleFolder, setpriv: undefined };
  const socketFolder = await tempDir();
  return { binary, socketFolder, clock: systemClock, isLenient: false };
}

const withoutModules = 'f=$(mktemp); grep -v "^loadmodule" > "$f"; exec "$real" - < "$f"';

test("a module that a server loads is accepted, and no file of the trial remains", { timeout: limitMs }, async () => {
  const options = await installation(withoutModules, ["libjson.so"]);
  expect(await checkModules([json], options)).toEqual([{ version: undefined }]);
  expect(await readdir(options.socketFolder)).toEqual([]);
});

test("a module that a server does not load is refused with the server's reason", { timeout: limitMs }, async () => {
  const options = await installation(asReal, ["libjson.so"]);
  expect(await checkModules([json], options)).toEqual([
    {
      refusal: expect.stringMatching(
        /^cannot be loaded by redis-server 8\.0\.0: Module .*libjson\.so failed to load: /,
      ),
    },
  ]);
  expect(await readdir(options.socketFolder)).toEqual([]);
});

test("a server that ends without naming a module is reported with its last line", { timeout: limitMs }, async () => {
  const options = await installation('echo "the oven is cold"; exit 3', ["libjson.so"]);
  expect(await checkModules([json], options)).toEqual([
    { refusal: "cannot be loaded by redis-server 8.0.0: It ended with 3. the oven is cold" },
  ]);
});

test("a module that is not installed is refused, or accepted when lenient, without a trial", async () => {
  const options = await installation("exit 3", []);
  expect(await checkModules([series], options)).toEqual([
    { refusal: expect.stringContaining("is not installed for redis-server 8.0.0") },
  ]);
  expect(await checkModules([series], { ...options, isLenient: true })).toEqual([{ version: undefined }]);
});

test("arguments with an open quote are refused, whatever is installed", async () => {
  const options = await installation("exit 3", ["libjson.so"]);
  expect(await checkModules([{ ...json, args: "'open" }, series], options)).toEqual([
    { refusal: "has arguments with a quote that is not closed." },
    { refusal: expect.stringContaining("is not installed") },
  ]);
});
