import { ArmError, type ErrorCode, type ErrorDetail } from "../../../arm/arm-error.ts";
import { resourcesNamespace } from "../../../arm/resource-id.ts";
import { gatewayResponse, type ArmOperation, type ArmRequest, type ResourceType } from "../../../arm/resource-type.ts";
import { noteUnserved } from "../../../arm/unserved.ts";
import { dryRunPut } from "../../../arm/pipeline/dry-run-put.ts";
import { validationFailed } from "../errors.ts";
import type { ResourcesServices } from "../native-type.ts";
import { concernsUnknown, knownPart, type Unknown } from "./unknown-value-rules.ts";
import { readValidationRequest, type AskedResource } from "./validate-resources-request.ts";

/** `POST /providers/Microsoft.Resources/validateResources`: Terraform's preflight calls it before it writes. */
export const validateResourcesType = (services: ResourcesServices): ResourceType => ({
  namespace: resourcesNamespace,
  types: ["validateResources"],
  apiVersions: ["2022-06-01", "2020-10-01"],
  locations: [],
  scope: "tenant",
  tracked: false,
  listed: false,
  operations: { post: validateResources(services) },
});

/** 200 with the ids if all would be accepted, otherwise 400 with the refusal of each. Nothing is written. */
const validateResources = (services: ResourcesServices): ArmOperation => ({
  action: "Microsoft.Resources/validateResources/action",
  display: {
    operation: "Validate Resources",
    description: "Checks whether resources would be accepted, without writing them.",
  },
  body: "required",
  allowsEveryCaller: true,
  ignoresLocks: true,
  async handle(request) {
    const { resources, checksRights } = readValidationRequest(request.body, services.registry());
    const details: ErrorDetail[] = [];
    for (const resource of resources) {
      const detail = await faultOf(resource, { services, request, checksRights });
      if (detail !== undefined) details.push(detail);
    }
    if (details.length > 0) throw validationFailed(request.correlationId, details);
    return gatewayResponse(200, { properties: { validatedResources: resources.map(({ id }) => id) } });
  },
});

/** The refusal of a resource; undefined without one, or with one that may pass once other resources exist. */
async function faultOf(
  resource: AskedResource,
  { services, request, checksRights }: { services: ResourcesServices; request: ArmRequest; checksRights: boolean },
): Promise<ErrorDetail | undefined> {
  const { targetId: id, apiVersion, location } = resource;
  const { body, unknown } = knownPart(resource.body);
  try {
    const put = { id, apiVersion, body, location, checksRights };
    await dryRunPut(put, request, { ...services, registry: services.registry() });
    return undefined;
  } catch (cause) {
    if (!(cause instanceof ArmError)) throw cause;
    noteUnserved({ ...request, method: "PUT", apiVersion }, cause, services.unserved);
    return detailOf(cause, { id: resource.id, unknown });
  }
}

/** Refusals because something does not exist yet, or is being changed: a plan is made before that ends. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "AnotherOperationInProgress",
  "Conflict",
  "InvalidResourceReference",
  "NotFound",
  "ParentResourceNotFound",
  "ResourceNotFound",
]);

/** Refusals that no value of the body causes, but the caller, the scope, the type or the name. */
const besideBody: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "AuthorizationFailed",
  "InvalidApiVersionParameter",
  "InvalidResourceName",
  "InvalidResourceNamespace",
  "InvalidResourceType",
  "InvalidSubscriptionId",
  "MethodNotAllowed",
  "MissingSubscriptionRegistration",
  "NoRegisteredProviderFound",
  "ResourceGroupBeingDeleted",
  "ScopeLocked",
  "SubscriptionNotFound",
]);

function detailOf(
  { code, message, target, details, isLasting }: ArmError,
  { id, unknown }: { id: string; unknown: Unknown | undefined },
): ErrorDetail | undefined {
  if (passing.has(code) && !isLasting) return undefined;
  const detail = { code, target: id, message };
  if (unknown === undefined || besideBody.has(code))
    return { ...detail, ...(details === undefined ? {} : { details }) };
  const faults = details ?? [{ code, message, ...(target === undefined ? {} : { target }) }];
  const known = faults.filter((fault) => fault.target !== undefined && !concernsUnknown(fault.target, unknown));
  return known.length === 0 ? undefined : { ...detail, details: known };
}
