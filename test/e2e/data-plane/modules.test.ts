import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { asReal, fakeRedis } from "../../support/fake-redis.ts";
import { clusterId, startDataPlane, type DataPlaneProgram } from "../../support/data-plane.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { stamped } from "../../support/stamped.ts";

const settings = { accessKeysAuthentication: "Enabled", clusteringPolicy: "EnterpriseCluster" };

/** Creates a cluster, and a database with modules. */
async function askFor(plane: DataPlaneProgram, name: string, modules: readonly object[]): Promise<object> {
  const id = clusterId(name);
  await plane.put(id, {
    location: "eastus",
    sku: { name: "Balanced_B1" },
    properties: { publicNetworkAccess: "Enabled" },
  });
  const body = { properties: { ...settings, modules } };
  return await plane.arm.call({ method: "PUT", path: `${id}/databases/default`, body });
}

/** The real server, except that it records the modules to load and does not load them. */
const asNoting = (notes: string): string =>
  `config=$(mktemp); cat > "$config"; grep '^loadmodule' "$config" >> '${notes}'; echo started >> '${notes}'
   grep -v '^loadmodule' "$config" > "$config.rest"; rm "$config"; exec "$real" - < "$config.rest"`;

test("a module that is installed is tried with its arguments, then loaded whenever the database's server starts", async () => {
  const folder = await tempDir();
  const notes = join(folder, "notes");
  await writeFile(join(folder, "rejson.so"), "");
  const { env } = await fakeRedis(asNoting(notes));
  const plane = await startDataPlane(await tempDir(), ["--redis-modules", folder], env);
  const modules = [{ name: "RedisJSON", args: "ONE 'two words'" }];
  expect(await askFor(plane, "c1", modules)).toMatchObject({
    status: 201,
    body: { properties: { modules: [{ name: "RedisJSON", args: "ONE 'two words'", version: "2.8.4" }] } },
  });
  const path = await plane.path("c1", "public");
  const { primaryKey: password } = await plane.keys(clusterId("c1"));
  expect(await (await plane.dial(path, { password })).ping()).toBe("PONG");
  const line = `loadmodule "${folder}/rejson.so" "ONE" "two words"`;
  expect((await readFile(notes, "utf8")).trim().split("\n")).toEqual([line, "started", line, "started"]);
});

test("a module that does not load, or has malformed arguments, is refused with the reason", async () => {
  const folder = await tempDir();
  await writeFile(join(folder, "rejson.so"), "no library at all");
  await chmod(join(folder, "rejson.so"), 0o755);
  const { env } = await fakeRedis(asReal);
  const plane = await startDataPlane(await tempDir(), ["--redis-modules", folder], env);
  expect(await askFor(plane, "c1", [{ name: "RedisJSON" }])).toMatchObject({
    status: 400,
    body: {
      error: {
        code: "BadRequest",
        target: null,
        message: expect.stringMatching(
          /^The module 'RedisJSON' cannot be loaded by redis-server 7\.0\.0: Module .*rejson\.so failed to load: /,
        ),
      },
    },
  });
  expect(await askFor(plane, "c2", [{ name: "RedisJSON", args: "'open" }])).toMatchObject({
    status: 400,
    body: {
      error: { message: stamped("The module 'RedisJSON' has arguments with a quote that is not closed.") },
    },
  });
});

/** Valkey has no time series, so that an installed module is never found. */
const valkeyWithoutSeries = async (): Promise<NodeJS.ProcessEnv> => {
  const fake = await fakeRedis(asReal);
  await fake.become(asReal, "8.0.0", "Valkey");
  return fake.env;
};

test("a module that is not installed is refused, or stored without being loaded with --lenient-modules", async () => {
  const env = await valkeyWithoutSeries();
  const strict = await startDataPlane(await tempDir(), [], env);
  expect(await askFor(strict, "c1", [{ name: "RedisTimeSeries" }])).toMatchObject({
    status: 400,
    body: {
      error: {
        code: "BadRequest",
        message: expect.stringMatching(
          /^The module 'RedisTimeSeries' is not installed for redis-server 8\.0\.0 \(.*\): install it, name its folder with --redis-modules, or have --lenient-modules store modules without loading them\. CorrelationID=/,
        ),
      },
    },
  });
  const lenient = await startDataPlane(await tempDir(), ["--lenient-modules"], env);
  expect(await askFor(lenient, "c1", [{ name: "RedisTimeSeries" }])).toMatchObject({
    status: 201,
    body: { properties: { modules: [{ name: "RedisTimeSeries", version: "1.4.8" }] } },
  });
  const { primaryKey: password } = await lenient.keys(clusterId("c1"));
  const client = await lenient.dial(await lenient.path("c1", "public"), { password });
  expect(await client.call("MODULE", "LIST")).toEqual([]);
  await expect(client.call("MODULE", "LOAD", "/tmp/any.so")).rejects.toThrow(/NOPERM|not allowed/);
});
