import fastify from "fastify";
import type { FastifyInstance } from "fastify";
import { onTestFinished } from "vitest";
import { KeptBodies } from "../../src/arm/kept-bodies.ts";
import type { Caller, VerifyToken } from "../../src/arm/caller.ts";
import { QuotaCounters } from "../../src/arm/quota.ts";
import type { Registry } from "../../src/arm/registry.ts";
import type { ResourceType } from "../../src/arm/resource-type.ts";
import { registerArm } from "../../src/arm/routes.ts";
import { createArm, takeArmRequests } from "../../src/arm/server.ts";
import { UnservedBook } from "../../src/arm/unserved.ts";
import { httpRouting } from "../../src/http/routed-app.ts";
import { createLog, type Log } from "../../src/kernel/log.ts";
import { mountProviders } from "../../src/app/providers.ts";
import { OperationEngine } from "../../src/operations/operation-engine.ts";
import type { Timing } from "../../src/operations/timing.ts";
import { seedSubscription } from "../../src/providers/microsoft.resources/subscriptions/subscription.ts";
import { createAccessCheck } from "../../src/providers/microsoft.authorization/access/access-check.ts";
import { createLockCheck } from "../../src/providers/microsoft.authorization/access/lock-check.ts";
import type { ProviderServices } from "../../src/providers/provider-services.ts";
import type { Store } from "../../src/store/store.ts";
import { recordingExchanges } from "./exchange-recorder.ts";
import { requestTo, type Request } from "./inject.ts";
import { ManualClock } from "./manual-clock.ts";
import { openTempStore } from "./temp-store.ts";

export const testTenantId = "72f988bf-0000-4000-8000-000000000001";
export const testSubscriptionId = "e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f";

/** Who tokens of these names stand for: one may do everything, the others nothing until they are assigned a role. */
export const callers = {
  owner: caller("owner", { last: "a", access: "Owner" }),
  guest: caller("guest", { last: "b" }),
  alice: caller("alice", { last: "c" }),
  app: caller("app", { last: "d", kind: "ServicePrincipal" }),
} as const;

export interface ArmServerOptions {
  readonly timing?: Timing;
  /** What is mounted beside Microsoft.Resources; the services are those of the server. */
  readonly providers?: readonly ((services: ProviderServices) => readonly ResourceType[])[];
  /** A store to continue with, as after a crash; its subscription is not created again. */
  readonly store?: Store;
  readonly clock?: ManualClock;
  readonly log?: Log;
  /** Whether roles may be assigned to object ids that nobody has heard of. */
  readonly takesUnknownPrincipals?: boolean;
  /**
   * Whether bodies are sent as they were kept. Otherwise every body is made again, and compared with the one that would
   * have been sent.
   */
  readonly servesKeptBodies?: boolean;
}

/** ARM in this process, on its own store, until the end of the test. */
export interface ArmServer {
  readonly app: FastifyInstance;
  readonly store: Store;
  readonly clock: ManualClock;
  readonly operations: OperationEngine;
  readonly registry: Registry;
  readonly keptBodies: KeptBodies;
  readonly unserved: UnservedBook;
  /** `/subscriptions/{id}` of the subscription that is always there. */
  readonly subscription: string;
  readonly request: Request;
  /** Creates another subscription unless it exists. Resolves to its id. */
  readonly addSubscription: (subscriptionId: string, displayName?: string) => Promise<string>;
  /** Creates a resource group in the usual subscription unless it exists. Resolves to its id. */
  readonly addGroup: (name?: string, location?: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Starts ARM with Microsoft.Resources and the providers to be tested. */
export async function startArmServer(options: ArmServerOptions = {}): Promise<ArmServer> {
  const { timing = { kind: "instant" }, clock = new ManualClock(), log = createLog("silent") } = options;
  const { takesUnknownPrincipals = false } = options;
  const temp =
    options.store === undefined ? await openTempStore() : { store: options.store, close: async () => undefined };
  const { store } = temp;
  const operations = new OperationEngine({ store, clock, log, timing });
  clock.waitFor(store);
  const keptBodies = new KeptBodies({ maxBytes: 8_388_608, isVerified: options.servesKeptBodies !== true });
  const services = { store, keptBodies, clock, log, timing, operations };
  const others = (options.providers ?? []).flatMap((make) => make(services));
  const tenants = [{ tenantId: testTenantId, displayName: "Test", defaultDomain: "test.local" }];
  const access = createAccessCheck({ store });
  const { mayDo, hasAnyRole } = access;
  const lockedScopes = createLockCheck({ store });
  const unserved = new UnservedBook();
  const registry = mountProviders(services, others, {
    access,
    tenants,
    lockedScopes,
    unserved,
    takesUnknownPrincipals,
  });
  const app = fastify(httpRouting);
  const quota = new QuotaCounters(clock);
  const checks = { verifyToken, mayDo, hasAnyRole, lockedScopes };
  const arm = createArm({ store, clock, log, registry, ...checks, quota, unserved, tenantId: testTenantId });
  await registerArm(app, arm);
  takeArmRequests(app.server, arm);
  const close = closeOnce(async () => {
    await app.close();
    await operations.close();
    await temp.close();
  });
  onTestFinished(close);
  const server = {
    ...helpers({ app, store, clock }),
    app,
    store,
    clock,
    operations,
    registry,
    keptBodies,
    unserved,
    close,
  };
  if (options.store === undefined) await server.addSubscription(testSubscriptionId, "Test subscription");
  await operations.start({ storeIsOurs: true });
  return server;
}

function helpers({ app, store, clock }: { app: FastifyInstance; store: Store; clock: ManualClock }) {
  const subscription = `/subscriptions/${testSubscriptionId}`;
  const request = recordingExchanges(requestTo(app));
  return {
    subscription,
    request,
    async addSubscription(subscriptionId: string, displayName = "Another subscription"): Promise<string> {
      const seed = { subscriptionId, displayName, tenantId: testTenantId, nowMs: clock.nowMs() };
      await store.write((tx) => seedSubscription(tx, seed));
      return `/subscriptions/${subscriptionId}`;
    },
    async addGroup(name = "rg1", location = "eastus"): Promise<string> {
      const id = `${subscription}/resourceGroups/${name}`;
      const { status, text } = await request("PUT", `${id}?api-version=2024-11-01`, { location });
      if (status > 201) throw new Error(`The resource group '${name}' was not made: ${text}`);
      return id;
    },
  };
}

const verifyToken: VerifyToken = async (token) => {
  const known = Object.entries(callers).find(([name]) => name === token);
  return known === undefined ? { ok: false, problem: "malformed" } : { ok: true, caller: known[1] };
};

function caller(
  name: string,
  { last, kind = "User", access = "None" }: { last: string } & Partial<Pick<Caller, "kind" | "access">>,
): Caller {
  const objectId = `00000000-0000-4000-8000-00000000000${last}`;
  const names = kind === "User" ? { name: `${name}@test.local`, appId: "" } : { name, appId: name };
  return { objectId, tenantId: testTenantId, kind, ...names, access };
}

function closeOnce(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => (closing ??= close());
}
