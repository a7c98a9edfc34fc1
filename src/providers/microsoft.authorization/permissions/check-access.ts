import { gatewayResponse, type ArmOperation, type ArmRequest, type ResourceType } from "../../../arm/resource-type.ts";
import { bodySchema } from "../../../arm/body-schema.ts";
import { authorizationFailed } from "../../../arm/errors.ts";
import { isJsonObject, type Json } from "../../../kernel/json.ts";
import type { Grant } from "../access/access-check.ts";
import { bare } from "../errors.ts";
import { extensionType, type AuthorizationServices } from "../extension-type.ts";
import { scopeOf, scopeText } from "../scopes.ts";

const action = "Microsoft.Authorization/checkAccess/action";

/** `checkAccess`: whether a principal may do something at a scope, action by action. */
export const checkAccessType = (services: AuthorizationServices): ResourceType =>
  extensionType("checkAccess", { post: checkAccess(services) });

const checkAccessSchema = bodySchema(
  {
    type: "object",
    required: ["subject", "actions"],
    properties: {
      subject: {
        type: "object",
        required: ["attributes"],
        properties: {
          attributes: { type: "object", required: ["objectid"], properties: { objectid: { type: "string" } } },
        },
      },
      actions: {
        type: "array",
        items: {
          type: "object",
          required: ["id"],
          properties: { id: { type: "string" }, isdataaction: { type: "boolean" } },
        },
      },
    },
  },
  "gateway",
);

/** Every caller may ask about itself. */
const checkAccess = ({ access }: AuthorizationServices): ArmOperation => ({
  action,
  display: { operation: "Check access", description: "Checks whether a principal may do something." },
  body: "required",
  allowsEveryCaller: true,
  ignoresLocks: true,
  async handle(request) {
    const { subject, actions } = checkAccessSchema.parse(lowerCaseNames(request.body ?? null));
    const { caller, resourceId } = request;
    const isOneself = subject.attributes.objectid.toLowerCase() === caller.objectId;
    if (!isOneself && !(await access.mayDo({ caller, action, scope: resourceId }))) throw refusal(request);
    const asked = isOneself ? caller : { objectId: subject.attributes.objectid };
    const grants = await access.grantsOver(asked, scopeOf(resourceId));
    return gatewayResponse(
      200,
      actions.map(({ id, isdataaction = false }) => decision(grants, id, isdataaction)),
    );
  },
});

const refusal = ({ caller, resourceId: scope }: ArmRequest): Error =>
  authorizationFailed({ client: caller.name, objectId: caller.objectId, action, scope });

/** As quoted by users; ids in it have no hyphens. */
function decision(grants: readonly Grant[], actionId: string, isDataAction: boolean): object {
  const asked = actionId.toLowerCase();
  const grant = grants.find(({ permissions }) =>
    isDataAction ? permissions.allowsData(asked) : permissions.allows(asked),
  );
  return {
    actionId,
    accessDecision: grant === undefined ? "NotAllowed" : "Allowed",
    isDataAction,
    roleAssignment: grant === undefined ? null : assignmentOf(grant),
    denyAssignment: null,
    auditAssignments: [],
    timeToLiveInMs: 300_000,
  };
}

const assignmentOf = ({ assignmentId, role, principalId, principalType, scope }: Grant): object => ({
  id: bare(assignmentId),
  roleDefinitionId: bare(role.roleId),
  principalId: bare(principalId),
  principalType,
  scope: scopeText(scope),
  condition: null,
  conditionVersion: null,
  canDelegate: false,
});

/** Clients spell the properties of this body in either case. */
function lowerCaseNames(value: Json): Json {
  if (Array.isArray(value)) return value.map(lowerCaseNames);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name.toLowerCase(), lowerCaseNames(inner)]));
}
