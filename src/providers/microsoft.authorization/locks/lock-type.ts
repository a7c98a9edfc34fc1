import { ArmError } from "../../../arm/arm-error.ts";
import { gatewayResponse } from "../../../arm/arm-response.ts";
import { bodySchema } from "../../../arm/body-schema.ts";
import { parseFilterTerms } from "../../../arm/filter-terms.ts";
import type { ArmOperation, ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import { findResource, removeResource, saveResource } from "../../../store/resources.ts";
import { lockNotFound, missingSubscription, unsupportedFilter } from "../errors.ts";
import { extensionType } from "../extension-type.ts";
import { covers, scopeOf, subscriptionKeyOf } from "../scopes.ts";
import type { AuthorizationServices } from "../services.ts";
import { listLocks, lockLevels, lockTypeKey } from "./lock.ts";
import type { LockDocument, StoredLock } from "./lock.ts";

const action = "Microsoft.Authorization/locks";

/** `locks` at any scope in a subscription. No lock stands against what is done to locks. */
export const lockType = (services: AuthorizationServices): ResourceType =>
  extensionType("locks", {
    get: getLock(services),
    list: listLocksAt(services),
    put: putLock(services),
    delete: deleteLock(services),
  });

const getLock = ({ store }: AuthorizationServices): ArmOperation => ({
  action: `${action}/read`,
  display: { operation: "Get management locks", description: "Reads a lock." },
  async handle(request) {
    const lock = await findResource<LockDocument>(store, request.resourceId);
    if (lock === undefined) throw lockNotFound(nameOf(request));
    return gatewayResponse(200, lockBody(lock));
  },
});

/** Those at the scope, above and below it; with `atScope()` not those below. */
const listLocksAt = ({ store }: AuthorizationServices): ArmOperation => ({
  action: `${action}/read`,
  display: { operation: "List management locks", description: "Lists the locks that bear on a scope." },
  async handle(request) {
    const withBelow = !isAtScope(request.query.get("$filter") ?? "");
    const key = scopeOf(request.resourceId).toLowerCase();
    const locks = (await listLocks(store, subscriptionOf(request))).filter(
      ({ parentKey }) => covers(parentKey, key) || (withBelow && covers(key, parentKey)),
    );
    return gatewayResponse(200, { value: locks.map(lockBody) });
  },
});

const lockSchema = bodySchema(
  {
    type: "object",
    required: ["properties"],
    properties: {
      properties: {
        type: "object",
        required: ["level"],
        properties: {
          level: { type: "string", enum: [...lockLevels] },
          notes: { type: ["string", "null"], maxLength: 512 },
        },
      },
    },
  },
  "gateway",
);

const putLock = (services: AuthorizationServices): ArmOperation => ({
  action: `${action}/write`,
  display: { operation: "Add or update management locks", description: "Locks a scope, or changes its lock." },
  body: "required",
  isBeyondLocks: true,
  handle(request) {
    const { level, notes } = lockSchema.parse(request.body).properties;
    checkLockName(nameOf(request));
    const subscriptionKey = subscriptionOf(request);
    return write(services, request, async (tx, nowMs) => {
      const { resourceId: id } = request;
      const before = await findResource<LockDocument>(tx, id);
      const parentKey = scopeOf(id).toLowerCase();
      const document = { level, notes: notes ?? undefined };
      const saved = await saveResource(tx, { id, typeKey: lockTypeKey, parentKey, subscriptionKey, document }, nowMs);
      const status = before === undefined ? 201 : 200;
      return {
        response: gatewayResponse(status, lockBody(saved)),
        detail: { from: before?.document.level, to: level },
      };
    });
  },
});

const deleteLock = (services: AuthorizationServices): ArmOperation => ({
  action: `${action}/delete`,
  display: { operation: "Delete management locks", description: "Removes a lock." },
  isBeyondLocks: true,
  handle: (request) =>
    write(services, request, async (tx, nowMs) => {
      const lock = await findResource<LockDocument>(tx, request.resourceId);
      if (lock === undefined) return { response: gatewayResponse(204) };
      await removeResource(tx, lock, nowMs);
      return { response: gatewayResponse(200), detail: { from: lock.document.level } };
    }),
});

/** In the recorded order (2020). */
const lockBody = ({ id, document }: StoredLock): object => ({
  properties: { level: document.level, ...(document.notes === undefined ? {} : { notes: document.notes }) },
  id,
  type: "Microsoft.Authorization/locks",
  name: id.slice(id.lastIndexOf("/") + 1),
});

const nameOf = ({ path }: ArmRequest): string => path.names.at(-1) ?? "";

function subscriptionOf({ resourceId }: ArmRequest): string {
  const subscriptionKey = subscriptionKeyOf(scopeOf(resourceId).toLowerCase());
  if (subscriptionKey === "") throw missingSubscription();
  return subscriptionKey;
}

const maxNameCharacters = 260;
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const forbiddenInNames = /[<>%&:\\?/\u0000-\u001F\u007F]/;

/** Documented rules; the wording is ours. */
function checkLockName(name: string): void {
  if (name.length <= maxNameCharacters && !forbiddenInNames.test(name)) return;
  throw new ArmError({
    code: "InvalidResourceName",
    message:
      `The lock name '${name}' is not valid: it may have ${maxNameCharacters} characters at most, ` +
      "and none of '<', '>', '%', '&', ':', '\\', '?', '/' or control characters.",
  });
}

function isAtScope(filter: string): boolean {
  const terms = parseFilterTerms(filter);
  const isSupported = terms?.every((term) => term.kind === "call" && term.name === "atscope");
  if (terms === undefined || isSupported !== true) throw unsupportedFilter(filter, "'atScope()'");
  return terms.length > 0;
}
