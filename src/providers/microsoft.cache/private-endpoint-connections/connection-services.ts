import type { PrivateLinkConsumer } from "../../../private-link/contract.ts";
import type { ProviderServices } from "../../provider-services.ts";

export interface ConnectionServices extends ProviderServices {
  /** The provider of the private endpoints, once there is one. */
  readonly consumer: PrivateLinkConsumer | undefined;
}

/** The RBAC actions of connections begin with this. */
export const connectionAction = "Microsoft.Cache/redisEnterprise/privateEndpointConnections";
