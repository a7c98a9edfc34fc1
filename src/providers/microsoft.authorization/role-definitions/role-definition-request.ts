import { bodySchema } from "../../../arm/body-schema.ts";
import { notSupportedHere } from "../../../arm/errors.ts";
import { parseFilterTerms, type FilterTerm } from "../../../arm/filter-terms.ts";
import { isSame } from "../../../arm/resource-id.ts";
import { isUuid } from "../../../kernel/ids.ts";
import type { Json } from "../../../kernel/json.ts";
import type { Permission } from "../access/permissions.ts";
import {
  assignableScopesMissing,
  invalidAssignableScope,
  invalidName,
  invalidRoleType,
  roleNameMissing,
  unsupportedFilter,
} from "../errors.ts";
import { isAssignableAt, isAssignableBelow } from "./role-definition-rules.ts";
import type { Role } from "./role-definition.ts";

const actions = { type: ["array", "null"], items: { type: "string" } } as const;
const optionalString = { type: ["string", "null"] } as const;

/** The body of a PUT; other properties that clients send back are ignored. */
const roleSchema = bodySchema(
  {
    type: "object",
    required: ["properties"],
    properties: {
      properties: {
        type: "object",
        required: ["permissions"],
        properties: {
          roleName: optionalString,
          type: optionalString,
          description: optionalString,
          permissions: {
            type: "array",
            items: {
              type: "object",
              properties: {
                actions,
                notActions: actions,
                dataActions: actions,
                notDataActions: actions,
                condition: optionalString,
              },
            },
          },
          assignableScopes: { type: ["array", "null"], items: { type: "string" } },
        },
      },
    },
  },
  "gateway",
);

/** The properties of a custom role that a caller sets. */
type RoleDraft = Pick<Role, "roleName" | "description" | "assignableScopes" | "permissions">;

/** The GUID by which a path names a role, in lower case. @throws ArmError for another name. */
export function readRoleId(name: string): string {
  if (!isUuid(name)) throw invalidName("definition", name);
  return name.toLowerCase();
}

/** Reads a custom role from a body, missing lists as empty. @throws ArmError naming what is wrong. */
export function readRoleDraft(body: Json | undefined): RoleDraft {
  const { roleName, type, description, permissions, assignableScopes } = roleSchema.parse(body).properties;
  if (type?.toLowerCase() === "builtinrole") throw invalidRoleType("The type of a custom role must be 'CustomRole'.");
  if (roleName === undefined || roleName === null || roleName === "") throw roleNameMissing();
  const scopes = assignableScopes ?? [];
  if (scopes.length === 0) throw assignableScopesMissing();
  for (const [index, scope] of scopes.entries()) {
    if (!isAssignableScope(scope)) throw invalidAssignableScope(scope, index);
  }
  return {
    roleName,
    description: description ?? "",
    assignableScopes: scopes,
    permissions: permissions.map(toPermission),
  };
}

/** The tenant's root is for Azure's own roles alone (documented). */
function isAssignableScope(scope: string): boolean {
  const [first, kind = "", id = ""] = scope.split("/");
  if (first !== "") return false;
  return isSame(kind, "subscriptions") ? isUuid(id) : isSame(kind, "providers") && id !== "";
}

type GivenPermission = ReturnType<typeof roleSchema.parse>["properties"]["permissions"][number];

function toPermission({ condition, ...given }: GivenPermission): Permission {
  if (condition !== undefined && condition !== null && condition !== "") {
    throw notSupportedHere("A condition of a custom role");
  }
  return {
    actions: given.actions ?? [],
    notActions: given.notActions ?? [],
    dataActions: given.dataActions ?? [],
    notDataActions: given.notDataActions ?? [],
  };
}

const supported = "'roleName eq '{value}'', 'type eq '{value}'' or 'atScopeAndBelow()'";

/**
 * Which roles a list at a scope shows: those that can be assigned there, and with `atScopeAndBelow()` also below; names
 * and types match in any case (recorded). @throws ArmError for another filter.
 */
export function roleFilter(text: string, scope: string): (role: Role) => boolean {
  const terms = parseFilterTerms(text);
  if (terms?.every(isSupported) !== true) throw unsupportedFilter(text, supported);
  const withBelow = terms.some(({ kind }) => kind === "call");
  return (role) =>
    (isAssignableAt(role, scope) || (withBelow && isAssignableBelow(role, scope))) &&
    terms.every((term) => matches(term, role));
}

function isSupported(term: FilterTerm): boolean {
  if (term.kind === "call") return term.name === "atscopeandbelow" && term.argument === undefined;
  return (term.property === "rolename" || term.property === "type") && term.operator === "eq";
}

const matches = (term: FilterTerm, { roleName, type }: Role): boolean =>
  term.kind === "call" || isSame(term.property === "type" ? type : roleName, term.value);
