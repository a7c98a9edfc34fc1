import type { ArmOperation } from "../../../arm/resource-type.ts";
import { versionsWith } from "../api-versions.ts";
import { operationNotAllowed } from "../errors.ts";
import { beginAction } from "./begin-action.ts";
import { databaseWork, databases, newestRedisVersion } from "./database.ts";
import type { CacheServices } from "../cache-type.ts";

/** Upgrades a database to the newest Redis version. Its only published status is 202, so it always outlasts its response. */
export const upgradeRedisVersion = (services: CacheServices): ArmOperation => ({
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
      check: ({ id, document: { redisVersion } }, { document: { kind } }) => {
        const running = services.dataPlane?.redisVersion(id) ?? redisVersion;
        const newest = installed ?? newestRedisVersion[kind];
        if (running.localeCompare(newest, "en", { numeric: true }) < 0) return;
        throw operationNotAllowed(`The database '${id}' already runs Redis ${running}, the newest version.`);
      },
    });
  },
});
