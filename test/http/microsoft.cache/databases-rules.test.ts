import { describe, expect, test } from "vitest";
import type { ClusterDocument } from "../../../src/providers/microsoft.cache/clusters/cluster.ts";
import { startDatabaseServer, type DatabaseServer } from "../../support/database-server.ts";
import { stamped } from "../../support/stamped.ts";

const other = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Cache/redisEnterprise/c2/databases/default";

/** A database in a group of its own. */
const alone = ({ database }: DatabaseServer) => ({ groupNickname: "group", linkedDatabases: [{ id: database }] });

interface Case {
  readonly rule: string;
  readonly properties: object | ((server: DatabaseServer) => object);
  readonly message: string | ((server: DatabaseServer) => string);
  readonly code?: string;
  readonly apiVersion?: string;
  readonly cluster?: Partial<ClusterDocument>;
  /** The database before the write. */
  readonly before?: object | ((server: DatabaseServer) => object);
}

const shapes: Case[] = [
  {
    rule: "an unknown eviction policy",
    properties: { evictionPolicy: "Random" },
    code: "InvalidRequestContent",
    message:
      "The value 'Random' of property 'properties.evictionPolicy' is not valid. Allowed values: 'AllKeysLFU', " +
      "'AllKeysLRU', 'AllKeysRandom', 'VolatileLRU', 'VolatileLFU', 'VolatileTTL', 'VolatileRandom', 'NoEviction'.",
  },
  {
    rule: "a port above 65535",
    properties: { port: 65_536 },
    code: "InvalidRequestContent",
    message: "The value '65536' of property 'properties.port' must be <= 65535.",
  },
  {
    rule: "a port that is a string",
    properties: { port: "10000" },
    code: "InvalidRequestContent",
    message: "The value '10000' of property 'properties.port' is not of type integer or null.",
  },
  {
    rule: "an unknown module",
    properties: { modules: [{ name: "RedisGraph" }] },
    code: "InvalidRequestContent",
    message:
      "The value 'RedisGraph' of property 'properties.modules[0].name' is not valid. " +
      "Allowed values: 'RedisBloom', 'RediSearch', 'RedisTimeSeries', 'RedisJSON'.",
  },
  {
    rule: "a module without a name",
    properties: { modules: [{}] },
    code: "InvalidRequestContent",
    message: "The property 'properties.modules[0].name' is required.",
  },
  {
    rule: "a frequency that Azure does not have",
    properties: { persistence: { rdbEnabled: true, rdbFrequency: "2h" } },
    code: "InvalidRequestContent",
    message:
      "The value '2h' of property 'properties.persistence.rdbFrequency' is not valid. Allowed values: '1h', '6h', '12h'.",
  },
];

const settings: Case[] = [
  {
    rule: "two kinds of persistence",
    properties: { persistence: { aofEnabled: true, rdbEnabled: true, rdbFrequency: "1h" } },
    message: "At most one of AOF and RDB persistence can be enabled.",
  },
  {
    rule: "RDB persistence without a frequency",
    properties: { persistence: { rdbEnabled: true } },
    message:
      "The property 'properties.persistence.rdbFrequency' is required when RDB persistence is enabled. " +
      "Allowed values: '1h', '6h', '12h'.",
  },
  {
    rule: "a module that is listed twice",
    properties: { modules: [{ name: "RedisJSON" }, { name: "redisjson", args: "x" }] },
    message: "The module 'RedisJSON' is named more than once.",
  },
  {
    rule: "RediSearch with the OSS cluster policy, which is the default",
    properties: { modules: [{ name: "RediSearch" }] },
    message: "The module 'RediSearch' cannot be used with the clustering policy 'OSSCluster'.",
  },
  {
    rule: "any module except RedisJSON on Flash Optimized",
    cluster: { sku: { name: "FlashOptimized_A250" } },
    properties: { modules: [{ name: "RedisJSON" }, { name: "RedisBloom" }] },
    message: "The module 'RedisBloom' is not available for SKU 'FlashOptimized_A250'; 'RedisJSON' is.",
  },
  {
    rule: "NoCluster in a version that does not know it",
    apiVersion: "2025-04-01",
    properties: { clusteringPolicy: "NoCluster" },
    message:
      "The value 'NoCluster' of property 'properties.clusteringPolicy' is not valid. " +
      "Allowed values: 'EnterpriseCluster', 'OSSCluster'.",
  },
  {
    rule: "NoCluster above 25 GB",
    cluster: { sku: { name: "Balanced_B50" } },
    properties: { clusteringPolicy: "NoCluster" },
    message:
      "The clustering policy 'NoCluster' is for Azure Managed Redis of at most 25 GB; the cluster's SKU is 'Balanced_B50'.",
  },
  {
    rule: "NoCluster on a cluster of the old kind",
    cluster: { kind: "v1", sku: { name: "Enterprise_E10", capacity: 2 } },
    properties: { clusteringPolicy: "NoCluster" },
    message:
      "The clustering policy 'NoCluster' is for Azure Managed Redis of at most 25 GB; the cluster's SKU is 'Enterprise_E10'.",
  },
];

