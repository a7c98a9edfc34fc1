import type { ProviderServices } from "../provider-services.ts";
import type { AccessCheck } from "./access/access-check.ts";

/** What Microsoft.Authorization works with. */
export interface AuthorizationServices extends ProviderServices {
  readonly access: AccessCheck;
  /** Whether roles may be assigned to object ids that nobody has heard of, without saying what they are. */
  readonly takesUnknownPrincipals?: boolean;
}
