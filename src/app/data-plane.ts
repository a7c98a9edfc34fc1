import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { clusterFactSource } from "./cluster-facts.ts";
import { DataPlane } from "../data-plane/data-plane.ts";
import { clientsWithin, descriptorLimit } from "../data-plane/limits.ts";
import { checkModules } from "../data-plane/redis/redis-modules.ts";
import { findRedis, versionsOf, type RedisBinary, type RedisSearch } from "../data-plane/redis/redis-binary.ts";
import { permissionProblem } from "../data-plane/redis/acl.ts";
import { RedisStartError } from "../data-plane/redis/redis-database.ts";
import { runDirectoryPath } from "../data-plane/redis/run-directory.ts";
import { dumpRefusal, exportUrl } from "../data-plane/transfer/dump-location.ts";
import { exportDump } from "../data-plane/transfer/export-dump.ts";
import { importDumps } from "../data-plane/transfer/import-dump.ts";
import { isRedisAudience } from "../identity/tokens/audiences.ts";
import type { IssuedToken } from "../identity/tokens/sign.ts";
import { nameOf, parentIdOf } from "../arm/resource-id.ts";
import type { Clock } from "../kernel/clock.ts";
import { messageOf } from "../kernel/errors.ts";
import { orAborted, type Closable } from "../kernel/shutdown.ts";
import type { DataPlaneView, TokenNote } from "../management/data-plane-routes.ts";
import { OperationFailure } from "../operations/operation-kind.ts";
import { redisNotStarted, type DatabaseDataPlane } from "../providers/microsoft.cache/data-plane.ts";
import type { Settings } from "./settings.ts";
import type { AppContext } from "./context.ts";

/** The data plane, and what the other parts of the application need of it. */
export interface DataPlaneParts extends DataPlaneView, Closable {
  /** What the provider of databases calls; undefined when there is no Redis server. */
  readonly databases: () => Promise<DatabaseDataPlane | undefined>;
  /** Is called for every access token that is issued. Resolves once Redis knows the token, if it is for Redis. */
  readonly onAccessToken: (token: IssuedToken) => Promise<void>;
  /** Starts work in the background, if there is a Redis server; resolves when its state is known. */
  readonly start: () => Promise<RedisSearch>;
}

const bytesPerMib = 1024 ** 2;

/** How long the response with a token, or to a write, may wait for the Redis servers. */
const redisWaitMs = 1_000;

/** Makes the data plane and searches for a Redis server. Nothing else runs before `start`. */
export function createDataPlane({ settings, store, clock, log }: AppContext): DataPlaneParts {
  const limits = {
    maxMemoryBytes: settings.redisMemoryMib * bytesPerMib,
    maxConnections: clientsWithin(descriptorLimit()),
  };
  const { dataDir, azureCertificates } = settings;
  const source = clusterFactSource(store, settings);
  const plane = new DataPlane({ store, clock, log, dataDir, limits, source, azureCertificates });
  let failure: string | undefined;
  const search = findRedis(process.env, { moduleFolder: settings.redisModules });
  const addToken = async ({ sha256: hash, objectId, expiresAtMs }: TokenNote): Promise<void> => {
    await Promise.race([
      plane.addToken({ hash, objectId, expiresAtMs }),
      delay(redisWaitMs, undefined, { ref: false }),
    ]);
  };
  return {
    plane,
    state: async () => (failure === undefined ? await search : { missing: failure }),
    failure: () => failure,
    async databases() {
      const result = await search;
      return "found" in result ? databasesOf(plane, { binary: result.found, clock, settings }) : undefined;
    },
    addToken,
    onAccessToken: async (token) => (isRedisAudience(token.audience) ? await addToken(token) : undefined),
    async start() {
      const result = await search;
      if (!("found" in result)) return result;
      plane.start(result.found).catch((cause: unknown) => {
        log.error({ err: cause }, "The data plane could not be started.");
      });
      try {
        await plane.opened();
        return result;
      } catch (cause) {
        failure = `Databases have no Redis. ${messageOf(cause)}`;
        return { missing: failure };
      }
    },
    close: () => plane.close(),
  };
}

function databasesOf(
  plane: DataPlane,
  { binary, clock, settings }: { binary: RedisBinary; clock: Clock; settings: Settings },
): DatabaseDataPlane {
  const { dumpFolder, linkLocalTransfers, dataDir, lenientModules: isLenient } = settings;
  const socketFolder = dirname(runDirectoryPath(dataDir));
  const redisOf = async (databaseId: string, signal: AbortSignal) => ({
    dumpFolder,
    linkLocalTransfers,
    clock,
    serverPath: binary.path,
    ...(await plane.redisOf(clusterKeyOf(databaseId), signal).catch(reportStartFailure)),
  });
  return {
    redisVersion: (id) => majorAndMinor(plane.redisVersion(clusterKeyOf(id)) ?? binary.redisVersion),
    trouble: (id) => plane.startFailure(clusterKeyOf(id)),
    installedVersion: async () => majorAndMinor(((await versionsOf(binary.path)) ?? binary).redisVersion),
    applied: async (id) => {
      await Promise.race([plane.applied(clusterKeyOf(id)), delay(redisWaitMs, undefined, { ref: false })]);
    },
    started: (id, signal) => plane.started(clusterKeyOf(id), signal).catch(reportStartFailure),
    upgrade: (id, signal) => plane.upgrade(clusterKeyOf(id), signal).catch(reportStartFailure),
    checkModules: (asked) => checkModules(asked, { binary, isLenient, socketFolder, clock }),
    checkAccessString: async (id, accessString) => {
      try {
        const { admin } = await redisOf(id, AbortSignal.timeout(redisWaitMs));
        const late = AbortSignal.timeout(redisWaitMs);
        return { problem: await orAborted(permissionProblem(admin, accessString), late) };
      } catch {
        // Redis is not up, or busy: whether it would accept the string is unknown.
        return undefined;
      }
    },
    dumpRefusal: (sasUri, use) => dumpRefusal(sasUri, use, { dumpFolder, linkLocalTransfers }),
    flush: async (id, signal) => {
      const { admin } = await redisOf(id, signal);
      await admin.call("FLUSHALL", "ASYNC");
    },
    importData: async (id, sasUris, signal) =>
      importDumps(
        await redisOf(id, signal),
        sasUris.map((uri) => new URL(uri)),
        signal,
      ),
    exportData: async (id, sasUri, signal) => {
      const name = `${nameOf(clusterKeyOf(id))}-${new Date(clock.nowMs()).toISOString().replaceAll(/\D/g, "")}`;
      await exportDump(await redisOf(id, signal), exportUrl(sasUri, `${name}.rdb`), signal);
    },
  };
}

const clusterKeyOf = (databaseId: string): string => parentIdOf(databaseId).toLowerCase();

/** `7.0`, as Azure shows it, of `7.0.15`. */
const majorAndMinor = (version: string): string => version.split(".").slice(0, 2).join(".");

function reportStartFailure(cause: unknown): never {
  if (!(cause instanceof RedisStartError)) throw cause;
  const message = `The Redis server of the database could not be started: ${cause.message}`;
  throw new OperationFailure({ code: redisNotStarted, message });
}
