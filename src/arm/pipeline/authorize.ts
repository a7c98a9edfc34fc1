import { scopeId } from "../resource-id.ts";
import { authorizationFailed } from "../errors.ts";
import type { Gate } from "./exchange.ts";

/** The caller must be allowed the operation's action over the resource, unless others may ask as well. */
export const authorize: Gate = async (exchange, { mayDo, isInsider }) => {
  const { caller, operation, resourceId, path } = exchange;
  if (caller === undefined || operation === undefined)
    throw new Error("Authorization needs a caller and an operation.");
  if (operation.isOpenToEveryCaller === true) return undefined;
  const { action } = operation;
  if (await mayDo({ caller, action, scope: resourceId })) return undefined;
  if (operation.isOpenToInsiders === true && (await isInsider({ caller, scope: scopeId(path) }))) return undefined;
  throw authorizationFailed({ client: caller.name, objectId: caller.objectId, action, scope: resourceId });
};
