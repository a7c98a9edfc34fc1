import { resourcesNamespace } from "../arm-path.ts";
import { missingRegistration } from "../errors.ts";
import { unregisteredNamespaces } from "../subscription.ts";
import type { Gate } from "./exchange.ts";

/** A subscription must be registered for the namespace; SDKs read `details[0].target` and register by themselves. */
export const checkRegistration: Gate = ({ type, ancestors: [subscription] }) => {
  if (type === undefined || subscription === undefined || type.namespace === resourcesNamespace) return undefined;
  if (unregisteredNamespaces(subscription).includes(type.namespace.toLowerCase())) {
    throw missingRegistration(type.namespace);
  }
  return undefined;
};
