import { parseFilterTerms, type FilterTerm } from "../../../arm/filter-terms.ts";
import type { ActivityQuery } from "../../../store/activities.ts";

const dayMs = 86_400_000;

/** The age of Azure's activity log; earlier start times are refused. */
const logMs = 90 * dayMs;

/** The query of a `$filter`, or why it is refused. */
type EventFilter = { readonly query: ActivityQuery } | { readonly fault: string };

type Comparison = Extract<FilterTerm, { kind: "comparison" }>;

/** The properties that are compared with `eq`, and their part of the query. All events have the same channels and levels. */
const properties: Readonly<Record<string, (value: string, subscriptionKey: string) => Partial<ActivityQuery>>> = {
  correlationid: (value) => ({ correlationId: value.toLowerCase() }),
  resourceuri: (value) => ({ resourceKey: value.toLowerCase() }),
  resourceid: (value) => ({ resourceKey: value.toLowerCase() }),
  resourcegroupname: (value, subscriptionKey) => ({
    groupKey: `/subscriptions/${subscriptionKey}/resourcegroups/${value.toLowerCase()}`,
  }),
  resourceprovider: (value) => ({ provider: value.toLowerCase() }),
  status: (value) => ({ outcome: value.toLowerCase() }),
  caller: (value) => ({ caller: value.toLowerCase() }),
  eventchannels: () => ({}),
  levels: () => ({}),
};

/** Reads a `$filter` of the activity log of a subscription, whose GUID is in lower case. */
export function readEventFilter(text: string, context: { subscriptionKey: string; nowMs: number }): EventFilter {
  const { subscriptionKey, nowMs } = context;
  const terms = parseFilterTerms(text);
  if (terms === undefined) return { fault: `The filter '${text}' is not valid.` };
  let query = { ...everything, subscriptionKey, fromMs: nowMs - logMs };
  for (const term of terms) {
    const part = partOf(term, subscriptionKey);
    if ("fault" in part) return part;
    query = { ...query, ...part };
  }
  if (query.fromMs < nowMs - logMs) return { fault: "The start time cannot be more than 90 days in the past." };
  return { query };
}

const everything: ActivityQuery = {
  subscriptionKey: "",
  fromMs: 0,
  untilMs: Number.MAX_SAFE_INTEGER,
  correlationId: "",
  resourceKey: "",
  groupKey: "",
  provider: "",
  outcome: "",
  caller: "",
};

function partOf(term: FilterTerm, subscriptionKey: string): Partial<ActivityQuery> | { fault: string } {
  if (term.kind === "call") return { fault: `The function '${term.name}' is not supported in the filter.` };
  if (term.property === "eventtimestamp") return timeOf(term);
  const read = Object.hasOwn(properties, term.property.replace(/\/value$/, ""))
    ? properties[term.property.replace(/\/value$/, "")]
    : undefined;
  if (read === undefined || term.operator !== "eq") {
    return { fault: `The property '${term.property}' is not supported in the filter with '${term.operator}'.` };
  }
  return read(term.value, subscriptionKey);
}

function timeOf({ operator, value }: Comparison): Partial<ActivityQuery> | { fault: string } {
  // A plus sign in front of an offset may arrive as a space.
  const atMs = Date.parse(value.replace(" ", "+"));
  if (Number.isNaN(atMs)) return { fault: `The time '${value}' in the filter is not valid.` };
  switch (operator) {
    case "ge":
      return { fromMs: atMs };
    case "gt":
      return { fromMs: atMs + 1 };
    case "le":
      return { untilMs: atMs };
    case "lt":
      return { untilMs: atMs - 1 };
    default:
      return { fault: `The property 'eventtimestamp' is not supported in the filter with '${operator}'.` };
  }
}
