import type { ArmOperation } from "../../../arm/resource-type.ts";
import { versionsWith } from "../api-versions.ts";
import { operationNotAllowed } from "../errors.ts";
import { beginAction, databaseWork } from "./database-operations.ts";
import { databases, newestRedisVersion } from "./database.ts";
import type { DatabaseServices } from "./database.ts";

/** Upgrades a database to the newest Redis version. Its only published status is 202, so it always outlasts its response. */
export const upgradeRedisVersion = (services: DatabaseServices): ArmOperation => ({
  action: `${databases.type}/upgradeDBRedisVersion/action`,
  display: {
    operation: "Upgrade Database Redis Version",
    description: "Upgrades a database to the newest Redis version.",
  },
  apiVersions: versionsWith("upgradeRedisVersion"),
  async handle(request) {
    const installed = await services.dataPlane?.installedVersion();
    return await beginAction(services, request, {
      work: databaseWork.upgrade,
      check: ({ id, database, cluster }) => {
        const running = services.dataPlane?.redisVersion(id) ?? database.redisVersion;
        const newest = installed ?? newestRedisVersion[cluster.kind];
        if (running.localeCompare(newest, "en", { numeric: true }) < 0) return;
        throw operationNotAllowed(`The database '${id}' already runs Redis ${running}, the newest version.`);
      },
    });
  },
});
