import type { PrivateLinkConsumer } from "../../../private-link/contract.ts";
import type { ProviderServices } from "../../provider-services.ts";

/** What the operations on clusters work with. */
export interface ClusterServices extends ProviderServices {
  /** The provider of the private endpoints, once there is one. */
  readonly consumer: PrivateLinkConsumer | undefined;
  /** Whether clusters of the older kind can be created, which Azure has refused since 1 April 2026. */
  readonly retiredSkus: boolean;
}
