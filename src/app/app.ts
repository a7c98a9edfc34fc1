import { isIP } from "node:net";
import type { FastifyInstance } from "fastify";
import { QuotaCounters } from "../arm/quota.ts";
import { registerArm } from "../arm/server.ts";
import { UnservedBook } from "../arm/unserved.ts";
import type { UnservedReport } from "../arm/unserved.ts";
import { storeFile, takeDataDirectory } from "../data-dir/data-directory.ts";
import type { RedisSearch } from "../data-plane/redis/redis-binary.ts";
import { registerHealth } from "../management/health.ts";
import { closing, createHttpsServer, listen, listeningPort, secureServer } from "../http/https-server.ts";
import { accessPolicy } from "../identity/principals/access-policy.ts";
import { createAuthority } from "../identity/authority.ts";
import type { Authority } from "../identity/authority.ts";
import { registerGraph } from "../identity/graph/graph-routes.ts";
import { startManagedIdentity } from "../identity/flows/managed-identity.ts";
import { registerAuthority } from "../identity/routes.ts";
import { defaultTenantId } from "../identity/principals/tenants.ts";
import { systemClock } from "../kernel/clock.ts";
import type { Clock } from "../kernel/clock.ts";
import { createLog } from "../kernel/log.ts";
import type { Log } from "../kernel/log.ts";
import { ShutdownStack } from "../kernel/shutdown.ts";
import type { Closable } from "../kernel/shutdown.ts";
import { keepHouse } from "./housekeeping.ts";
import { startProviders } from "./providers.ts";
import { createAccessCheck } from "../providers/microsoft.authorization/access/access-check.ts";
import type { AccessCheck } from "../providers/microsoft.authorization/access/access-check.ts";
import { createLockCheck } from "../providers/microsoft.authorization/locks/lock-check.ts";
import { openOwnerPassword } from "../data-dir/owner-password.ts";
import { isOpenToAll, openToAll } from "./open-to-all.ts";
import { registerPrincipals } from "../management/principal-routes.ts";
import type { Settings } from "./settings.ts";
import { registerDataPlane } from "../management/path-routes.ts";
import { createDataPlane } from "./start-data-plane.ts";
import type { DataPlaneParts } from "./start-data-plane.ts";
import { serveDns } from "./start-dns.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { describeStoreFailure } from "../store/store-failure.ts";
import type { Store } from "../store/store.ts";
import { noteServer } from "../data-dir/server-file.ts";
import { openTlsMaterial, keepTlsFresh } from "../tls/tls-material.ts";
import type { TlsMaterial, TlsOptions } from "../tls/tls-material.ts";
import { keepUnserved } from "../data-dir/unserved-note.ts";
import { registerUnserved } from "../management/unserved-routes.ts";

/** A server that answers. */
export interface Running extends Closable {
  /** `https://localhost:8443`: ARM, the authority and metadata are all here. */
  readonly origin: string;
  readonly caPemPath: string;
  readonly managedIdentityUrl: string;
  /** The file with the administrator's password; undefined where it needs none, or was given. */
  readonly ownerPasswordPath: string | undefined;
  /** What serves databases; undefined when nothing is to. */
  readonly redis: RedisSearch | undefined;
  /** What clients have asked for so far that Cuprite does not have. */
  readonly unserved: () => UnservedReport;
}

/** No part may take longer than this to close. */
const closeLimitMs = 4_000;

/** Starts everything on a data directory. @throws with one clear sentence when something is in the way. */
export async function startCuprite(settings: Settings): Promise<Running> {
  const log = createLog(settings.logLevel);
  const stack = new ShutdownStack({ limitMs: closeLimitMs, log, describe: describeStoreFailure });
  try {
    stack.add("data directory", takeDataDirectory(settings.dataDir));
    const store = stack.add("store", await openSqliteStore({ file: storeFile(settings.dataDir) }));
    return await serve(settings, { store, clock: systemClock, log, stack });
  } catch (cause) {
    await stack.close();
    throw cause;
  }
}

interface Ground {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly stack: ShutdownStack;
}

