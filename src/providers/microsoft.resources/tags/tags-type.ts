import { resourcesNamespace, isSame, nameOf } from "../../../arm/resource-id.ts";
import { gatewayResponse, type ArmOperation, type ArmRequest, type ResourceType } from "../../../arm/resource-type.ts";
import { groupBeingDeleted, missingSubscription, resourceNotFound } from "../../../arm/errors.ts";
import type { Tags } from "../../../arm/tags.ts";
import { write } from "../../../arm/write.ts";
import { findResource, updateResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/store.ts";
import { invalidTagsName, notTaggable } from "../errors.ts";
import type { ResourcesServices } from "../native-type.ts";
import { groupKind } from "../resource-groups/resource-group.ts";
import { subscriptionKind } from "../subscriptions/subscription.ts";
import { readPatch, readReplacement, type TagChange } from "./tags-request.ts";

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

/** Tags are part of the resource, so writing them changes its version and etag. */
function writeTags(services: ResourcesServices, request: ArmRequest, change: TagChange) {
  const before = targetOf(request);
  const { id } = before;
  return write(services, request, async (tx, nowMs) => {
    const target = await findResource<{ readonly tags?: Tags }>(tx, id);
    if (target === undefined) {
      throw resourceNotFound({ type: before.typeKey, name: nameOf(id), group: request.group });
    }
    checkTaggable(services, target, request);
    const tags = change(target.document.tags ?? {});
    await updateResource(tx, target, { document: { ...target.document, tags } }, nowMs);
    return { response: gatewayResponse(200, tagsBody(request, tags)), detail: { tags } };
  });
}

/** The scope: the innermost resource that the request goes through. @throws ArmError for the tenant. */
function targetOf({ ancestors, name }: ArmRequest): StoredResource {
  if (!isSame(name, "default")) throw invalidTagsName(name);
  const target = ancestors.at(-1);
  if (target === undefined) throw missingSubscription();
  return target;
}

const tagsOf = ({ document }: StoredResource): Tags => (document as { readonly tags?: Tags }).tags ?? {};

/** Subscriptions, groups and tracked resources have tags that can be written. */
function checkTaggable({ registry }: ResourcesServices, target: StoredResource<object>, { group }: ArmRequest): void {
  const { typeKey } = target;
  if (subscriptionKind.is(target)) return;
  if (groupKind.is(target)) {
    if (target.document.provisioningState === "Deleting") throw groupBeingDeleted(group);
    return;
  }
  const type = registry().byKey(typeKey);
  if (type?.tracked !== true || type.operations.put === undefined) throw notTaggable(target.id);
}

const tagsBody = ({ resourceId: id }: ArmRequest, tags: Tags): object => ({
  id,
  name: "default",
  type: "Microsoft.Resources/tags",
  properties: { tags },
});
