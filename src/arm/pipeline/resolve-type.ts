import { regionName } from "../../kernel/regions.ts";
import { extendedPath, resourcesNamespace, canonicalId, type ArmPath } from "../resource-id.ts";
import {
  actionNotFound,
  invalidApiVersion,
  invalidNamespace,
  invalidType,
  methodNotAllowed,
  missingApiVersion,
  missingRegistration,
  noRegisteredProvider,
} from "../errors.ts";
import { extendedType, type Registry } from "../registry.ts";
import { typeName, type ArmOperation, type ResourceType } from "../resource-type.ts";
import { unregisteredNamespaces } from "../subscriptions-and-groups.ts";
import type { Exchange, Gate } from "./exchange.ts";
import { bodyIfReadable } from "./read-request.ts";

/**
 * Finds the resource type that the path names. The api-version must be there first. If an equal request has passed before,
 * its api-version and operation are known with it, and the next two steps have nothing to do.
 */
export const resolveType: Gate = (exchange, { registry }) => {
  const version = exchange.query.get("api-version");
  if (version === null || version === "") throw missingApiVersion();
  exchange.apiVersion = version;
  exchange.askedVersion = version;
  if (!recall(exchange, registry)) exchange.type = requireType(exchange, registry);
  return undefined;
};

/** Whether an equal request was resolved before; what was found then is the same now. */
function recall(exchange: Exchange, registry: Registry): boolean {
  const known = exchange.path.memo.isKept ? registry.recall(exchange.path, exchange) : undefined;
  if (known === undefined) return false;
  exchange.type = known.type;
  exchange.apiVersion = known.apiVersion;
  exchange.operation = known.operation;
  exchange.resourceId = known.resourceId;
  return true;
}

function requireType(exchange: Exchange, registry: Registry): ResourceType {
  const { path, apiVersion: version } = exchange;
  const { namespace, types, isNative } = path;
  const published = registry.typesOf(namespace)[0]?.namespace;
  if (published === undefined) throw invalidNamespace(namespace, types);
  const type = findType(exchange, registry);
  const extended = extendedPath(path);
  const isMisplaced = extended !== undefined && type?.scope !== "extension";
  if (type === undefined || (type.isNative ?? false) !== isNative || isMisplaced) {
    throw invalidType({ type: types.join("/"), namespace: published, version });
  }
  if (extended !== undefined) extendedType(extended, registry, version);
  return type;
}

/** What follows the last name may be a collection, or a POST action of the type before it. */
function findType({ method, path }: Exchange, registry: Registry): ResourceType | undefined {
  const { namespace, types, names } = path;
  const whole = registry.find(namespace, types);
  const isAction = method === "POST" && names.length < types.length && whole?.operations.post === undefined;
  return isAction ? registry.find(namespace, types.slice(0, -1)) : whole;
}

const versionPattern = /^\d{4}-\d{2}-\d{2}(?:-(?:alpha|beta|preview|privatepreview|rc))?$/i;

/** The versions that clients use of types that accept any: for lists, and for the refusal of a malformed one. */
export const commonApiVersions = [
  "2025-04-01",
  "2024-11-01",
  "2023-07-01",
  "2022-12-01",
  "2022-09-01",
  "2021-04-01",
  "2020-06-01",
];

/** The version must be well formed and be one of the type's own. Versions match in any case. */
export const checkApiVersion: Gate = (exchange) => {
  const type = exchange.type;
  if (type === undefined || exchange.operation !== undefined) return undefined;
  const { apiVersion } = exchange;
  const supported = type.apiVersions === "any" ? commonApiVersions : type.apiVersions;
  if (!versionPattern.test(apiVersion)) throw invalidApiVersion(apiVersion, supported);
  if (type.apiVersions === "any") return undefined;
  const version = type.apiVersions.find((known) => known === apiVersion.toLowerCase());
  if (version === undefined) return refuseUnsupported(exchange, type, type.apiVersions);
  exchange.apiVersion = version;
  return undefined;
};

