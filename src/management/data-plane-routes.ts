import type { FastifyInstance } from "fastify";
import type { DataPlane } from "../data-plane/data-plane.ts";
import type { DnsSource } from "../data-plane/dns/dns-facts.ts";
import type { DnsResponder, ResolverPlace } from "../data-plane/dns/dns-responder.ts";
import type { PathStatus } from "../data-plane/gateway/cluster-paths.ts";
import type { RedisSearch } from "../data-plane/redis/redis-binary.ts";
import { isUuid } from "../kernel/ids.ts";
import { isJsonObject } from "../kernel/json.ts";

/** The running data plane. */
export interface DataPlaneView {
  readonly plane: DataPlane;
  /** The Redis server that was found, or why there is none that can be used. */
  readonly state: () => Promise<RedisSearch>;
  /** Why databases have no Redis although a server program was found, in one sentence. */
  readonly failure: () => string | undefined;
  /** Registers the hash of a token for Redis. Resolves once the servers know it, or after a second. */
  readonly addToken: (token: TokenNote) => Promise<void>;
}

/** A token for Redis as `POST /cuprite/redis-tokens` takes it. */
export interface TokenNote {
  /** In hexadecimal. */
  readonly sha256: string;
  readonly objectId: string;
  readonly expiresAtMs: number;
}

/** The running resolvers; none with `--no-data-plane`. */
export interface DnsView {
  readonly responder: DnsResponder | undefined;
  readonly source: DnsSource;
}

/** A path and the database that it leads to. */
export interface PathReport extends PathStatus {
  readonly clusterId: string;
  readonly clusterName: string;
  readonly databaseId: string | undefined;
  readonly clientProtocol: "Encrypted" | "Plaintext" | undefined;
  readonly accessKeys: boolean;
}

/** The response to `GET /cuprite/paths`. */
export interface DataPlaneReport {
  /** `7.0.15`; undefined when there is none. */
  readonly redisVersion: string | undefined;
  /** One sentence on what to do when there is no Redis. */
  readonly missing: string | undefined;
  readonly paths: readonly PathReport[];
}

/** The response to `GET /cuprite/dns`. */
export interface DnsReport {
  /** None with `--no-data-plane`. Where only Redis is missing, names of clusters have no address. */
  readonly resolvers: readonly ResolverPlace[];
  /** The public names of all clusters. */
  readonly hostNames: readonly string[];
}

/** Lists paths and resolvers, and registers the hashes of tokens that were made without the server. */
export function registerDataPlane(
  owners: FastifyInstance,
  { dataPlane, dns }: { dataPlane: DataPlaneView | undefined; dns: DnsView },
): void {
  owners.get("/dns", () => reportDns(dns));
  if (dataPlane === undefined) return;
  owners.get("/paths", () => reportPaths(dataPlane));
  owners.post("/redis-tokens", async (request, reply) => {
    const token = readToken(request.body);
    if (token === undefined) return reply.code(400).send({ error: "sha256, objectId and expiresAtMs are required." });
    await dataPlane.addToken(token);
    return reply.code(204).send();
  });
}

async function reportDns({ responder, source }: DnsView): Promise<DnsReport> {
  await responder?.settled();
  const names = [...(await source.clusterNames.list()).values()];
  return { resolvers: responder?.resolvers ?? [], hostNames: names.map(({ hostName }) => hostName) };
}

async function reportPaths({ plane, state }: DataPlaneView): Promise<DataPlaneReport> {
  const result = await state();
  const paths = plane.clusters.flatMap(({ facts, paths: statuses }) =>
    statuses.map((status) => ({
      ...status,
      clusterId: facts.id,
      clusterName: facts.name,
      databaseId: facts.database?.id,
      clientProtocol: facts.database?.clientProtocol,
      accessKeys: facts.database?.accessKeys !== undefined,
    })),
  );
  return "found" in result
    ? { redisVersion: result.found.version, missing: undefined, paths }
    : { redisVersion: undefined, missing: result.missing, paths };
}

function readToken(body: unknown): TokenNote | undefined {
  if (!isJsonObject(body)) return undefined;
  const { sha256, objectId, expiresAtMs } = body;
  if (typeof sha256 !== "string" || !/^[\da-f]{64}$/.test(sha256)) return undefined;
  if (typeof objectId !== "string" || !isUuid(objectId) || typeof expiresAtMs !== "number") return undefined;
  return { sha256, objectId, expiresAtMs };
}
