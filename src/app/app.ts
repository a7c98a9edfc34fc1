import { isIP } from "node:net";
import type { Server } from "node:https";
import { QuotaCounters } from "../arm/quota.ts";
import { createArm, takeArmRequests } from "../arm/server.ts";
import { UnservedBook, type UnservedReport } from "../arm/unserved.ts";
import { storeFile, takeDataDirectory } from "../data-dir/data-directory.ts";
import { openOwnerPassword } from "../identity/principals/owner-password.ts";
import { noteServer } from "../data-dir/server-file.ts";
import { keepUnserved } from "../management/unserved-note.ts";
import type { RedisSearch } from "../data-plane/redis/redis-binary.ts";
import { closing, createHttpsServer, listen } from "../http/https-server.ts";
import { LateApp } from "../http/late-app.ts";
import { createAuthority, type Authority } from "../identity/authority.ts";
import { accessPolicy, defaultTenantId } from "../identity/principals/local-principals.ts";
import { systemClock } from "../kernel/clock.ts";
import { createLog, type Log } from "../kernel/log.ts";
import { ShutdownStack, type Closable } from "../kernel/shutdown.ts";
import { createHealth, takeHealthRequests } from "../management/health.ts";
import { createAccessCheck, type AccessCheck } from "../providers/microsoft.authorization/access/access-check.ts";
import { createLockCheck } from "../providers/microsoft.authorization/access/lock-check.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { failureFields } from "../store/store.ts";
import { keepTlsFresh, openTlsMaterial } from "../tls/tls-material.ts";
import type { AppContext } from "./context.ts";
import { createDataPlane, type DataPlaneParts } from "./data-plane.ts";
import { dnsSource, startDns } from "./dns.ts";
import { startHousekeeping } from "./housekeeping.ts";
import { startManagedIdentity } from "./managed-identity.ts";
import { startProviders } from "./providers.ts";
import type { RouteServices } from "./routes.ts";
import { isOpenToAll, openToAllWarning, type Settings } from "./settings.ts";

/** A server that listens. */
export interface Running extends Closable {
  /** `https://localhost:8443`: ARM, the authority and metadata are all here. */
  readonly origin: string;
  readonly caPemPath: string;
  readonly managedIdentityUrl: string;
  /** The file with the administrator's password; undefined where none is required, or it was given. */
  readonly ownerPasswordPath: string | undefined;
  /** The Redis server that databases run on; undefined with `--no-data-plane`. */
  readonly redis: RedisSearch | undefined;
  /** What clients have asked for so far that Cuprite does not have. */
  readonly unserved: () => UnservedReport;
}

/** No part may take longer than this to close. */
const closeLimitMs = 4_000;

/** Starts everything on a data directory. @throws with one sentence that says what prevents it. */
export async function startCuprite(settings: Settings): Promise<Running> {
  const log = createLog(settings.logLevel);
  const stack = new ShutdownStack({ limitMs: closeLimitMs, log, fieldsOf: failureFields });
  try {
    const { dataDir, memoryMb } = settings;
    stack.add("data directory", takeDataDirectory(dataDir));
    const store = stack.add("store", await openSqliteStore({ file: storeFile(dataDir), memoryMb }));
    return await startParts({ settings, store, clock: systemClock, log, stack });
  } catch (cause) {
    await stack.close();
    throw cause;
  }
}

