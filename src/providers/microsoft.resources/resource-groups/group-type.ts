import { gatewayResponse } from "../../../arm/arm-response.ts";
import { groupBeingDeleted, resourceGroupNotFound } from "../../../arm/errors.ts";
import { writeHeaders } from "../../../arm/long-running.ts";
import { readPageRequest, toPage, readMatching } from "../../../arm/paging.ts";
import { resourceGroupTypeKey } from "../../../arm/subscriptions-and-groups.ts";
import type { ResourceGroupDocument } from "../../../arm/subscriptions-and-groups.ts";
import type { ArmOperation, ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import { checkTags } from "../../../arm/tags.ts";
import { write } from "../../../arm/write.ts";
import { listChildren } from "../../../store/resources.ts";
import { matchesTags, parseFilter } from "../filter.ts";
import { nativeType } from "../native-type.ts";
import type { ResourcesServices } from "../services.ts";
import { groupBody, groupSchema } from "./group-body.ts";
import { deleteGroup, groupDeletion } from "./group-deletion.ts";
import { checkGroupName, checkLocationUnchanged, groupRegion } from "./group-rules.ts";
import { findGroup, saveGroup } from "./group-store.ts";
import type { StoredGroup } from "./group-store.ts";

/** `/subscriptions/{id}/resourceGroups` and what is done to one of them. */
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
    return gatewayResponse(200, groupBody(existing(await findGroup(store, request.resourceId), request)));
  },
});

/** Takes no other filter than the tag that groups have, as Azure does. */
const listGroups = ({ store, mayDo }: ResourcesServices): ArmOperation => ({
  action: readAction,
  display: { operation: "List Resource Groups", description: "Lists the resource groups of a subscription." },
  allowsAnyRoleInScope: true,
  async handle(request) {
    const { caller } = request;
    const filter = parseFilter(request.query.get("$filter"), ["tagname", "tagvalue"]);
    const page = readPageRequest(request.query);
    const parent = { parentKey: request.resourceId.toLowerCase(), typeKey: resourceGroupTypeKey };
    const groups = await readMatching(
      page,
      (batch) => listChildren<ResourceGroupDocument>(store, parent, batch),
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
    const name = groupName(request);
    checkGroupName(name);
    const region = groupRegion(location);
    checkTags(tags ?? {});
    return write(services, request, async (tx, nowMs) => {
      const before = await findGroup(tx, request.resourceId);
      if (before !== undefined) checkWritable(before, region);
      const document: ResourceGroupDocument = {
        name,
        location: region,
        tags: tags ?? undefined,
        managedBy: managedBy ?? undefined,
        provisioningState: "Succeeded",
      };
      const saved = await saveGroup(tx, { id: request.resourceId, document }, nowMs);
      const status = before === undefined ? 201 : 200;
      return { response: gatewayResponse(status, groupBody(saved), headers(services, request)) };
    });
  },
});

/** Tags are replaced as a whole where they are given (ARM RPC). */
const patchGroup = (services: ResourcesServices): ArmOperation => ({
  action: writeAction,
  display: { operation: "Update Resource Group", description: "Changes the tags of a resource group." },
  body: "required",
  handle(request) {
    const { location, tags, managedBy } = groupSchema.parse(request.body);
    checkTags(tags ?? {});
    return write(services, request, async (tx, nowMs) => {
      const before = existing(await findGroup(tx, request.resourceId), request);
      checkWritable(before, location === undefined ? before.document.location : groupRegion(location));
      const document: ResourceGroupDocument = {
        ...before.document,
        ...(tags === undefined ? {} : { tags: tags ?? undefined }),
        ...(managedBy === undefined ? {} : { managedBy: managedBy ?? undefined }),
      };
      const saved = await saveGroup(tx, { id: before.id, document }, nowMs);
      return { response: gatewayResponse(200, groupBody(saved), headers(services, request)) };
    });
  },
});

/** The group itself is refused for here: the pipeline refuses only for what is in it. */
function checkWritable({ document }: StoredGroup, region: string): void {
  if (document.provisioningState === "Deleting") throw groupBeingDeleted(document.name);
  checkLocationUnchanged(document.location, region);
}

function existing(group: StoredGroup | undefined, request: ArmRequest): StoredGroup {
  if (group === undefined) throw resourceGroupNotFound(groupName(request));
  return group;
}

const groupName = ({ path }: ArmRequest): string => path.resourceGroup ?? "";

const headers = ({ timing }: ResourcesServices, request: ArmRequest): Record<string, string> =>
  writeHeaders({ request, timing, operation: undefined, namespace: "Microsoft.Resources" });
