import { gatewayResponse, type ArmOperation, type ArmRequest, type ResourceType } from "../../../arm/resource-type.ts";
import { groupBeingDeleted, resourceGroupNotFound } from "../../../arm/errors.ts";
import { writeHeaders } from "../../../arm/long-running.ts";
import { readMatching, readPageRequest, toPage } from "../../../arm/paging.ts";
import type { ResourceGroupDocument } from "../../../arm/subscriptions-and-groups.ts";
import { checkTags } from "../../../arm/tags.ts";
import { write } from "../../../arm/write.ts";
import { groupLocationFixed } from "../errors.ts";
import { matchesTags, parseFilter } from "../filter.ts";
import { nativeType, type ResourcesServices } from "../native-type.ts";
import { deleteGroup, groupDeletion } from "./delete-resource-group.ts";
import { checkGroupName, groupRegion, groupSchema } from "./resource-group-request.ts";
import { groupBody, groupKind, type StoredGroup } from "./resource-group.ts";

/** `/subscriptions/{id}/resourceGroups`. */
export const groupType = (services: ResourcesServices): ResourceType => ({
  ...nativeType(["subscriptions", "resourceGroups"], {
    get: getGroup(services),
    list: listGroups(services),
    put: putGroup(services),
    patch: patchGroup(services),
    delete: deleteGroup(services),
  }),
  work: [groupDeletion(services)],
});

const readAction = "Microsoft.Resources/subscriptions/resourceGroups/read";
const writeAction = "Microsoft.Resources/subscriptions/resourceGroups/write";

const getGroup = ({ store }: ResourcesServices): ArmOperation => ({
  action: readAction,
  display: { operation: "Get Resource Group", description: "Reads a resource group." },
  async handle(request) {
    return gatewayResponse(200, groupBody(existing(await groupKind.find(store, request.resourceId), request)));
  },
});

/** The only filter is the one by tag, as in Azure. */
const listGroups = ({ store, mayDo }: ResourcesServices): ArmOperation => ({
  action: readAction,
  display: { operation: "List Resource Groups", description: "Lists the resource groups of a subscription." },
  allowsAnyRoleInScope: true,
  async handle(request) {
    const { caller } = request;
    const filter = parseFilter(request.query.get("$filter"), ["tagname", "tagvalue"]);
    const page = readPageRequest(request.query);
    const parentKey = request.resourceId.toLowerCase();
    const groups = await readMatching(
      page,
      (batch) => groupKind.children(store, parentKey, batch),
      ({ id, document }) => matchesTags(filter, document.tags) && mayDo({ caller, action: readAction, scope: id }),
    );
    const { items, ...next } = toPage(request, page, groups);
    return gatewayResponse(200, { value: items.map(groupBody), ...next });
  },
});

const putGroup = (services: ResourcesServices): ArmOperation => ({
  action: writeAction,
  display: {
    operation: "Create or Update Resource Group",
    description: "Creates a resource group or replaces its tags.",
  },
  body: "required",
  handle(request) {
    const { location, tags, managedBy } = groupSchema.parse(request.body);
    const name = request.group;
    checkGroupName(name);
    const region = groupRegion(location);
    checkTags(tags ?? {});
    return write(services, request, async (tx, nowMs) => {
      const id = request.resourceId;
      const before = await groupKind.find(tx, id);
      if (before !== undefined) checkWritable(before, region);
      const document: ResourceGroupDocument = {
        name,
        location: region,
        tags: tags ?? undefined,
        managedBy: managedBy ?? undefined,
        provisioningState: "Succeeded",
      };
      const saved = await groupKind.save(tx, before, { id, document }, nowMs);
      const status = before === undefined ? 201 : 200;
      return { response: gatewayResponse(status, groupBody(saved), headers(services, request)) };
    });
  },
});

/** Tags, if the body has any, replace all others (ARM RPC). */
const patchGroup = (services: ResourcesServices): ArmOperation => ({
  action: writeAction,
  display: { operation: "Update Resource Group", description: "Changes the tags of a resource group." },
  body: "required",
  handle(request) {
    const { location, tags, managedBy } = groupSchema.parse(request.body);
    checkTags(tags ?? {});
    return write(services, request, async (tx, nowMs) => {
      const before = existing(await groupKind.find(tx, request.resourceId), request);
      checkWritable(before, location === undefined ? before.document.location : groupRegion(location));
      const document: ResourceGroupDocument = {
        ...before.document,
        ...(tags === undefined ? {} : { tags: tags ?? undefined }),
        ...(managedBy === undefined ? {} : { managedBy: managedBy ?? undefined }),
      };
      const saved = await groupKind.update(tx, before, { document }, nowMs);
      return { response: gatewayResponse(200, groupBody(saved), headers(services, request)) };
    });
  },
});

/** The pipeline refuses writes of resources in a group that is being deleted; writes of the group are refused here. */
function checkWritable({ document }: StoredGroup, region: string): void {
  if (document.provisioningState === "Deleting") throw groupBeingDeleted(document.name);
  if (document.location !== region) throw groupLocationFixed(document.location, region);
}

function existing(group: StoredGroup | undefined, request: ArmRequest): StoredGroup {
  if (group === undefined) throw resourceGroupNotFound(request.group);
  return group;
}

const headers = ({ timing }: ResourcesServices, request: ArmRequest): Record<string, string> =>
  writeHeaders({ request, timing, operation: undefined, namespace: "Microsoft.Resources" });
