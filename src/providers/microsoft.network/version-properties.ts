import { isJsonObject, type Json, type JsonObject } from "../../kernel/json.ts";

/** The api-version that added a property. Other properties are in all versions. */
type Since = Readonly<Record<string, string>>;

/** Properties that a later version added, by type (Microsoft's OpenAPI, and its change log of the templates). */
export const propertiesSince = {
  virtualNetwork: {
    flowTimeoutInMinutes: "2021-02-01",
    encryption: "2021-05-01",
    privateEndpointVNetPolicies: "2024-03-01",
  },
  subnet: { defaultOutboundAccess: "2023-05-01" },
  privateEndpoint: {
    applicationSecurityGroups: "2021-03-01",
    ipConfigurations: "2021-03-01",
    customNetworkInterfaceName: "2021-05-01",
    // In no definition: reported at 2023-11-01, recorded at 2024-03-01, and replaced by the next one.
    isIPv6EnabledPrivateEndpoint: "2023-11-01",
    ipVersionType: "2025-03-01",
  },
  networkInterface: {
    vnetEncryptionSupported: "2021-05-01",
    auxiliaryMode: "2021-08-01",
    disableTcpStateTracking: "2022-05-01",
    auxiliarySku: "2022-11-01",
    defaultOutboundConnectivityEnabled: "2024-05-01",
  },
  virtualNetworkLink: { resolutionPolicy: "2024-06-01" },
} as const satisfies Readonly<Record<string, Since>>;

/** A version, and the versions that added properties. */
interface VersionView {
  readonly apiVersion: string;
  readonly since: Since;
}

/** Whether an api-version has a property. */
export const knowsProperty = ({ apiVersion, since }: VersionView, name: string): boolean =>
  !Object.hasOwn(since, name) || apiVersion >= (since[name] ?? "");

/** Properties without those that a later version added, in their order. */
export const knownProperties = <Value>(
  properties: Readonly<Record<string, Value>>,
  view: VersionView,
): Record<string, Value> =>
  Object.fromEntries(Object.entries(properties).filter(([name]) => knowsProperty(view, name)));

/** A body without the properties that a later version added: Azure ignores them. */
export const knownBody = (body: JsonObject, view: VersionView): JsonObject => ({
  ...body,
  ...(isJsonObject(body["properties"]) ? { properties: knownProperties<Json>(body["properties"], view) } : {}),
});

/** The settings that a write requests; properties that its version does not have keep their value. */
export function keepUnknown<Settings extends object>(
  wanted: Settings,
  current: Settings | undefined,
  { apiVersion, since }: VersionView,
): Settings {
  if (current === undefined) return wanted;
  const kept = Object.entries(current).filter(([name]) => !knowsProperty({ apiVersion, since }, name));
  return { ...wanted, ...Object.fromEntries(kept) };
}
