import { saveResource } from "../../store/resources.ts";
import type { StoredResource } from "../../store/store.ts";
import type { ArmResponse } from "../resource-type.ts";
import { scopeId } from "../resource-id.ts";
import { DryRunEnded } from "../write.ts";
import { resourceGroupTypeKey } from "../subscriptions-and-groups.ts";
import { authorize } from "./authorize.ts";
import type { Exchange, GateServices } from "./exchange.ts";
import { beginPut, type InternalCaller, type InternalPut } from "./internal-put.ts";
import { internalGates, runSteps } from "./pipeline.ts";

/** A PUT that somebody may send later. */
interface DryRunOfPut extends InternalPut {
  /** The region of the resource group, if it does not exist yet. */
  readonly location: string | undefined;
  /** Whether the caller's rights are checked. */
  readonly checksRights: boolean;
}

/**
 * Takes a PUT through the gates that a request passes once its caller is known, and through the type's own handler, and
 * leaves nothing behind. Resolves to the response that the request would get. A resource group that does not exist counts
 * as one in `location`.
 * @throws ArmError as the request itself would be refused
 */
export async function dryRunPut(
  put: DryRunOfPut,
  caller: InternalCaller,
  services: GateServices,
): Promise<ArmResponse> {
  const exchange = await beginPut(put, caller, services);
  const group = missingGroup(exchange, put.location ?? "eastus");
  if (group !== undefined) exchange.found = new Map([...exchange.found, [group.key, group]]);
  exchange.dryRun = {
    async prepare(tx, nowMs) {
      if (group !== undefined) await saveResource(tx, group, nowMs);
    },
  };
  const gates = put.checksRights ? internalGates : internalGates.filter((gate) => gate !== authorize);
  try {
    return await runSteps(exchange, gates, services);
  } catch (cause) {
    if (cause instanceof DryRunEnded) return cause.response;
    throw cause;
  }
}

/** The resource group of a path as it would be created; undefined if it exists or is itself what the path addresses. */
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
