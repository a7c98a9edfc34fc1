import { hasFeature } from "../api-versions.ts";
import { moduleVersionsAtCreation } from "./database-document.ts";
import type { DatabaseDocument, DatabaseModule } from "./database-document.ts";
import type { StoredDatabase } from "./database-store.ts";

/** What a database's body is made for. */
export interface DatabaseView {
  readonly apiVersion: string;
  /** The answer to a creation says other module versions than reads do. */
  readonly isCreation?: boolean;
}

/** A database as clients of an api-version read it, in the recorded order; never with its keys. */
export function databaseBody({ id, document }: Pick<StoredDatabase, "id" | "document">, view: DatabaseView): object {
  return {
    name: document.name,
    id,
    type: "Microsoft.Cache/redisEnterprise/databases",
    properties: propertiesOf(document, view),
  };
}

function propertiesOf(document: DatabaseDocument, { apiVersion, isCreation = false }: DatabaseView): object {
  const modules = isCreation ? document.modules.map(asAtCreation) : document.modules;
  return {
    clientProtocol: document.clientProtocol,
    port: document.port,
    provisioningState: document.provisioningState,
    resourceState: document.resourceState,
    clusteringPolicy: document.clusteringPolicy,
    evictionPolicy: document.evictionPolicy,
    ...(modules.length > 0 ? { modules } : {}),
    ...(hasFeature(apiVersion, "persistence") ? { persistence: document.persistence } : {}),
    ...(hasFeature(apiVersion, "geoReplication") ? { geoReplication: geoReplicationOf(document) } : {}),
    ...(hasFeature(apiVersion, "notifyKeyspaceEvents") ? { notifyKeyspaceEvents: document.notifyKeyspaceEvents } : {}),
    ...(hasFeature(apiVersion, "deferUpgrade") ? { deferUpgrade: document.deferUpgrade } : {}),
    ...(hasFeature(apiVersion, "databaseRedisVersion") ? { redisVersion: document.redisVersion } : {}),
    ...(hasFeature(apiVersion, "managedRedis") ? { accessKeysAuthentication: document.accessKeysAuthentication } : {}),
  };
}

const asAtCreation = (module: DatabaseModule): DatabaseModule => ({
  ...module,
  version: moduleVersionsAtCreation[module.name] ?? module.version,
});

/** Links read Linking while the database is made, then Linked (recorded 2025). */
function geoReplicationOf({ geoReplication, provisioningState }: DatabaseDocument): object | undefined {
  if (geoReplication === undefined) return undefined;
  const state = provisioningState === "Creating" ? "Linking" : "Linked";
  const linkedDatabases = geoReplication.linkedDatabases.map((id) => ({ id, state }));
  return { linkedDatabases, groupNickname: geoReplication.groupNickname };
}
