import type { MayDo } from "../../arm/caller.ts";
import type { PrivateLinkTarget } from "../../private-link/contract.ts";
import type { ProviderServices } from "../provider-services.ts";

/** What the types of Microsoft.Network work with. */
export interface NetworkServices extends ProviderServices {
  /** Decides what a caller may do on resources that a request refers to. */
  readonly mayDo: MayDo;
  /** The provider whose resources private endpoints lead to. */
  readonly target: PrivateLinkTarget;
}

export const networkNamespace = "Microsoft.Network";
