import { authorizationFailed, scopeLocked } from "../errors.ts";
import { scopeId } from "../resource-id.ts";
import type { Caller } from "../caller.ts";
import type { ArmOperation } from "../resource-type.ts";
import type { Exchange, Gate, GateServices, LockedScopes } from "./exchange.ts";

/** The caller must be allowed the operation's action on the resource, unless the operation lets others call it. */
export const authorize: Gate = (exchange, services) => {
  const { caller, operation, resourceId } = exchange;
  if (caller === undefined || operation === undefined)
    throw new Error("Authorization needs a caller and an operation.");
  if (operation.allowsEveryCaller === true) return undefined;
  const mayDo = services.mayDo({ caller, action: operation.action, scope: resourceId });
  return mayDo === true ? undefined : refuseUnlessAllowed(mayDo, { exchange, caller, operation }, services);
};

async function refuseUnlessAllowed(
  mayDo: boolean | Promise<boolean>,
  { exchange, caller, operation }: { exchange: Exchange; caller: Caller; operation: ArmOperation },
  { hasAnyRole }: GateServices,
): Promise<undefined> {
  const { resourceId: scope, path } = exchange;
  if (await mayDo) return;
  if (operation.allowsAnyRoleInScope === true && (await hasAnyRole({ caller, scope: scopeId(path) }))) return;
  throw authorizationFailed({ client: caller.name, objectId: caller.objectId, action: operation.action, scope });
}

type Change = Parameters<LockedScopes>[0];

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
  const change = { resourceId, operation };
  const locked = services.lockedScopes(change);
  return locked instanceof Promise ? locked.then((all) => refuseLocked(change, all)) : refuseLocked(change, locked);
};

function refuseLocked({ resourceId: scope, operation }: Change, locked: readonly string[]): undefined {
  if (locked.length > 0) throw scopeLocked({ scope, operation, locked });
}
