import { operationsListType } from "../../arm/operations-list.ts";
import type { Provider } from "../provider.ts";
import { eventType, insightsNamespace } from "./activity-log/event-type.ts";
import type { InsightsServices } from "./services.ts";

/** Microsoft.Insights: the activity log. */
export function microsoftInsights(services: InsightsServices): Provider {
  const types = [eventType(services)];
  return { types: [...types, operationsListType(insightsNamespace, types)], kinds: [] };
}