async function startParts(context: AppContext): Promise<Running> {
  const { settings, store, clock, log, stack } = context;
  // First, because it searches for a Redis server in the background.
  const dataPlane = settings.dataPlane ? stack.add("data plane", createDataPlane(context)) : undefined;
  const access = createAccessCheck({ store, accessOf: accessPolicy({ isStrict: settings.strict }) });
  let port: number | undefined;
  const opened = await openServerAndAuthority(context, { access, dataPlane, port: () => port });
  const { server, caPemPath, authority, ownerPasswordPath } = opened;
  const unserved = new UnservedBook();
  stack.add("list of what is not served", keepUnserved(settings.dataDir, unserved));
  const responder = settings.dataPlane ? stack.add("dns", await startDns(context)) : undefined;
  const checks = { access, lockedScopes: createLockCheck({ store }), unserved };
  const registry = await startProviders(context, { ...checks, databases: await dataPlane?.databases() });
  const arm = createArm({
    ...checks,
    store,
    clock,
    log,
    registry,
    mayDo: access.mayDo,
    hasAnyRole: access.hasAnyRole,
    verifyToken: (token) => authority.verifyAccessToken(token),
    quota: new QuotaCounters(clock),
    tenantId: defaultTenantId,
  });
  const dns = { responder, source: dnsSource(store) };
  const health = createHealth({ store, clock, dataPlaneFailure: () => dataPlane?.failure() });
  const routes = serve(server, { arm, health, authority, access, unserved, dataPlane, dns, log });
  stack.add("housekeeping", startHousekeeping({ store, clock, log }));
  const managedIdentity = await startManagedIdentity({ authority, port: settings.managedIdentityPort, log });
  stack.add("managed identity", managedIdentity);
  stack.add("server", closing(server, [arm, routes]));
  port = await listen(server, { host: settings.listen, port: settings.port });
  const origin = `https://localhost:${port}`;
  stack.add("memory", store.fillMemory());
  stack.add("server file", noteServer(settings.dataDir, { pid: process.pid, origin }));
  const redis = await dataPlane?.start();
  return {
    origin,
    caPemPath,
    managedIdentityUrl: managedIdentity.url,
    ownerPasswordPath,
    redis,
    unserved: () => unserved.report(),
    close: () => stack.close(),
  };
}

/** Has a server answer Resource Manager's requests and probes at once; everything else is loaded when it is asked for. */
function serve(server: Server, { log, ...services }: RouteServices & { readonly log: Log }): LateApp {
  const routes = new LateApp({
    make: async () => (await import("./routes.ts")).createRoutes(services),
    log,
  });
  routes.serve(server);
  takeHealthRequests(server, services.health);
  takeArmRequests(server, services.arm);
  return routes;
}

interface AuthorityOptions {
  readonly access: AccessCheck;
  readonly dataPlane: DataPlaneParts | undefined;
  /** The port of the origin; undefined until the server listens. */
  readonly port: () => number | undefined;
}

/** On a first start each of the two makes keys: together they take as long as the slower one. */
async function openServerAndAuthority(context: AppContext, options: AuthorityOptions) {
  const servers = openServer(context);
  const authorities = openAuthority(context, options);
  await Promise.allSettled([servers, authorities]);
  return { ...(await servers), ...(await authorities) };
}

/** Makes the HTTPS server, which does not listen yet, and renews its certificate in time. */
async function openServer({ settings, clock, log, stack }: AppContext) {
  const { dataDir, listen: host, origins } = settings;
  // The certificate has every name that clients are said to call.
  const names = origins.map((origin) => new URL(origin).hostname.replaceAll(/[[\]]/g, ""));
  const hostNames = names.filter((name) => isIP(name) === 0);
  const options = { dataDir, hostNames, ipAddresses: [host, ...names], clock, log };
  const material = await openTlsMaterial(options);
  const server = createHttpsServer(material);
  const renewal = keepTlsFresh({
    material,
    options,
    onRenewed: ({ certPem, keyPem }) => server.setSecureContext({ cert: certPem, key: keyPem }),
  });
  stack.add("certificate renewal", renewal);
  return { server, caPemPath: material.caPemPath };
}

/** Opens the authority. Logs a warning where everybody may sign in as anybody. */
async function openAuthority(
  { settings, store, clock, log }: AppContext,
  { access, dataPlane, port }: AuthorityOptions,
): Promise<{ authority: Authority; ownerPasswordPath: string | undefined }> {
  const { dataDir, redirectUris, origins, listen: host, ownerPassword: given } = settings;
  if (isOpenToAll(settings)) log.warn({ listen: host }, openToAllWarning(host));
  const ownerPassword = settings.strict ? await openOwnerPassword({ dataDir, given }) : undefined;
  const authority = await createAuthority({
    store,
    dataDir,
    clock,
    log,
    registeredRedirectUris: redirectUris,
    own: { hosts: [host], origins, port },
    strict: ownerPassword && { administratorPassword: ownerPassword.password },
    isAssigned: async (objectId) => (await access.assignedTo(objectId)).length > 0,
    onAccessToken: dataPlane?.onAccessToken,
  });
  return { authority, ownerPasswordPath: ownerPassword?.path };
}