/** The refusal names the body's location, so it reads the body before the pipeline does. */
async function refuseUnsupported(exchange: Exchange, type: ResourceType, versions: readonly string[]): Promise<never> {
  const body = await bodyIfReadable(exchange);
  const asked = body?.["location"];
  throw noRegisteredProvider({
    namespace: type.namespace,
    location: typeof asked === "string" ? regionName(asked) : "global",
    version: exchange.apiVersion,
    type: type.types.join("/"),
    versions,
    locations: type.locations.map(regionName),
  });
}

/** A subscription must be registered for the namespace; SDKs read `details[0].target` and register by themselves. */
export const checkRegistration: Gate = ({ type, ancestors: [subscription] }) => {
  if (type === undefined || subscription === undefined || type.namespace === resourcesNamespace) return undefined;
  if (unregisteredNamespaces(subscription).includes(type.namespace.toLowerCase())) {
    throw missingRegistration(type.namespace);
  }
  return undefined;
};

/** Finds the operation that method and path ask for, in the caller's api-version. */
export const resolveOperation: Gate = (exchange, { registry }) => {
  const { type, method, apiVersion, askedVersion, path } = exchange;
  if (type === undefined || exchange.operation !== undefined) return undefined;
  const operation = find(exchange, type);
  if (operation === undefined || operation.apiVersions?.includes(apiVersion) === false) {
    const action = actionSegment(exchange);
    if (action === undefined) throw methodNotAllowed({ method, type: typeName(type) });
    throw actionNotFound({ action, type: typeName(type), version: apiVersion });
  }
  const { actionFor } = operation;
  exchange.operation = actionFor === undefined ? operation : { ...operation, action: actionFor(path) };
  exchange.resourceId = canonicalId(path, type, extendedId(path, registry));
  const resolved = { askedVersion, type, apiVersion, operation: exchange.operation, resourceId: exchange.resourceId };
  if (path.memo.isKept) registry.remember(path, method, resolved);
  return undefined;
};

/** The id of the resource that an extension resource is on; undefined for all others. */
function extendedId(path: ArmPath, registry: Registry): string | undefined {
  const extended = extendedPath(path);
  return extended === undefined ? undefined : canonicalId(extended, extendedType(extended, registry));
}

function find(exchange: Exchange, type: ResourceType): ArmOperation | undefined {
  const { operations } = type;
  const { types, names, resourceGroup } = exchange.path;
  if (type.scope === "resourceGroup" && resourceGroup === undefined) {
    const isList = exchange.method === "GET" && types.length === 1 && names.length === 0;
    return isList ? operations.listBySubscription : undefined;
  }
  if (names.length === types.length) return onResource(exchange.method, type);
  if (exchange.method === "POST" && operations.post !== undefined) return operations.post;
  const action = actionSegment(exchange);
  if (action !== undefined) return named(operations.actions, action);
  return exchange.method === "GET" ? operations.list : undefined;
}

function onResource(method: string, { operations }: ResourceType): ArmOperation | undefined {
  switch (method) {
    case "GET":
      return operations.get;
    case "HEAD":
      return operations.head ?? operations.get;
    case "PUT":
      return operations.put;
    case "PATCH":
      return operations.patch;
    case "DELETE":
      return operations.delete;
    default:
      return undefined;
  }
}

function actionSegment(exchange: Exchange): string | undefined {
  const { types, names } = exchange.path;
  return exchange.method === "POST" && names.length < types.length ? types.at(-1) : undefined;
}

function named(actions: Readonly<Record<string, ArmOperation>> | undefined, asked: string): ArmOperation | undefined {
  const name = Object.keys(actions ?? {}).find((known) => known.toLowerCase() === asked.toLowerCase());
  return name === undefined ? undefined : actions?.[name];
}