const changes: Case[] = [
  {
    rule: "a change of the port",
    before: {},
    properties: { port: 10_001 },
    message: "The property 'properties.port' is decided at creation; it cannot be changed from '10000' to '10001'.",
  },
  {
    rule: "a change of the clustering policy",
    before: { clusteringPolicy: "EnterpriseCluster" },
    properties: { clusteringPolicy: "OSSCluster" },
    message:
      "The property 'properties.clusteringPolicy' can be changed only from 'NoCluster'; " +
      "it is 'EnterpriseCluster' and cannot become 'OSSCluster'.",
  },
  {
    rule: "an added module",
    before: {},
    properties: { modules: [{ name: "RedisBloom" }] },
    message: "Modules can be chosen only when the database is created; they cannot be changed afterwards.",
  },
  {
    rule: "a change of a module's arguments",
    before: { modules: [{ name: "RedisBloom", args: "ERROR_RATE 0.01" }] },
    properties: { modules: [{ name: "RedisBloom" }] },
    message: "Modules can be chosen only when the database is created; they cannot be changed afterwards.",
  },
  {
    rule: "the removal of modules",
    before: { modules: [{ name: "RedisBloom" }] },
    properties: { modules: [] },
    message: "Modules can be chosen only when the database is created; they cannot be changed afterwards.",
  },
];

const groups: Case[] = [
  {
    rule: "a geo-replication group without a name",
    properties: ({ database }) => ({ geoReplication: { linkedDatabases: [{ id: database }] } }),
    message: "The property 'properties.geoReplication.groupNickname' is required.",
  },
  {
    rule: "a geo-replication group without the database itself",
    properties: { geoReplication: { groupNickname: "group" } },
    message: ({ database }) => `The linked databases have to include the database itself, '${database}'.`,
  },
  {
    rule: "a link with another database",
    properties: ({ database }) => ({
      geoReplication: { groupNickname: "group", linkedDatabases: [{ id: database }, { id: other }] },
    }),
    message: `Linking with another database, '${other}', is not supported by Cuprite; see docs/differences-from-azure.md.`,
  },
  {
    rule: "a link with something that is not a database",
    properties: ({ database }) => ({
      geoReplication: { groupNickname: "group", linkedDatabases: [{ id: database }, { id: "/x" }] },
    }),
    message:
      "The value '/x' of property 'properties.geoReplication.linkedDatabases[1].id' is not the id of a database.",
  },
  {
    rule: "geo-replication with persistence",
    properties: (server) => ({ geoReplication: alone(server), persistence: { aofEnabled: true } }),
    message: "Persistence cannot be enabled for a geo-replicated database.",
  },
  {
    rule: "geo-replication with a module that does not support it",
    properties: (server) => ({ geoReplication: alone(server), modules: [{ name: "RedisBloom" }] }),
    message: "The module 'RedisBloom' cannot be used with geo-replication; 'RediSearch' and 'RedisJSON' can.",
  },
  {
    rule: "geo-replicated RediSearch with an eviction policy",
    properties: (server) => ({
      geoReplication: alone(server),
      clusteringPolicy: "EnterpriseCluster",
      modules: [{ name: "RediSearch" }],
    }),
    message:
      "A geo-replicated database with the module 'RediSearch' needs the eviction policy 'NoEviction'; it is 'VolatileLRU'.",
  },
  {
    rule: "geo-replication on a SKU that is too small",
    cluster: { sku: { name: "Balanced_B1" } },
    properties: (server) => ({ geoReplication: alone(server) }),
    message: "Geo-replication is not available for SKU 'Balanced_B1'.",
  },
  {
    rule: "geo-replication without high availability",
    cluster: { highAvailability: "Disabled" },
    properties: (server) => ({ geoReplication: alone(server) }),
    message: "Geo-replication is not available for a cluster without high availability.",
  },
  {
    rule: "a geo-replication group for a database created without one",
    before: {},
    properties: (server) => ({ geoReplication: alone(server) }),
    message: "The geo-replication group is decided at creation; it cannot be changed from '' to 'group'.",
  },
];

const given = <Value>(value: Value | ((server: DatabaseServer) => Value), server: DatabaseServer): Value =>
  typeof value === "function" ? (value as (server: DatabaseServer) => Value)(server) : value;

