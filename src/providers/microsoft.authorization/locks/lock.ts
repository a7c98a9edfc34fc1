import { missingSubscription } from "../../../arm/errors.ts";
import { gatewayResponse, type ArmOperation, type ArmRequest, type ResourceType } from "../../../arm/resource-type.ts";
import { nameOf, subscriptionKeyOf } from "../../../arm/resource-id.ts";
import { resourceKind } from "../../../arm/resource-kind.ts";
import { write } from "../../../arm/write.ts";
import { removeResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/store.ts";
import { lockNotFound } from "../errors.ts";
import { extensionType, type AuthorizationServices } from "../extension-type.ts";
import { covers, scopeOf } from "../scopes.ts";
import { checkLockName, isAtScope, lockSchema, type LockLevel } from "./lock-request.ts";

/** A stored lock; its scope is its parent. */
interface LockDocument {
  readonly level: LockLevel;
  readonly notes: string | undefined;
}

export const lockKind = resourceKind<LockDocument>("Microsoft.Authorization", ["locks"]);

/** `locks` at any scope in a subscription. No lock applies to writes of locks. */
export const lockType = (services: AuthorizationServices): ResourceType =>
  extensionType("locks", {
    get: getLock(services),
    list: listLocks(services),
    put: putLock(services),
    delete: deleteLock(services),
  });

const getLock = ({ store }: AuthorizationServices): ArmOperation => ({
  action: `${lockKind.type}/read`,
  display: { operation: "Get management locks", description: "Reads a lock." },
  async handle({ resourceId, name }) {
    const lock = await lockKind.find(store, resourceId);
    if (lock === undefined) throw lockNotFound(name);
    return gatewayResponse(200, lockBody(lock));
  },
});

/** The locks at the scope, above and below it; with `atScope()` not those below. */
const listLocks = ({ store }: AuthorizationServices): ArmOperation => ({
  action: `${lockKind.type}/read`,
  display: { operation: "List management locks", description: "Lists the locks that apply to a scope." },
  async handle(request) {
    const withBelow = !isAtScope(request.query.get("$filter") ?? "");
    const key = scopeOf(request.resourceId).toLowerCase();
    const locks = (await lockKind.inSubscription(store, subscriptionOf(request))).filter(
      ({ parentKey }) => covers(parentKey, key) || (withBelow && covers(key, parentKey)),
    );
    return gatewayResponse(200, { value: locks.map(lockBody) });
  },
});

const putLock = (services: AuthorizationServices): ArmOperation => ({
  action: `${lockKind.type}/write`,
  display: { operation: "Add or update management locks", description: "Locks a scope, or changes its lock." },
  body: "required",
  ignoresLocks: true,
  handle(request) {
    const { level, notes } = lockSchema.parse(request.body).properties;
    checkLockName(request.name);
    subscriptionOf(request);
    return write(services, request, async (tx, nowMs) => {
      const { resourceId: id } = request;
      const before = await lockKind.find(tx, id);
      const saved = await lockKind.save(tx, before, { id, document: { level, notes: notes ?? undefined } }, nowMs);
      const status = before === undefined ? 201 : 200;
      return {
        response: gatewayResponse(status, lockBody(saved)),
        detail: { from: before?.document.level, to: level },
      };
    });
  },
});

const deleteLock = (services: AuthorizationServices): ArmOperation => ({
  action: `${lockKind.type}/delete`,
  display: { operation: "Delete management locks", description: "Removes a lock." },
  ignoresLocks: true,
  handle: (request) =>
    write(services, request, async (tx) => {
      const lock = await lockKind.find(tx, request.resourceId);
      if (lock === undefined) return { response: gatewayResponse(204) };
      await removeResource(tx, lock);
      return { response: gatewayResponse(200), detail: { from: lock.document.level } };
    }),
});

/** In the recorded order (2020). */
const lockBody = ({ id, document }: StoredResource<LockDocument>): object => ({
  properties: { level: document.level, ...(document.notes === undefined ? {} : { notes: document.notes }) },
  id,
  type: lockKind.type,
  name: nameOf(id),
});

function subscriptionOf({ resourceId }: ArmRequest): string {
  const subscriptionKey = subscriptionKeyOf(scopeOf(resourceId));
  if (subscriptionKey === "") throw missingSubscription();
  return subscriptionKey;
}
