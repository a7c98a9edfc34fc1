import { scopeLocked } from "../errors.ts";
import type { Gate, GateServices, LockedScopes } from "./exchange.ts";

const operations: Readonly<Record<string, "write" | "delete">> = {
  PUT: "write",
  PATCH: "write",
  POST: "write",
  DELETE: "delete",
};

/** No lock may stand against a change; a POST counts as one, whatever it does (documented: even `listKeys`). */
export const checkLocks: Gate = ({ method, operation: asked, resourceId }, services) => {
  const operation = operations[method];
  if (operation === undefined || asked?.isBeyondLocks === true) return undefined;
  return refuseLocked({ resourceId, operation }, services);
};

async function refuseLocked(
  change: Parameters<LockedScopes>[0],
  { lockedScopes }: Pick<GateServices, "lockedScopes">,
): Promise<undefined> {
  const locked = await lockedScopes(change);
  if (locked.length > 0) throw scopeLocked({ scope: change.resourceId, operation: change.operation, locked });
}
