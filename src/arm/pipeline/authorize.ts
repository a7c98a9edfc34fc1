import { authorizationFailed, scopeLocked } from "../errors.ts";
import { scopeId } from "../resource-id.ts";
import type { Gate, GateServices, LockedScopes } from "./exchange.ts";

/** The caller must be allowed the operation's action on the resource, unless the operation lets others call it. */
export const authorize: Gate = async (exchange, { mayDo, hasAnyRole }) => {
  const { caller, operation, resourceId, path } = exchange;
  if (caller === undefined || operation === undefined)
    throw new Error("Authorization needs a caller and an operation.");
  if (operation.allowsEveryCaller === true) return undefined;
  const { action } = operation;
  if (await mayDo({ caller, action, scope: resourceId })) return undefined;
  if (operation.allowsAnyRoleInScope === true && (await hasAnyRole({ caller, scope: scopeId(path) }))) return undefined;
  throw authorizationFailed({ client: caller.name, objectId: caller.objectId, action, scope: resourceId });
};

const operations: Readonly<Record<string, "write" | "delete">> = {
  PUT: "write",
  PATCH: "write",
  POST: "write",
  DELETE: "delete",
};

/** No lock may forbid a change. A POST counts as a change, whatever it does (documented: even `listKeys`). */
export const checkLocks: Gate = ({ method, operation: asked, resourceId }, services) => {
  const operation = operations[method];
  if (operation === undefined || asked?.ignoresLocks === true) return undefined;
  return refuseLocked({ resourceId, operation }, services);
};

async function refuseLocked(
  change: Parameters<LockedScopes>[0],
  { lockedScopes }: Pick<GateServices, "lockedScopes">,
): Promise<undefined> {
  const locked = await lockedScopes(change);
  if (locked.length > 0) throw scopeLocked({ scope: change.resourceId, operation: change.operation, locked });
}
