import { gatewayResponse, type ArmOperation, type ArmRequest, type ResourceType } from "../../../arm/resource-type.ts";
import { readMatching, readPageRequest, toPage, type PageRequest } from "../../../arm/paging.ts";
import { invalidSkipToken } from "../../../arm/errors.ts";
import type { MayDo } from "../../../arm/caller.ts";
import { operationsOf, type Registry } from "../../../arm/registry.ts";
import { findActivities } from "../../../store/activities.ts";
import type { StoredActivity } from "../../../store/activity-rows.ts";
import type { ActivityCursor, ActivityQuery } from "../../../store/activities.ts";
import type { Page } from "../../../store/resources.ts";
import type { ProviderServices } from "../../provider-services.ts";
import { readEventFilter } from "./event-request.ts";
import { eventBody, type ActionTitle } from "./event.ts";

/** The services of Microsoft.Insights. */
export interface InsightsServices extends ProviderServices {
  /** Decides which events a caller may see. */
  readonly mayDo: MayDo;
  /** All types of the server, for the titles of their actions. */
  readonly registry: () => Registry;
}

export const insightsNamespace = "Microsoft.Insights";

/** `/subscriptions/{id}/providers/Microsoft.Insights/eventtypes/management/values`: the activity log. */
export const eventType = (services: InsightsServices): ResourceType => ({
  namespace: insightsNamespace,
  types: ["eventtypes", "values"],
  apiVersions: "any",
  locations: [],
  scope: "subscription",
  tracked: false,
  listed: true,
  parentsAreStored: false,
  operations: { list: listEvents(services) },
});

const action = "Microsoft.Insights/eventtypes/values/Read";

/** Newest first. A caller who may not read the whole log gets the events of what it may read. */
const listEvents = (services: InsightsServices): ArmOperation => ({
  action,
  display: { operation: "Get Activity Log events", description: "Lists what was done in a subscription." },
  allowsAnyRoleInScope: true,
  async handle(request) {
    const { subscriptionKey } = request;
    const nowMs = services.clock.nowMs();
    const filter = readEventFilter(request.query.get("$filter") ?? "", { subscriptionKey, nowMs });
    // Recorded: errors of this service have a form of their own.
    if ("fault" in filter) return gatewayResponse(400, { Code: "BadRequest", Message: filter.fault });
    const page = readPageRequest(request.query);
    const found = await readVisible(services, request, { query: filter.query, page });
    const { items, ...next } = toPage(request, page, found);
    const titleOf = actionTitles(services.registry());
    const select = selection(request.query.get("$select"));
    return gatewayResponse(200, { value: items.map(({ activity }) => select(eventBody(activity, titleOf))), ...next });
  },
});

/** An activity and its place in the list. */
interface Listed {
  readonly key: string;
  readonly activity: StoredActivity;
}

async function readVisible(
  { store, mayDo }: InsightsServices,
  { caller, resourceId }: ArmRequest,
  { query, page }: { query: ActivityQuery; page: PageRequest },
): Promise<Listed[]> {
  const seesAll = await mayDo({ caller, action, scope: resourceId });
  const read = async ({ limit, afterKey }: Page): Promise<Listed[]> => {
    const activities = await findActivities(store, query, { after: cursorOf(afterKey), limit });
    return activities.map((activity) => ({ key: `${activity.atMs}.${activity.seq}`, activity }));
  };
  return readMatching(page, read, ({ activity }) => seesAll || mayDo({ caller, action, scope: activity.resourceId }));
}

const top: ActivityCursor = { atMs: Number.MAX_SAFE_INTEGER, seq: Number.MAX_SAFE_INTEGER };

function cursorOf(afterKey: string): ActivityCursor {
  if (afterKey === "") return top;
  const [, atMs, seq] = /^(\d{1,15})\.(\d{1,15})$/.exec(afterKey) ?? [];
  if (atMs === undefined || seq === undefined) {
    throw invalidSkipToken();
  }
  return { atMs: Number(atMs), seq: Number(seq) };
}

/** The titles of actions in the lists of operations. */
function actionTitles(registry: Registry): ActionTitle {
  const types = registry.namespaces().flatMap((namespace) => registry.typesOf(namespace));
  const titles = new Map(
    types.flatMap(operationsOf).map(({ action: each, display }) => [each.toLowerCase(), display.operation]),
  );
  return (each) => titles.get(each.toLowerCase());
}

/** Keeps the properties of an event that `$select` names, in any case. */
function selection(text: string | null): (event: Record<string, unknown>) => Record<string, unknown> {
  if (text === null || text.trim() === "") return (event) => event;
  const names = new Set(text.split(",").map((name) => name.trim().toLowerCase()));
  return (event) => Object.fromEntries(Object.entries(event).filter(([name]) => names.has(name.toLowerCase())));
}
