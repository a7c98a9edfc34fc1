import { gatewayResponse, type ArmOperation, type ResourceType } from "../../src/arm/resource-type.ts";
import { ArmError } from "../../src/arm/arm-error.ts";
import { parseArmPath } from "../../src/arm/resource-id.ts";
import type { Caller } from "../../src/arm/caller.ts";
import { beginExchange, type Exchange, type PipelineServices } from "../../src/arm/pipeline/exchange.ts";
import { QuotaCounters } from "../../src/arm/quota.ts";
import { Registry } from "../../src/arm/registry.ts";
import { UnservedBook } from "../../src/arm/unserved.ts";
import type { Store } from "../../src/store/store.ts";
import { ManualClock } from "./manual-clock.ts";

export const requestId = "11111111-0000-4000-8000-000000000001";
export const correlationId = "22222222-0000-4000-8000-000000000002";
export const startedAtMs = Date.UTC(2026, 5, 23, 10, 32, 49);

/** A caller who may do everything. */
export const owner: Caller = {
  objectId: "0000000a-0000-4000-8000-000000000000",
  tenantId: "0000000b-0000-4000-8000-000000000000",
  kind: "User",
  name: "owner@test.local",
  appId: "",
  access: "Owner",
};

/** An exchange as the server begins it, its path already read; `content` is the body as it comes in. */
export function exchangeOf(given: Partial<Exchange> & { readonly content?: string | Buffer } = {}): Exchange {
  const { content = "", ...fields } = given;
  const url = given.url ?? "/";
  const begun = beginExchange({
    method: "GET",
    url,
    headers: { host: "localhost:8443" },
    readBody: async (limitBytes) => {
      const bytes = Buffer.from(content);
      return bytes.length > limitBytes ? undefined : bytes;
    },
    startedAtMs,
  });
  return {
    ...begun,
    requestId,
    correlationId,
    origin: "https://localhost:8443",
    path: parseArmPath(url.split("?")[0] ?? ""),
    query: new URLSearchParams(url.split("?")[1]),
    caller: owner,
    ...fields,
  };
}

/** What steps work with; a step that needs a store is given one. */
export function pipelineServices(given: Partial<PipelineServices> = {}): PipelineServices {
  const clock = new ManualClock(startedAtMs);
  return {
    store: {} as Store,
    clock,
    registry: new Registry([]),
    verifyToken: async () => ({ ok: true, caller: owner }),
    mayDo: async ({ caller }) => caller.access === "Owner",
    hasAnyRole: async ({ caller }) => caller.access === "Owner",
    lockedScopes: async () => [],
    quota: new QuotaCounters(clock),
    unserved: new UnservedBook(),
    tenantId: "0000000b-0000-4000-8000-000000000000",
    ...given,
  };
}

/** An operation whose response has its own name. */
export const operation = (name: string, given: Partial<ArmOperation> = {}): ArmOperation => ({
  action: `Sample.Boxes/${name}`,
  display: { operation: name, description: "" },
  handle: async () => gatewayResponse(200, { operation: name }),
  ...given,
});

/** A type of resources in resource groups. */
export const resourceType = (types: readonly string[], given: Partial<ResourceType> = {}): ResourceType => ({
  namespace: "Sample.Boxes",
  types,
  apiVersions: ["2024-01-01", "2023-01-01-preview"],
  locations: ["East US", "West Europe"],
  scope: "resourceGroup",
  tracked: types.length === 1,
  listed: true,
  operations: {},
  ...given,
});

/** What a step throws. @throws when it throws no ArmError. */
export async function refusalOf(work: () => unknown): Promise<ArmError> {
  try {
    await work();
  } catch (cause) {
    if (cause instanceof ArmError) return cause;
    throw cause;
  }
  throw new Error("Nothing was refused.");
}

/** Names and values in turn, as an object. */
export const headersIn = (list: readonly string[]): Record<string, string> =>
  Object.fromEntries(list.flatMap((name, at) => (at % 2 === 0 ? [[name, list[at + 1] ?? ""]] : [])));
