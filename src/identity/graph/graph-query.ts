import { GraphError, notServedHere } from "./graph-error.ts";
import { compileFilter } from "./graph-filter.ts";
import { defaultUserProperties, propertiesOf, type GraphObject, type GraphType } from "./graph-objects.ts";

/** The query options of a request, by their names without `$`. */
type QueryOptions = ReadonlyMap<string, string>;

/** The names of lists in contexts. */
const collectionNames = {
  user: "users",
  servicePrincipal: "servicePrincipals",
  application: "applications",
  group: "groups",
} as const satisfies Record<GraphType, string>;

/** Properties of the beta version only, which azuread selects. */
const betaProperties: ReadonlySet<string> = new Set(["servicePrincipal/samlMetadataUrl"]);

const pageSizes = { usual: 100, most: 999 } as const;
const served: ReadonlySet<string> = new Set(["filter", "select", "top", "count", "skiptoken", "format"]);
const known: ReadonlySet<string> = new Set([...served, "search", "expand", "orderby", "skip", "apply", "compute"]);

/** Reads the options of a query; Microsoft Graph accepts them without `$` too. @throws GraphError for those not served. */
export function readQueryOptions(query: URLSearchParams): QueryOptions {
  const options = new Map<string, string>();
  for (const [spelled, value] of query) {
    const name = spelled.replace(/^\$/, "").toLowerCase();
    if (spelled.startsWith("$") || known.has(name)) {
      if (!served.has(name)) throw notServedHere(`the query option '${spelled}'`);
      options.set(name, value);
    }
  }
  return options;
}

/** A page of a list. */
interface ListPage {
  readonly context: string;
  readonly value: readonly object[];
  /** The number of objects on all pages. */
  readonly total: number;
  /** The id after which the next page begins; undefined at the end. */
  readonly nextAfter: string | undefined;
}

/** Filters, pages and trims a list of objects, which are ordered by id. @throws GraphError */
export function readList(objects: readonly GraphObject[], type: GraphType, options: QueryOptions): ListPage {
  const names = selectedNames(type, options);
  const matching = filtered(objects, type, options);
  const after = options.get("skiptoken");
  const rest = after === undefined ? matching : matching.filter(({ id }) => id > after);
  const page = rest.slice(0, pageSize(options));
  return {
    context: `#${collectionNames[type]}${selection(options)}`,
    value: page.map((object) => trimmed(object, names)),
    total: matching.length,
    nextAfter: page.length < rest.length ? page.at(-1)?.id : undefined,
  };
}

/** The objects that match the filter. @throws GraphError */
export function filtered(
  objects: readonly GraphObject[],
  type: GraphType,
  options: QueryOptions,
): readonly GraphObject[] {
  const filter = options.get("filter");
  if (filter === undefined) return objects;
  const matches = compileFilter(filter, { name: type, properties: propertiesOf[type] });
  return objects.filter(({ properties }) => matches(properties));
}

/** One object with its selected properties. @throws GraphError */
export function readOne(object: GraphObject, options: QueryOptions): { context: string; body: object } {
  const names = selectedNames(object.type, options);
  const context = `#${collectionNames[object.type]}${selection(options)}/$entity`;
  return { context, body: trimmed(object, names) };
}

function pageSize(options: QueryOptions): number {
  const top = options.get("top");
  if (top === undefined) return pageSizes.usual;
  const size = /^\d{1,4}$/.test(top) ? Number(top) : 0;
  if (size >= 1 && size <= pageSizes.most) return size;
  const message = `Invalid page size specified: '${top}'. Must be between 1 and ${pageSizes.most} inclusive.`;
  throw new GraphError({ code: "Request_UnsupportedQuery", message });
}

const selectOf = (options: QueryOptions): readonly string[] =>
  (options.get("select") ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "*");

const selection = (options: QueryOptions): string => {
  const names = selectOf(options);
  return names.length === 0 ? "" : `(${names.join(",")})`;
};

function selectedNames(type: GraphType, options: QueryOptions): readonly string[] | undefined {
  const names = selectOf(options);
  const unknown = names.find(
    (name) => !Object.hasOwn(propertiesOf[type], name) && !betaProperties.has(`${type}/${name}`),
  );
  if (unknown !== undefined) {
    const message = `Parsing OData Select and Expand failed: Could not find a property named '${unknown}' on type 'microsoft.graph.${type}'.`;
    throw new GraphError({ code: "BadRequest", message });
  }
  if (names.length > 0) return names;
  return type === "user" ? defaultUserProperties : undefined;
}

const trimmed = ({ properties }: GraphObject, names: readonly string[] | undefined): object =>
  names === undefined ? properties : Object.fromEntries(names.map((name) => [name, properties[name] ?? null]));
