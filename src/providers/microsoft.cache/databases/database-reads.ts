import { providerResponse } from "../../../arm/arm-response.ts";
import type { ArmOperation } from "../../../arm/resource-type.ts";
import { requireDatabase } from "./database-access.ts";
import { databaseBody } from "./database-body.ts";
import { databaseAction } from "./database-services.ts";
import type { DatabaseServices } from "./database-services.ts";
import { listDatabases } from "./database-store.ts";

/** GET of a database. */
export const getDatabase = ({ store, clock }: DatabaseServices): ArmOperation => ({
  action: `${databaseAction}/read`,
  display: { operation: "Get Database", description: "Reads a database of a cluster." },
  async handle(request) {
    const database = await requireDatabase(store, request, clock.nowMs());
    return providerResponse(200, databaseBody(database, request.apiVersion));
  },
});

/** GET of a cluster's databases: one page, without a link to another (recorded). */
export const listOfCluster = ({ store }: DatabaseServices): ArmOperation => ({
  action: `${databaseAction}/read`,
  display: { operation: "List Databases", description: "Lists the databases of a cluster." },
  async handle(request) {
    const databases = await listDatabases(store, request.resourceId);
    return providerResponse(200, { value: databases.map((each) => databaseBody(each, request.apiVersion)) });
  },
});
