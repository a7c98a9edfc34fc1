import { providerResponse } from "../../../arm/arm-response.ts";
import type { ArmOperation } from "../../../arm/resource-type.ts";
import { requireDatabase } from "./database-access.ts";
import { bodyOf } from "./database-answer.ts";
import { databaseAction } from "./database-services.ts";
import type { DatabaseServices } from "./database-services.ts";
import { listDatabases } from "./database-store.ts";

/** GET of a database. */
export const getDatabase = (services: DatabaseServices): ArmOperation => ({
  action: `${databaseAction}/read`,
  display: { operation: "Get Database", description: "Reads a database of a cluster." },
  async handle(request) {
    const database = await requireDatabase(services.store, request);
    return providerResponse(200, bodyOf(services, database, request));
  },
});

/** GET of a cluster's databases: one page, without a link to another (recorded). */
export const listOfCluster = (services: DatabaseServices): ArmOperation => ({
  action: `${databaseAction}/read`,
  display: { operation: "List Databases", description: "Lists the databases of a cluster." },
  async handle(request) {
    const databases = await listDatabases(services.store, request.resourceId);
    return providerResponse(200, { value: databases.map((each) => bodyOf(services, each, request)) });
  },
});
