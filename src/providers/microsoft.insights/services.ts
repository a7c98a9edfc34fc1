import type { MayDo } from "../../arm/caller.ts";
import type { Registry } from "../../arm/registry.ts";
import type { ProviderServices } from "../provider-services.ts";

/** What Microsoft.Insights works with. */
export interface InsightsServices extends ProviderServices {
  /** Decides what of the log its caller may see. */
  readonly mayDo: MayDo;
  /** All types of the server, for what their actions are called. */
  readonly registry: () => Registry;
}