async function serve(settings: Settings, ground: Ground): Promise<Running> {
  const { store, clock, log, stack } = ground;
  const { dataDir, listen: host } = settings;
  // First, because it looks for a Redis server meanwhile.
  const dataPlane = settings.dataPlane ? stack.add("data plane", createDataPlane(settings, ground)) : undefined;
  const tlsOptions = { dataDir, ...certificateNames(settings), clock, log };
  const tls = await openTlsMaterial(tlsOptions);
  const app = createHttpsServer(tls);
  const access = createAccessCheck({ store, accessOf: accessPolicy({ isStrict: settings.strict }) });
  const { authority, ownerPasswordPath } = await openAuthority(settings, { ...ground, access, dataPlane, app });
  registerHealth(app, { store, clock, dataPlaneFailure: () => dataPlane?.failure() });
  await registerAuthority(app, authority);
  await registerGraph(app, authority);
  registerPrincipals(app, { authority, access });
  const unserved = new UnservedBook();
  stack.add("list of what is not served", keepUnserved(dataDir, unserved));
  registerUnserved(app, { unserved, authority });
  const checks = { lockedScopes: createLockCheck({ store }), unserved };
  if (dataPlane !== undefined) registerDataPlane(app, { dataPlane, authority });
  stack.add("dns", await serveDns(app, { ...ground, settings, authority }));
  await registerArm(app, {
    store,
    clock,
    log,
    mayDo: access.mayDo,
    isInsider: access.isInsider,
    ...checks,
    registry: await startProviders(settings, { ...ground, ...checks, access, databases: await dataPlane?.databases() }),
    verifyToken: (token) => authority.verifyAccessToken(token),
    quota: new QuotaCounters(clock),
    tenantId: defaultTenantId,
  });
  stack.add("housekeeping", keepHouse({ store, clock, log }));
  stack.add("certificate renewal", renewing(app, tls, tlsOptions));
  const managedIdentity = await startManagedIdentity({ authority, port: settings.managedIdentityPort, log });
  stack.add("managed identity", managedIdentity);
  stack.add("server", closing(app));
  const port = await listen(app, { host, port: settings.port });
  const origin = `https://localhost:${port}`;
  stack.add("server file", noteServer(dataDir, { pid: process.pid, origin }));
  return {
    origin,
    caPemPath: tls.caPemPath,
    managedIdentityUrl: managedIdentity.url,
    ownerPasswordPath,
    redis: await dataPlane?.start(),
    unserved: () => unserved.report(),
    close: () => stack.close(),
  };
}

/** Every name that clients are said to call, so that they find it in the certificate. */
function certificateNames({ listen: host, origins }: Settings): Pick<TlsOptions, "hostNames" | "ipAddresses"> {
  const names = origins.map((origin) => new URL(origin).hostname.replaceAll(/[[\]]/g, ""));
  return { hostNames: names.filter((name) => isIP(name) === 0), ipAddresses: [host, ...names] };
}

/** Opens the authority on the store and the host of everything else, and warns where everybody may sign in as anybody. */
async function openAuthority(
  settings: Settings,
  {
    store,
    clock,
    log,
    access,
    dataPlane,
    app,
  }: Ground & { access: AccessCheck; dataPlane: DataPlaneParts | undefined; app: FastifyInstance },
): Promise<{ authority: Authority; ownerPasswordPath: string | undefined }> {
  const { dataDir, redirectUris, origins, listen: host, ownerPassword: given } = settings;
  if (isOpenToAll(settings)) log.warn({ listen: host }, openToAll(host));
  const ownerPassword = settings.strict ? await openOwnerPassword({ dataDir, given }) : undefined;
  const authority = await createAuthority({
    store,
    dataDir,
    clock,
    log,
    registeredRedirectUris: redirectUris,
    own: { hosts: [host], origins, port: () => listeningPort(app) },
    strict: ownerPassword && { administratorPassword: ownerPassword.password },
    isAssigned: async (objectId) => (await access.assignedTo(objectId)).length > 0,
    onAccessToken: dataPlane?.onAccessToken,
  });
  return { authority, ownerPasswordPath: ownerPassword?.path };
}

function renewing(app: FastifyInstance, material: TlsMaterial, options: TlsOptions): Closable {
  return keepTlsFresh({
    material,
    options,
    onRenewed: ({ certPem, keyPem }) => secureServer(app).setSecureContext({ cert: certPem, key: keyPem }),
  });
}
