import { operationsListType } from "../../arm/operations-list.ts";
import type { ResourceType } from "../../arm/resource-type.ts";
import { eventType, insightsNamespace, type InsightsServices } from "./events/event-type.ts";

/** Microsoft.Insights: the activity log. */
export function microsoftInsights(services: InsightsServices): ResourceType[] {
  const types = [eventType(services)];
  return [...types, operationsListType(insightsNamespace, types)];
}