describe("the rules of databases", () => {
  test.each([...shapes, ...settings, ...changes, ...groups])("refuses $rule", async (each) => {
    const server = await startDatabaseServer();
    if (each.cluster !== undefined) await server.changeCluster(each.cluster);
    if (each.before !== undefined) await server.putDatabase(given(each.before, server));
    const answer = await server.putDatabase(given(each.properties, server), each.apiVersion);
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: each.code ?? "BadRequest", message: stamped(given(each.message, server)), target: null } },
    });
  });

  test("reports everything that is wrong with a body's shape at once", async () => {
    const { putDatabase } = await startDatabaseServer();
    const { status, body } = await putDatabase({ port: 0, evictionPolicy: 1, persistence: { aofEnabled: "yes" } });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { error: { code: "InvalidRequestContent", message: stamped("The request content has 3 errors.") } },
    });
    expect(body).toHaveProperty("error.details", [
      expect.objectContaining({ target: "properties.port" }),
      expect.objectContaining({ target: "properties.evictionPolicy" }),
      expect.objectContaining({ target: "properties.persistence.aofEnabled" }),
    ]);
  });

  test("reports every rule that a database breaks at once", async () => {
    const { putDatabase } = await startDatabaseServer();
    const persistence = { aofEnabled: true, rdbEnabled: true };
    const { status, body } = await putDatabase({ persistence, modules: [{ name: "RediSearch" }] });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: { code: "BadRequest", message: stamped("The request breaks 3 rules."), target: null },
    });
    expect(body).toHaveProperty("error.details", [
      expect.objectContaining({ code: "BadRequest", target: "properties.persistence" }),
      expect.objectContaining({ code: "BadRequest", target: "properties.persistence.rdbFrequency" }),
      expect.objectContaining({ code: "BadRequest", target: "properties.clusteringPolicy" }),
    ]);
  });
});

describe("databases within the rules", () => {
  test("accepts RediSearch with any eviction policy, as in the published example", async () => {
    const { putDatabase } = await startDatabaseServer();
    const modules = [{ name: "RedisBloom", args: "ERROR_RATE 0.00 INITIAL_SIZE 400" }, { name: "RediSearch" }];
    const answer = await putDatabase({ clusteringPolicy: "EnterpriseCluster", evictionPolicy: "AllKeysLRU", modules });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        properties: {
          modules: [
            { name: "RedisBloom", args: "ERROR_RATE 0.00 INITIAL_SIZE 400", version: "2.2.4" },
            { name: "RediSearch", args: "", version: "2.0.6" },
          ],
        },
      },
    });
  });

  test("changes the clustering policy from NoCluster, and refuses to change it back", async () => {
    const { putDatabase } = await startDatabaseServer();
    expect(await putDatabase({ clusteringPolicy: "NoCluster" })).toMatchObject({ status: 201 });
    expect(await putDatabase({ clusteringPolicy: "OSSCluster" })).toMatchObject({
      status: 200,
      body: { properties: { clusteringPolicy: "OSSCluster" } },
    });
    expect(await putDatabase({ clusteringPolicy: "NoCluster" })).toMatchObject({ status: 400 });
  });

  test("accepts the deprecated AOF frequency", async () => {
    const { putDatabase } = await startDatabaseServer();
    expect(await putDatabase({ persistence: { aofEnabled: true, aofFrequency: "always" } })).toMatchObject({
      status: 201,
      body: { properties: { persistence: { aofEnabled: true, aofFrequency: "always" } } },
    });
  });

  test.each([
    [{}, { aofFrequency: null, rdbFrequency: null }],
    [
      { aofFrequency: "1s", rdbFrequency: "1h" },
      { aofFrequency: "1s", rdbFrequency: "1h" },
    ],
  ])("keeps the frequencies of persistence that is turned off as %j", async (persistence, frequencies) => {
    const { putDatabase } = await startDatabaseServer();
    expect(await putDatabase({ persistence })).toMatchObject({
      body: { properties: { persistence: { aofEnabled: false, rdbEnabled: false, ...frequencies } } },
    });
  });

  test("links a database with its own geo-replication group while it is created", async () => {
    const server = await startDatabaseServer({ timing: { kind: "azure" } });
    const geoReplication = alone(server);
    const linkedDatabases = [{ id: server.database, state: "Linking" }];
    expect(await server.putDatabase({ geoReplication })).toMatchObject({
      status: 201,
      body: { properties: { geoReplication: { linkedDatabases, groupNickname: "group" } } },
    });
    await server.clock.advance(7_000);
    const { body } = await server.call("GET", server.database);
    expect(body).toMatchObject({
      properties: { geoReplication: { linkedDatabases: [{ id: server.database, state: "Linked" }] } },
    });
    expect(await server.call("PUT", server.database, { body })).toMatchObject({ status: 200 });
  });
});
