import { extendedPath } from "../arm-path.ts";
import type { ArmPath } from "../arm-path.ts";
import { actionNotFound, methodNotAllowed } from "../errors.ts";
import { canonicalId } from "../resource-id.ts";
import { extendedType } from "../registry.ts";
import type { Registry } from "../registry.ts";
import { typeName } from "../resource-type.ts";
import type { ArmOperation, ResourceType } from "../resource-type.ts";
import type { Exchange, Gate } from "./exchange.ts";

/** Finds what the method asks of the type: a resource, a collection or an action, in the caller's api-version. */
export const resolveOperation: Gate = (exchange, { registry }) => {
  const { type, method, apiVersion, path } = exchange;
  if (type === undefined) return undefined;
  const operation = find(exchange, type);
  if (operation === undefined || operation.apiVersions?.includes(apiVersion) === false) {
    const action = actionSegment(exchange);
    if (action === undefined) throw methodNotAllowed({ method, type: typeName(type) });
    throw actionNotFound({ action, type: typeName(type), version: apiVersion });
  }
  const { actionFor } = operation;
  exchange.operation = actionFor === undefined ? operation : { ...operation, action: actionFor(path) };
  exchange.resourceId = canonicalId(path, type, extendedId(path, registry));
  return undefined;
};

/** The id of the resource that an extension resource is on; undefined for whatever is not on a resource. */
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
