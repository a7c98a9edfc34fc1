import { regionDisplayName } from "../../../kernel/regions.ts";
import { hasFeature } from "../api-versions.ts";
import { connectionBody } from "../private-endpoint-connections/connection-body.ts";
import type { StoredConnection } from "../private-endpoint-connections/connection-store.ts";
import type { ClusterDocument, ResourceState } from "./cluster-document.ts";
import type { StoredCluster } from "./cluster-store.ts";

/** What a cluster's body is made for. */
export interface ClusterView {
  readonly apiVersion: string;
  readonly connections: readonly StoredConnection[];
  /** The answer that creates a cluster says null where no tags were sent, all others say that there are none (recorded). */
  readonly isCreation?: boolean;
}

/** A cluster as clients of an api-version read it, in the recorded order. */
export function clusterBody({ id, document }: StoredCluster, view: ClusterView): object {
  const { name, location, kind, tags, sku, zones, identity } = document;
  return {
    location: regionDisplayName(location) ?? location,
    name,
    id,
    type: "Microsoft.Cache/redisEnterprise",
    ...(hasFeature(view.apiVersion, "managedRedis") ? { kind } : {}),
    tags: tags ?? (view.isCreation === true ? null : {}),
    sku,
    properties: propertiesOf(document, view),
    ...(zones === undefined ? {} : { zones }),
    ...(hasFeature(view.apiVersion, "identityShown") ? { identity } : {}),
  };
}

function propertiesOf(document: ClusterDocument, { apiVersion, connections }: ClusterView): object {
  const { minimumTlsVersion, hostName, provisioningState, highAvailability, redundancyMode } = document;
  const { publicNetworkAccess, maintenanceConfiguration, encryption } = document;
  const showsMaintenance = maintenanceConfiguration !== undefined && hasFeature(apiVersion, "maintenanceConfiguration");
  const showsEncryption = encryption !== undefined && hasFeature(apiVersion, "encryption");
  return {
    minimumTlsVersion,
    hostName,
    provisioningState,
    resourceState: stateIn(apiVersion, document.resourceState),
    privateEndpointConnections: connections.map((each) => connectionBody(each, apiVersion)),
    ...(hasFeature(apiVersion, "managedRedis") ? { highAvailability, redundancyMode } : {}),
    ...(hasFeature(apiVersion, "publicNetworkAccess") ? { publicNetworkAccess } : {}),
    ...(showsMaintenance ? { maintenanceConfiguration } : {}),
    ...(showsEncryption ? { encryption } : {}),
  };
}

const statesBeforeScaling: Partial<Record<ResourceState, ResourceState>> = {
  Scaling: "Updating",
  ScalingFailed: "UpdateFailed",
};

/** Before there was a state for it, scaling was one update among others. */
const stateIn = (apiVersion: string, state: ResourceState): ResourceState =>
  hasFeature(apiVersion, "scalingStates") ? state : (statesBeforeScaling[state] ?? state);
