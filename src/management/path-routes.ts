import type { FastifyInstance } from "fastify";
import type { PathStatus } from "../data-plane/gateway/cluster-paths.ts";
import type { Authority } from "../identity/authority.ts";
import { isUuid } from "../kernel/ids.ts";
import { isJsonObject } from "../kernel/json.ts";
import { ownersOnly } from "./owner-check.ts";
import type { DataPlaneParts } from "../app/start-data-plane.ts";

/** A path and the database that it leads to, as commands and the console are told. */
export interface PathReport extends PathStatus {
  readonly clusterId: string;
  readonly clusterName: string;
  readonly databaseId: string | undefined;
  readonly clientProtocol: "Encrypted" | "Plaintext" | undefined;
  readonly accessKeys: boolean;
}

/** Everything about the data plane, as `GET /cuprite/paths` answers it. */
export interface DataPlaneReport {
  /** `7.0.15`; undefined when there is none. */
  readonly redisVersion: string | undefined;
  /** One sentence on what to do when there is no Redis. */
  readonly missing: string | undefined;
  readonly paths: readonly PathReport[];
}

/** What commands ask of a running server: its paths, and to take note of a token that was made without it. */
export function registerDataPlane(
  app: FastifyInstance,
  { dataPlane, authority }: { dataPlane: DataPlaneParts; authority: Authority },
): void {
  const owners = ownersOnly(authority);
  app.get("/cuprite/paths", owners, async () => {
    return await reportOf(dataPlane);
  });
  app.post("/cuprite/redis-tokens", owners, async (request, reply) => {
    const token = readToken(request.body);
    if (token === undefined) return reply.code(400).send({ error: "sha256, objectId and expiresAtMs are required." });
    await dataPlane.onAccessToken({ ...token, audience: "https://redis.azure.com" });
    return reply.code(204).send();
  });
}

async function reportOf({ plane, state }: DataPlaneParts): Promise<DataPlaneReport> {
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

function readToken(body: unknown): { sha256: string; objectId: string; expiresAtMs: number } | undefined {
  const given = typeof body === "string" || Buffer.isBuffer(body) ? parse(body.toString()) : body;
  if (!isJsonObject(given)) return undefined;
  const { sha256, objectId, expiresAtMs } = given;
  if (typeof sha256 !== "string" || !/^[\da-f]{64}$/.test(sha256)) return undefined;
  if (typeof objectId !== "string" || !isUuid(objectId) || typeof expiresAtMs !== "number") return undefined;
  return { sha256, objectId, expiresAtMs };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
