import { newUuid } from "../../kernel/ids.ts";
import type { JsonObject } from "../../kernel/json.ts";
import { saveResource } from "../../store/resources.ts";
import type { StoredResource } from "../../store/resources.ts";
import { parseArmPath } from "../arm-path.ts";
import type { ArmResponse } from "../arm-response.ts";
import { scopeId } from "../resource-id.ts";
import { Rehearsed } from "../rehearsal.ts";
import { resourceGroupTypeKey } from "../resource-group.ts";
import type { ArmRequest } from "../resource-type.ts";
import { authorize } from "./authorize.ts";
import { beginExchange } from "./begin-exchange.ts";
import type { Exchange } from "./exchange.ts";
import { readScope } from "./find-subscription.ts";
import { rehearsedGates } from "./pipeline.ts";
import type { GateServices } from "./pipeline.ts";

/** A PUT that somebody may send later. */
export interface RehearsedPut {
  readonly id: string;
  readonly apiVersion: string;
  readonly body: JsonObject;
  /** Region of the resource group, should that not be there yet. */
  readonly location: string | undefined;
  /** Whether the caller's rights are looked at. */
  readonly checksRights: boolean;
}

/**
 * Takes a PUT through the gates that a request passes once its caller is known, and through the type's own handler, and
 * leaves nothing behind. What it would have been answered; a resource group that is not there counts as one in `location`.
 * @throws ArmError as the request itself would be refused
 */
export async function rehearsePut(
  put: RehearsedPut,
  asked: Pick<ArmRequest, "caller" | "origin" | "correlationId">,
  services: GateServices,
): Promise<ArmResponse> {
  const exchange = await beginPut(put, asked, services);
  try {
    for (const gate of put.checksRights ? rehearsedGates : rehearsedGates.filter((each) => each !== authorize)) {
      const response = await gate(exchange, services);
      if (response !== undefined) return response;
    }
  } catch (cause) {
    if (cause instanceof Rehearsed) return cause.response;
    throw cause;
  }
  throw new Error("The last gate gave no answer.");
}

async function beginPut(
  { id, apiVersion, body, location }: RehearsedPut,
  { caller, origin, correlationId }: Parameters<typeof rehearsePut>[1],
  services: GateServices,
): Promise<Exchange> {
  const { clock } = services;
  const content = Buffer.from(JSON.stringify(body));
  const exchange: Exchange = {
    ...beginExchange({
      method: "PUT",
      url: id,
      headers: { "content-type": "application/json" },
      readBody: async () => content,
      startedAtMs: clock.nowMs(),
    }),
    requestId: newUuid(),
    correlationId,
    caller,
    origin,
    body,
    path: parseArmPath(id),
    query: new URLSearchParams({ "api-version": apiVersion }),
  };
  await readScope(exchange, services);
  const group = missingGroup(exchange, location ?? "eastus");
  if (group !== undefined) exchange.found = new Map([...exchange.found, [group.key, group]]);
  exchange.rehearsal = {
    async prepare(tx, nowMs) {
      if (group !== undefined) await saveResource(tx, group, nowMs);
    },
  };
  return exchange;
}

/** The resource group of a path as it would be made, where it is not there and the path goes on below it. */
function missingGroup({ path, found }: Exchange, location: string): StoredResource | undefined {
  const { resourceGroup: name, subscriptionId = "" } = path;
  const id = scopeId(path);
  const key = id.toLowerCase();
  const isGroupItself = path.isNative && path.types.length === 2;
  if (name === undefined || found.has(key) || isGroupItself) return undefined;
  const subscriptionKey = subscriptionId.toLowerCase();
  return {
    id,
    key,
    typeKey: resourceGroupTypeKey,
    parentKey: `/subscriptions/${subscriptionKey}`,
    subscriptionKey,
    version: 0,
    createdAtMs: 0,
    updatedAtMs: 0,
    document: { name, location, provisioningState: "Succeeded" },
  };
}
