import { regionName } from "../../kernel/regions.ts";
import { resourcesNamespace } from "../arm-path.ts";
import { invalidApiVersion, missingRegistration, noRegisteredProvider } from "../errors.ts";
import type { ResourceType } from "../resource-type.ts";
import { unregisteredNamespaces } from "../subscriptions-and-groups.ts";
import type { Exchange, Gate } from "./exchange.ts";
import { bodyIfReadable } from "./read-body.ts";

const versionPattern = /^\d{4}-\d{2}-\d{2}(?:-(?:alpha|beta|preview|privatepreview|rc))?$/i;

/** What clients of today send where any version will do; what is listed, and named in the refusal of a malformed one. */
export const commonApiVersions = [
  "2025-04-01",
  "2024-11-01",
  "2023-07-01",
  "2022-12-01",
  "2022-09-01",
  "2021-04-01",
  "2020-06-01",
];

/** The version must be spelled as one and be one of the type's own; versions match in any case. */
export const checkApiVersion: Gate = (exchange) => {
  const type = exchange.type;
  if (type === undefined) return undefined;
  const { apiVersion } = exchange;
  const supported = type.apiVersions === "any" ? commonApiVersions : type.apiVersions;
  if (!versionPattern.test(apiVersion)) throw invalidApiVersion(apiVersion, supported);
  if (type.apiVersions === "any") return undefined;
  const version = type.apiVersions.find((known) => known === apiVersion.toLowerCase());
  if (version === undefined) return refuseUnsupported(exchange, type, type.apiVersions);
  exchange.apiVersion = version;
  return undefined;
};

/** The refusal names the body's location, so that it reads a body that the pipeline has not come to. */
async function refuseUnsupported(exchange: Exchange, type: ResourceType, versions: readonly string[]): Promise<never> {
  const body = await bodyIfReadable(exchange);
  const asked = body?.["location"];
  throw noRegisteredProvider({
    namespace: type.namespace,
    location: typeof asked === "string" ? regionName(asked) : "global",
    version: exchange.apiVersion,
    type: type.types.join("/"),
    versions,
    locations: type.locations.map(regionName),
  });
}

/** A subscription must be registered for the namespace; SDKs read `details[0].target` and register by themselves. */
export const checkRegistration: Gate = ({ type, ancestors: [subscription] }) => {
  if (type === undefined || subscription === undefined || type.namespace === resourcesNamespace) return undefined;
  if (unregisteredNamespaces(subscription).includes(type.namespace.toLowerCase())) {
    throw missingRegistration(type.namespace);
  }
  return undefined;
};
