import { ArmError } from "../../../arm/arm-error.ts";
import { resourcesNamespace } from "../../../arm/arm-path.ts";
import { gatewayResponse } from "../../../arm/arm-response.ts";
import { groupBeingDeleted, resourceNotFound } from "../../../arm/errors.ts";
import { isBeingDeleted, resourceGroupTypeKey, subscriptionTypeKey } from "../../../arm/subscriptions-and-groups.ts";
import type { ArmOperation, ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import { typeKey } from "../../../arm/resource-type.ts";
import type { Tags } from "../../../arm/tags.ts";
import { write } from "../../../arm/write.ts";
import { findResource, updateResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/stored-resource.ts";
import type { ResourcesServices } from "../services.ts";
import { readPatch, readReplacement } from "./change-tags.ts";
import type { TagChange } from "./change-tags.ts";

const action = "Microsoft.Resources/tags";

/** `{scope}/providers/Microsoft.Resources/tags/default`: the tags of a subscription, a resource group or a resource. */
export const tagsType = (services: ResourcesServices): ResourceType => ({
  namespace: resourcesNamespace,
  types: ["tags"],
  apiVersions: "any",
  locations: [],
  scope: "extension",
  tracked: false,
  listed: true,
  operations: {
    get: getTags(),
    put: changeTags(services, "Create or update tags", readReplacement),
    patch: changeTags(services, "Update tags", readPatch),
    delete: deleteTags(services),
  },
});

const getTags = (): ArmOperation => ({
  action: `${action}/read`,
  display: { operation: "Get tags", description: "Reads the tags of a scope." },
  handle: async (request) => gatewayResponse(200, tagsBody(request, tagsOf(targetOf(request)))),
});

const changeTags = (
  services: ResourcesServices,
  operation: string,
  read: (body: ArmRequest["body"]) => TagChange,
): ArmOperation => ({
  action: `${action}/write`,
  display: { operation, description: "Changes the tags of a scope." },
  body: "required",
  async handle(request) {
    return await writeTags(services, request, read(request.body));
  },
});

const deleteTags = (services: ResourcesServices): ArmOperation => ({
  action: `${action}/delete`,
  display: { operation: "Delete tags", description: "Removes all tags of a scope." },
  async handle(request) {
    const { body: _body, ...answer } = await writeTags(services, request, () => ({}));
    return answer;
  },
});

/** Tags are the resource's own, so that writing them gives it another version and etag. */
function writeTags(services: ResourcesServices, request: ArmRequest, change: TagChange) {
  const { id } = targetOf(request);
  return write(services, request, async (tx, nowMs) => {
    const target = await findResource<{ readonly tags?: Tags }>(tx, id);
    if (target === undefined) throw targetGone(request);
    checkTaggable(services, target, request);
    const tags = change(target.document.tags ?? {});
    await updateResource(tx, target, { document: { ...target.document, tags } }, nowMs);
    return { response: gatewayResponse(200, tagsBody(request, tags)), detail: { tags } };
  });
}

/** The scope itself is the innermost of what the request goes through. @throws ArmError where it is the tenant. */
function targetOf({ ancestors, path }: ArmRequest): StoredResource {
  if (path.names.at(-1)?.toLowerCase() !== "default") {
    throw new ArmError({
      code: "InvalidResourceName",
      message: `The tags of a scope are called 'default', and not '${path.names.at(-1) ?? ""}'.`,
    });
  }
  const target = ancestors.at(-1);
  if (target !== undefined) return target;
  throw new ArmError({
    code: "MissingSubscription",
    message: "The request did not have a subscription or a valid tenant level resource provider.",
  });
}

const tagsOf = ({ document }: StoredResource): Tags => (document as { readonly tags?: Tags }).tags ?? {};

function targetGone({ path, ancestors }: ArmRequest): ArmError {
  const [, name = ""] = /\/([^/]+)$/.exec(ancestors.at(-1)?.id ?? "") ?? [];
  return resourceNotFound({ type: ancestors.at(-1)?.typeKey ?? "", name, group: path.resourceGroup ?? "" });
}

/** Only what has tags of its own to be written takes them: subscriptions, groups and tracked resources. */
function checkTaggable({ registry }: ResourcesServices, target: StoredResource<object>, { path }: ArmRequest): void {
  const { typeKey: key } = target;
  if (key === subscriptionTypeKey) return;
  if (key === resourceGroupTypeKey) {
    if (isBeingDeleted(target as StoredResource)) throw groupBeingDeleted(path.resourceGroup ?? "");
    return;
  }
  const types = registry().trackedTypes();
  if (types.some((type) => typeKey(type) === key && type.operations.put !== undefined)) return;
  throw new ArmError({
    code: "BadRequest",
    message: `The resource '${target.id}' is of a type that has no tags.`,
  });
}

const tagsBody = ({ resourceId: id }: ArmRequest, tags: Tags): object => ({
  id,
  name: "default",
  type: "Microsoft.Resources/tags",
  properties: { tags },
});
