import { ArmError } from "../../../arm/arm-error.ts";
import { gatewayResponse } from "../../../arm/arm-response.ts";
import type { ArmPath } from "../../../arm/arm-path.ts";
import type { ArmOperation, ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import { typeKey } from "../../../arm/resource-type.ts";
import type { SubscriptionDocument } from "../../../arm/subscriptions-and-groups.ts";
import { write } from "../../../arm/write.ts";
import { listInSubscription, saveResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/stored-resource.ts";
import type { Transaction } from "../../../store/store.ts";
import type { ResourcesServices } from "../services.ts";
import { namespaceOf } from "./find-namespace.ts";
import { needsNoRegistration, providerBody } from "./provider-body.ts";
import { subscriptionOf } from "./subscription-of.ts";

/** `POST …/providers/{namespace}/register`. Azure grants it as an action of the namespace itself. */
export const registerProvider = (services: ResourcesServices): ArmOperation => ({
  action: "Microsoft.Resources/subscriptions/providers/register/action",
  actionFor: (path) => namespaceAction(path, "register"),
  display: { operation: "Register Resource Provider", description: "Lets a subscription use a resource provider." },
  handle: (request) => changeRegistration(services, request, { isRegistered: true }),
});

/** `POST …/providers/{namespace}/unregister`: only once nothing of the namespace is left (documented). */
export const unregisterProvider = (services: ResourcesServices): ArmOperation => ({
  action: "Microsoft.Resources/subscriptions/providers/unregister/action",
  actionFor: (path) => namespaceAction(path, "unregister"),
  display: { operation: "Unregister Resource Provider", description: "Ends the use of a resource provider." },
  handle: (request) => changeRegistration(services, request, { isRegistered: false }),
});

const namespaceAction = (path: ArmPath, verb: string): string => `${path.names.at(-1) ?? ""}/${verb}/action`;

function changeRegistration(
  services: ResourcesServices,
  request: ArmRequest,
  { isRegistered }: { isRegistered: boolean },
): ReturnType<ArmOperation["handle"]> {
  const registry = services.registry();
  const namespace = namespaceOf(request, registry);
  return write(services, request, async (tx, nowMs) => {
    const before = await subscriptionOf(tx, request);
    if (!isRegistered) await checkUnregistrable(tx, before, { namespace, types: registry.typesOf(namespace) });
    const unregistered = new Set(before.document.unregistered);
    if (isRegistered) unregistered.delete(namespace.toLowerCase());
    else unregistered.add(namespace.toLowerCase());
    const after = await saveUnregistered(tx, before, { unregistered: [...unregistered], nowMs });
    return { response: gatewayResponse(200, providerBody(registry, namespace, after)) };
  });
}

/** Writes only what changes: clients register over and over. */
async function saveUnregistered(
  tx: Transaction,
  subscription: StoredResource<SubscriptionDocument>,
  { unregistered, nowMs }: { unregistered: readonly string[]; nowMs: number },
): Promise<StoredResource<SubscriptionDocument>> {
  if (unregistered.length === subscription.document.unregistered.length) return subscription;
  return saveResource(tx, { ...subscription, document: { ...subscription.document, unregistered } }, nowMs);
}

async function checkUnregistrable(
  tx: Transaction,
  { subscriptionKey }: StoredResource<SubscriptionDocument>,
  { namespace, types }: { namespace: string; types: readonly ResourceType[] },
): Promise<void> {
  if (needsNoRegistration(namespace)) {
    throw conflict(`The resource provider '${namespace}' needs no registration and cannot be unregistered.`);
  }
  for (const type of types) {
    const scope = { subscriptionKey, typeKey: typeKey(type) };
    const [resource] = await listInSubscription(tx, scope, { limit: 1, afterKey: "" });
    if (resource !== undefined) {
      throw conflict(
        `The resource provider '${namespace}' cannot be unregistered while the subscription has resources of it, ` +
          `for example '${resource.id}'.`,
      );
    }
  }
}

/** The wordings are ours: Azure's are not known. */
const conflict = (message: string): ArmError => new ArmError({ code: "Conflict", message });
