import { withoutEnd } from "../../../kernel/text.ts";
import { bodySchema } from "../../../arm/body-schema.ts";
import { invalidContent } from "../../../arm/errors.ts";
import { parseArmPath, resourcesNamespace, isSame } from "../../../arm/resource-id.ts";
import type { Registry } from "../../../arm/registry.ts";
import { isJsonObject, type JsonObject } from "../../../kernel/json.ts";

/** The limit of a template (documented). */
const maxResources = 800;

/** The published request (Microsoft.Resources 2022-06-01); 2020-10-01, which azapi uses, has the same. */
const requestSchema = bodySchema(
  {
    type: "object",
    required: ["provider", "type", "scope", "resources"],
    properties: {
      provider: { type: "string", minLength: 1 },
      type: { type: "string", minLength: 1 },
      scope: { type: "string" },
      location: { type: ["string", "null"] },
      performPreflightWithoutRbacWriteCheck: { type: ["boolean", "null"] },
      resources: {
        type: "array",
        minItems: 1,
        maxItems: maxResources,
        items: {
          type: "object",
          required: ["apiVersion", "name"],
          properties: { apiVersion: { type: "string" }, name: { type: "string", minLength: 1 } },
        },
      },
    },
  },
  "gateway",
);

/** One resource to be validated. */
export interface AskedResource {
  /** As in the request; the response repeats it. */
  readonly id: string;
  /** The id of what is validated. */
  readonly targetId: string;
  readonly apiVersion: string;
  readonly body: JsonObject;
  readonly location: string | undefined;
}

/** Reads the request. @throws ArmError naming the property that is invalid. */
export function readValidationRequest(
  body: unknown,
  registry: Registry,
): { resources: readonly AskedResource[]; checksRights: boolean } {
  const asked = requestSchema.parse(body);
  const { provider, type, scope } = asked;
  const location = asked.location === null || asked.location === "" ? undefined : asked.location;
  const resources = asked.resources.map((resource, index): AskedResource => {
    const { apiVersion, name } = resource;
    const at = `resources[${index}]`;
    const place = { provider, type, scope, name, at };
    const own = ownBody(resource as JsonObject);
    checkAgreement(resource as JsonObject, { ...place, location });
    const target = { ...place, type: realType(place, registry) };
    const withLocation = isTracked(target, registry) && location !== undefined ? { location, ...own } : own;
    return { id: idOf(place), targetId: idOf(target), apiVersion, body: withLocation, location };
  });
  return { resources, checksRights: asked.performPreflightWithoutRbacWriteCheck !== true };
}

interface Place {
  readonly provider: string;
  readonly type: string;
  readonly scope: string;
  readonly name: string;
  /** Its place in the request. */
  readonly at: string;
}

/**
 * azurerm validates Managed Redis as `redis`, its name for all of Microsoft.Cache; only `redisEnterprise` has such
 * properties, and api-versions of its own (azurerm's public source, 2026).
 */
const realType = ({ provider, type }: Place, registry: Registry): string => {
  const isOther = isSame(provider, "Microsoft.Cache") && isSame(type, "redis");
  return isOther && registry.find(provider, ["redis"]) === undefined ? "redisEnterprise" : type;
};

const isTracked = ({ provider, type }: Place, registry: Registry): boolean => {
  const found = registry.find(provider, type.split("/"));
  return found?.tracked === true || isGroup({ provider, type });
};

const isGroup = ({ provider, type }: Pick<Place, "provider" | "type">): boolean =>
  isSame(provider, resourcesNamespace) && isSame(type, "resourceGroups");

/** Properties of the request and not of the resource. */
const envelope: ReadonlySet<string> = new Set([
  "apiVersion",
  "name",
  "type",
  "scope",
  "onlyIfNotExists",
  "dependsOn",
  "id",
]);

/** The body as a PUT has it. azurerm puts the whole of it into `properties`, where it has `properties` of its own. */
function ownBody(resource: JsonObject): JsonObject {
  const own = Object.fromEntries(Object.entries(resource).filter(([name]) => !envelope.has(name)));
  const { properties: inner, ...beside } = own;
  const isWhole = isJsonObject(inner) && (isJsonObject(inner["properties"]) || typeof inner["location"] === "string");
  const isBare = Object.keys(beside).every((name) => name === "location");
  return isWhole && isBare ? { ...beside, ...inner } : own;
}

/** "The namespace, type and location on each resource must match the corresponding values" (published). */
function checkAgreement(
  resource: JsonObject,
  { provider, type, location, at }: Place & { location: string | undefined },
): void {
  const given = resource["type"];
  if (typeof given === "string" && !isSame(given, type) && !isSame(given, `${provider}/${type}`)) {
    throw wrong(`${at}.type`, `The type '${given}' is not that of the request, '${provider}/${type}'.`);
  }
  const region = resource["location"];
  const plain = (text: string): string => text.replaceAll(/\s/g, "");
  if (typeof region === "string" && location !== undefined && !isSame(plain(region), plain(location))) {
    throw wrong(`${at}.location`, `The location '${region}' is not that of the request, '${location}'.`);
  }
}

/**
 * The id of a resource by its scope and name: the name has a segment for each type (`cluster/default`), or is the last one
 * where the scope is the parent.
 */
function idOf({ provider, type, scope, name, at }: Place): string {
  const base = withoutEnd(scope, "/");
  if (base !== "" && !base.startsWith("/")) throw wrong("scope", `The scope '${scope}' is not an id.`);
  if (isGroup({ provider, type })) return `${base}/resourceGroups/${name}`;
  const types = type.split("/");
  const names = name.split("/");
  if (names.length === types.length) {
    return `${base}/providers/${provider}${types.map((each, index) => `/${each}/${names[index] ?? ""}`).join("")}`;
  }
  if (names.length === 1 && isOfType(base, [provider, ...types.slice(0, -1)]))
    return `${base}/${types.at(-1) ?? ""}/${name}`;
  throw wrong(`${at}.name`, `The name '${name}' does not have the ${types.length} segments of type '${type}'.`);
}

function isOfType(id: string, [provider = "", ...types]: readonly string[]): boolean {
  const path = parseArmPath(id);
  const isSameType = isSame([path.namespace, ...path.types].join("/"), [provider, ...types].join("/"));
  return isSameType && path.names.length === path.types.length;
}

const wrong = (target: string, message: string): Error => invalidContent([{ target, message }], "gateway");
