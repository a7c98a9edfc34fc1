import { expect } from "vitest";
import { cacheVersion } from "./cache-server.ts";
import type { CacheServer } from "./cache-server.ts";
import type { Answer } from "./inject.ts";
import { stamped } from "./stamped.ts";

/** The least that a PUT of a new cluster must say in 2025-07-01. */
export const clusterRequest = {
  location: "eastus",
  sku: { name: "Balanced_B1" },
  properties: { publicNetworkAccess: "Enabled" },
} as const;

/** The same for a cluster of the older kind. */
export const enterpriseRequest = { ...clusterRequest, sku: { name: "Enterprise_E10", capacity: 2 } } as const;

/** What the provider answers to a body that breaks one rule. */
export const fault = (message: string) => ({
  status: 400,
  body: { error: { code: "BadRequest", message: stamped(message), target: null } },
});

/** What the provider answers to a body of the wrong shape. */
export const shapeFault = (message: string) => ({
  status: 400,
  body: { error: { code: "InvalidRequestContent", message: stamped(message), target: null } },
});

/** What ARM itself answers to an envelope of the wrong shape. */
export const gatewayShapeFault = (target: string, message: string) => ({
  status: 400,
  body: { error: { code: "InvalidRequestContent", message, target } },
});

/** What the provider answers to a value that a rule is against. */
export const refusedValue = (value: string, target: string, why: string) =>
  fault(`The value '${value}' of property '${target}' ${why}`);

/** Sends a PUT of a new cluster `c1` that is refused, and makes sure that it left nothing. */
export async function refusal(server: CacheServer, body: object, version = cacheVersion): Promise<Answer> {
  const answer = await server.send("PUT", "c1", body, version);
  expect((await server.send("GET", "c1")).status).toBe(404);
  return answer;
}
