import type { ArmPath } from "../../../arm/resource-id.ts";
import { gatewayResponse, typeKey } from "../../../arm/resource-type.ts";
import type { ArmOperation, ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import { listInSubscription } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { cannotUnregister } from "../errors.ts";
import type { ResourcesServices } from "../native-type.ts";
import { subscriptionKind } from "../subscriptions/subscription.ts";
import { namespaceOf, needsNoRegistration, providerBody, subscriptionOf } from "./resource-provider.ts";

/** `POST …/providers/{namespace}/register`. In Azure it is an action of the namespace itself. */
export const registerProvider = (services: ResourcesServices): ArmOperation => ({
  action: "Microsoft.Resources/subscriptions/providers/register/action",
  actionFor: (path) => namespaceAction(path, "register"),
  display: { operation: "Register Resource Provider", description: "Lets a subscription use a resource provider." },
  handle: (request) => changeRegistration(services, request, { isRegistered: true }),
});

/** `POST …/providers/{namespace}/unregister`: only when the subscription has no resource of the namespace (documented). */
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
  const namespaceKey = namespace.toLowerCase();
  return write(services, request, async (tx, nowMs) => {
    const before = await subscriptionOf(tx, request);
    if (!isRegistered) await checkUnregistrable(tx, before, { namespace, types: registry.typesOf(namespace) });
    const others = before.document.unregistered.filter((each) => each !== namespaceKey);
    const unregistered = isRegistered ? others : [...others, namespaceKey];
    // Clients register again and again, so it is only written when it changes.
    const after =
      unregistered.length === before.document.unregistered.length
        ? before
        : await subscriptionKind.update(tx, before, { document: { ...before.document, unregistered } }, nowMs);
    return { response: gatewayResponse(200, providerBody(registry, namespace, after)) };
  });
}

async function checkUnregistrable(
  tx: Transaction,
  { subscriptionKey }: { subscriptionKey: string },
  { namespace, types }: { namespace: string; types: readonly ResourceType[] },
): Promise<void> {
  if (needsNoRegistration(namespace)) {
    throw cannotUnregister(namespace, "needs no registration and cannot be unregistered");
  }
  for (const type of types) {
    const scope = { subscriptionKey, typeKey: typeKey(type) };
    const [resource] = await listInSubscription(tx, scope, { limit: 1, afterKey: "" });
    if (resource === undefined) continue;
    const why = `cannot be unregistered while the subscription has resources of it, for example '${resource.id}'`;
    throw cannotUnregister(namespace, why);
  }
}
