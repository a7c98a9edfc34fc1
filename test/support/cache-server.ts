import type { Timing } from "../../src/operations/timing.ts";
import type { PrivateLinkConsumer } from "../../src/private-link/contract.ts";
import { microsoftCache } from "../../src/providers/microsoft.cache/provider.ts";
import type { Store } from "../../src/store/store.ts";
import { startArmServer, type ArmServer } from "./arm-server.ts";
import type { Answer, Request } from "./inject.ts";

export const cacheVersion = "2025-07-01";

/** ARM with Microsoft.Cache and a resource group `rg1` in East US. */
export type CacheServer = ArmServer & CacheRequests;

/** Requests to Microsoft.Cache about what is in a resource group `rg1`. */
export interface CacheRequests {
  /** The id of `rg1`. */
  readonly group: string;
  /** The id of a cluster in `rg1`. */
  readonly idOf: (cluster: string) => string;
  /** Sends a request to a cluster in `rg1`, or to something below it: `c1/privateLinkResources`. */
  readonly send: (
    method: "GET" | "PUT" | "PATCH" | "POST" | "DELETE",
    cluster: string,
    body?: object,
    version?: string,
  ) => Promise<Answer>;
}

/** Starts ARM with Microsoft.Cache for one test. */
export async function startCacheServer(
  options: { timing?: Timing; store?: Store; consumer?: PrivateLinkConsumer; retiredSkus?: boolean } = {},
): Promise<CacheServer> {
  const { timing = { kind: "instant" }, store, ...cacheOptions } = options;
  const server = await startArmServer({
    timing,
    ...(store === undefined ? {} : { store }),
    providers: [(services) => microsoftCache({ ...services, retiredSkus: true, ...cacheOptions })],
  });
  const group = await server.addGroup("rg1");
  return { ...server, ...cacheRequests(server.request, group) };
}

/** Requests about what is in a group, sent as `request` does. */
export function cacheRequests(request: Request, group: string): CacheRequests {
  const idOf = (cluster: string): string => `${group}/providers/Microsoft.Cache/redisEnterprise/${cluster}`;
  return {
    group,
    idOf,
    send: (method, cluster, body, version = cacheVersion) =>
      request(method, `${idOf(cluster)}?api-version=${version}`, body),
  };
}

/** The path and query of an absolute URL on the test server. */
export const pathOf = (url: string | undefined): string => (url ?? "").replace("https://localhost:8443", "");
