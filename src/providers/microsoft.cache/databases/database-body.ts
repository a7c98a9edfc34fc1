import { hasFeature } from "../api-versions.ts";
import type { DatabaseDocument } from "./database-document.ts";
import type { StoredDatabase } from "./database-store.ts";

/** A database as clients of an api-version read it, in the recorded order; never with its keys. */
export function databaseBody({ id, document }: Pick<StoredDatabase, "id" | "document">, apiVersion: string): object {
  return {
    name: document.name,
    id,
    type: "Microsoft.Cache/redisEnterprise/databases",
    properties: propertiesOf(document, apiVersion),
  };
}

function propertiesOf(document: DatabaseDocument, apiVersion: string): object {
  return {
    clientProtocol: document.clientProtocol,
    port: document.port,
    provisioningState: document.provisioningState,
    resourceState: document.resourceState,
    clusteringPolicy: document.clusteringPolicy,
    evictionPolicy: document.evictionPolicy,
    ...(hasFeature(apiVersion, "persistence") ? { persistence: document.persistence } : {}),
    ...(document.modules.length > 0 ? { modules: document.modules } : {}),
    ...(hasFeature(apiVersion, "geoReplication") ? { geoReplication: geoReplicationOf(document) } : {}),
    ...(hasFeature(apiVersion, "notifyKeyspaceEvents") ? { notifyKeyspaceEvents: document.notifyKeyspaceEvents } : {}),
    ...(hasFeature(apiVersion, "deferUpgrade") ? { deferUpgrade: document.deferUpgrade } : {}),
    ...(hasFeature(apiVersion, "databaseRedisVersion") ? { redisVersion: document.redisVersion } : {}),
    ...(hasFeature(apiVersion, "managedRedis") ? { accessKeysAuthentication: document.accessKeysAuthentication } : {}),
  };
}

/** Links read Linking while the database is made, then Linked (recorded 2025). */
function geoReplicationOf({ geoReplication, provisioningState }: DatabaseDocument): object | undefined {
  if (geoReplication === undefined) return undefined;
  const state = provisioningState === "Creating" ? "Linking" : "Linked";
  const linkedDatabases = geoReplication.linkedDatabases.map((id) => ({ id, state }));
  return { linkedDatabases, groupNickname: geoReplication.groupNickname };
}
