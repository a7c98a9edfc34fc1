import type { ProviderServices } from "../../provider-services.ts";
import type { DatabaseDataPlane } from "./data-plane.ts";

/** What the databases' operations work with. */
export interface DatabaseServices extends ProviderServices {
  /** The Redis servers, once there are any. */
  readonly dataPlane?: DatabaseDataPlane | undefined;
}

/** What RBAC actions on databases begin with. */
export const databaseAction = "Microsoft.Cache/redisEnterprise/databases";
