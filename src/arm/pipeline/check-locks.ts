import { scopeLocked } from "../errors.ts";
import type { Step } from "./pipeline.ts";

const operations: Readonly<Record<string, "write" | "delete">> = {
  PUT: "write",
  PATCH: "write",
  POST: "write",
  DELETE: "delete",
};

/** No lock may stand against a change; a POST counts as one, whatever it does (documented: even `listKeys`). */
export const checkLocks: Step = async ({ method, operation: asked, resourceId }, { lockedScopes }) => {
  const operation = operations[method];
  if (operation === undefined || asked?.isBeyondLocks === true) return undefined;
  const locked = await lockedScopes({ resourceId, operation });
  if (locked.length > 0) throw scopeLocked({ scope: resourceId, operation, locked });
  return undefined;
};
