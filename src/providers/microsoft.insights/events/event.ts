import { STATUS_CODES } from "node:http";
import type { RecordedRequest } from "../../../arm/write.ts";
import { nameUuid } from "../../../kernel/ids.ts";
import type { StoredActivity } from "../../../store/activity-rows.ts";

/** The parts of an activity's detail that have a place of their own in an event. */
interface ActivityDetail {
  readonly status?: number;
  readonly error?: { readonly code: string; readonly message: string };
}

/** The title of an action in its provider's list of operations. */
export type ActionTitle = (action: string) => string | undefined;

/** An event of Azure's activity log: one for each write, at the time of its response. */
export function eventBody(activity: StoredActivity, titleOf: ActionTitle): Record<string, unknown> {
  const { resourceId, action, correlationId, subscriptionKey, seq } = activity;
  const eventDataId = nameUuid(eventSpace, `${subscriptionKey}:${seq}`);
  const timestamp = new Date(activity.atMs).toISOString();
  return {
    authorization: { action, scope: resourceId },
    caller: callerOf(activity),
    channels: "Operation",
    claims: claimsOf(activity),
    correlationId,
    description: "",
    eventDataId,
    eventName: { value: "EndRequest", localizedValue: "End request" },
    category: named("Administrative"),
    eventTimestamp: timestamp,
    httpRequest: httpRequestOf(activity.request),
    id: `${resourceId}/events/${eventDataId}/ticks/${dotNetTicks(activity.atMs)}`,
    level: activity.outcome === "Failed" ? "Error" : "Informational",
    operationId: correlationId,
    operationName: { value: action, localizedValue: titleOf(action) ?? action },
    resourceGroupName: groupOf(resourceId),
    resourceProviderName: named(action.split("/")[0] ?? ""),
    resourceType: named(typeOf(action)),
    resourceId,
    status: named(activity.outcome),
    subStatus: subStatusOf(activity.detail),
    submissionTimestamp: timestamp,
    subscriptionId: subscriptionKey,
    properties: propertiesOf(activity),
    relatedEvents: [],
  };
}

/** RFC 9562 §6.6: the ids of events are names in this space. */
const eventSpace = "4b6a2f0e-3f1d-4a57-9f0b-6d1d8c7f5e21";

const named = (value: string): object => ({ value, localizedValue: value });

/** Users by name, all others by object id, as in Azure. */
const callerOf = ({ caller, callerName }: StoredActivity): string => (callerName.includes("@") ? callerName : caller);

function claimsOf({ caller, callerName }: StoredActivity): Record<string, string> {
  const oid = { "http://schemas.microsoft.com/identity/claims/objectidentifier": caller };
  if (!callerName.includes("@")) return { ...oid, appid: callerName };
  return { ...oid, "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": callerName };
}

/** 100 ns since the year 1. */
const dotNetTicks = (atMs: number): string => String(BigInt(atMs) * 10_000n + 621_355_968_000_000_000n);

function groupOf(resourceId: string): string {
  const [, , , kind, group = ""] = resourceId.split("/");
  return kind?.toLowerCase() === "resourcegroups" ? group : "";
}

/** `Microsoft.Cache/redisEnterprise` for `Microsoft.Cache/redisEnterprise/write`, and for `…/flush/action`. */
function typeOf(action: string): string {
  const segments = action.split("/");
  const verbLength = segments.at(-1)?.toLowerCase() === "action" && segments.length > 3 ? 2 : 1;
  return segments.slice(0, -verbLength).join("/");
}

function subStatusOf(detail: ActivityDetail): object {
  const { status } = detail;
  if (status === undefined) return named("");
  const value = statusName(status);
  return { value, localizedValue: `${value} (HTTP Status Code: ${status})` };
}

/** `BadRequest`, as .NET calls it. */
const statusName = (status: number): string => (STATUS_CODES[status] ?? String(status)).replaceAll(/[^A-Za-z]/g, "");

const httpRequestOf = ({ method, clientRequestId }: Partial<RecordedRequest>): object => ({
  ...(clientRequestId === undefined ? {} : { clientRequestId }),
  method,
});

/** The detail of the write; where a state changed, the old and the new one. */
function propertiesOf(activity: StoredActivity): Record<string, string> {
  const { detail, resourceId, action, subscriptionKey } = activity;
  const { requestId }: Partial<RecordedRequest> = activity.request;
  const { status, error, ...rest }: ActivityDetail & Readonly<Record<string, unknown>> = { ...detail };
  const detailed = Object.entries(rest).map(([name, value]) => [stateNames[name] ?? name, text(value)]);
  return {
    ...(status === undefined ? {} : { statusCode: statusName(status) }),
    ...(requestId === undefined ? {} : { serviceRequestId: requestId }),
    ...(error === undefined ? {} : { statusMessage: JSON.stringify({ error }) }),
    eventCategory: "Administrative",
    entity: resourceId,
    message: action,
    hierarchy: subscriptionKey,
    ...(Object.fromEntries(detailed) as Record<string, string>),
  };
}

const stateNames: Readonly<Record<string, string>> = { from: "oldState", to: "newState" };

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
