import { expect } from "vitest";
import { cacheVersion, type CacheServer } from "./cache-server.ts";
import type { Answer } from "./inject.ts";
import { stamped } from "./stamped.ts";

/** The smallest body of a new cluster in 2025-07-01. */
export const clusterRequest = {
  location: "eastus",
  sku: { name: "Balanced_B1" },
  properties: { publicNetworkAccess: "Enabled" },
} as const;

/** The same for a cluster of the older kind. */
export const enterpriseRequest = { ...clusterRequest, sku: { name: "Enterprise_E10", capacity: 2 } } as const;

/** The refusal of a body that breaks one rule. */
export const fault = (message: string) => ({
  status: 400,
  body: { error: { code: "BadRequest", message: stamped(message), target: null } },
});

/** The refusal of a body of the wrong shape. */
export const shapeFault = (message: string) => ({
  status: 400,
  body: { error: { code: "InvalidRequestContent", message: stamped(message), target: null } },
});

/** ARM's own refusal of a location or tags of the wrong shape. */
export const gatewayShapeFault = (target: string, message: string) => ({
  status: 400,
  body: { error: { code: "InvalidRequestContent", message, target } },
});

/** The refusal of a value. */
export const refusedValue = (value: string, target: string, why: string) =>
  fault(`The value '${value}' of property '${target}' ${why}`);

/** Sends a PUT of a new cluster `c1` that is refused, and checks that it does not exist. */
export async function refusal(server: CacheServer, body: object, version = cacheVersion): Promise<Answer> {
  const answer = await server.send("PUT", "c1", body, version);
  expect((await server.send("GET", "c1")).status).toBe(404);
  return answer;
}
