import fc from "fast-check";
import { expect, test } from "vitest";
import { apiVersions, hasFeature, type Feature } from "../../../src/providers/microsoft.cache/api-versions.ts";
import type { DatabaseDocument } from "../../../src/providers/microsoft.cache/databases/database.ts";
import { findResource } from "../../../src/store/resources.ts";
import { startDatabaseServer } from "../../support/database-server.ts";

const newest = "2026-06-01-preview";

/** The properties of databases, and the feature that those added after the type came with (changelogs of the versions). */
const properties: Readonly<Record<string, Feature | undefined>> = {
  clientProtocol: undefined,
  port: undefined,
  provisioningState: undefined,
  resourceState: undefined,
  clusteringPolicy: undefined,
  evictionPolicy: undefined,
  persistence: "persistence",
  modules: undefined,
  geoReplication: "geoReplication",
  notifyKeyspaceEvents: "notifyKeyspaceEvents",
  deferUpgrade: "deferUpgrade",
  redisVersion: "databaseRedisVersion",
  accessKeysAuthentication: "managedRedis",
};

const knownTo = (apiVersion: string): string[] =>
  Object.entries(properties).flatMap(([name, feature]) =>
    feature === undefined || hasFeature(apiVersion, feature) ? [name] : [],
  );

const persistence = fc.oneof(
  fc.constant({}),
  fc.record({ aofEnabled: fc.constant(true), aofFrequency: fc.constantFrom("1s", "always") }),
  fc.record({ rdbEnabled: fc.constant(true), rdbFrequency: fc.constantFrom("1h", "6h", "12h") }),
);

const modules = fc.uniqueArray(
  fc.record({ name: fc.constantFrom("RedisBloom", "RedisTimeSeries", "RedisJSON"), args: fc.constantFrom("", "A 1") }),
  { selector: ({ name }) => name, minLength: 1, maxLength: 3 },
);

/** Settings that break no rule on the usual cluster. */
const settings = fc.record(
  {
    clientProtocol: fc.constantFrom("Encrypted", "Plaintext"),
    port: fc.integer({ min: 1, max: 65_535 }),
    clusteringPolicy: fc.constantFrom("EnterpriseCluster", "OSSCluster", "NoCluster"),
    evictionPolicy: fc.constantFrom("AllKeysLFU", "VolatileTTL", "NoEviction"),
    persistence,
    modules,
    notifyKeyspaceEvents: fc.constantFrom("", "KEA"),
    deferUpgrade: fc.constantFrom("Deferred", "NotDeferred"),
    accessKeysAuthentication: fc.constantFrom("Enabled", "Disabled"),
  },
  { requiredKeys: [] },
);

test("shows each version what it knows, and changes nothing when a version writes back what it read", async () => {
  const { call, database, store, putDatabase } = await startDatabaseServer();
  const read = async (): Promise<DatabaseDocument | undefined> =>
    (await findResource<DatabaseDocument>(store, database))?.document;
  await fc.assert(
    fc.asyncProperty(settings, fc.constantFrom(...apiVersions), async (asked, apiVersion) => {
      await call("DELETE", database);
      expect(await putDatabase(asked, newest)).toMatchObject({ status: 201, body: { properties: asked } });
      const before = await read();
      const { body } = await call("GET", database, { apiVersion });
      const shown = Object.keys((body as { properties: object }).properties);
      expect(knownTo(apiVersion)).toEqual(expect.arrayContaining(shown));
      expect(await call("PUT", database, { apiVersion, body })).toMatchObject({ status: 200, body });
      expect(await read()).toEqual(before);
      expect(await call("PATCH", database, { apiVersion, body })).toMatchObject({ status: 200, body });
      expect(await read()).toEqual(before);
    }),
    { numRuns: 60 },
  );
});

test("returns no 5xx for any body, however hostile", async () => {
  const { call, database } = await startDatabaseServer();
  const assignment = `${database}/accessPolicyAssignments/app1`;
  const names = [...Object.keys(properties), "user", "objectId", "__proto__", "constructor"];
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.jsonValue(),
      fc.array(tie("any")),
      fc.dictionary(fc.constantFrom(...names), tie("any")),
    ),
  })).any;
  await fc.assert(
    fc.asyncProperty(value, async (hostile) => {
      for (const id of [database, assignment]) {
        for (const method of ["PUT", "PATCH", "DELETE"] as const) {
          const { status } = await call(method, id, { apiVersion: newest, body: { properties: hostile } });
          expect(status).toBeLessThan(500);
        }
      }
      for (const action of [
        "regenerateKey",
        "import",
        "export",
        "flush",
        "forceUnlink",
        "forceLinkToReplicationGroup",
      ]) {
        const { status } = await call("POST", `${database}/${action}`, {
          apiVersion: newest,
          body: { properties: hostile },
        });
        expect(status).toBeLessThan(500);
      }
    }),
    { numRuns: 40 },
  );
});
