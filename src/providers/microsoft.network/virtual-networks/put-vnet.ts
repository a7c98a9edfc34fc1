import { invalidLocationChange } from "../../../arm/errors.ts";
import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import type { Tags } from "../../../arm/tags.ts";
import { write } from "../../../arm/write.ts";
import type { Written } from "../../../arm/write.ts";
import { newUuid } from "../../../kernel/ids.ts";
import { saveResource, updateResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { retryAfterSeconds, writeAnswer } from "../network-answer.ts";
import { refuseWhileBusy } from "../network-errors.ts";
import type { NetworkServices } from "../network-services.ts";
import { groupIdOf } from "../../../arm/resource-id.ts";
import { checkName } from "../resource-name.ts";
import { settled, waitingFor } from "../settling.ts";
import type { Settling } from "../settling.ts";
import { readLocation, readTags } from "../tracked-request.ts";
import { keepUnknown, propertiesSince } from "../version-properties.ts";
import { replaceSubnets } from "./replace-subnets.ts";
import { vnetBody } from "./vnet-body.ts";
import { vnetTypeKey } from "./vnet-document.ts";
import { vnetKinds } from "./vnet-operations.ts";
import { readVnet } from "./vnet-request.ts";
import type { VnetRequest } from "./vnet-request.ts";
import { readAddressSpace } from "./vnet-rules.ts";
import { findVnet, listSubnets } from "./vnet-store.ts";
import type { StoredVnet } from "./vnet-store.ts";

/**
 * Creates a virtual network (201) or replaces what it is set to (200), its subnets included where the body has any. What is
 * there already has changed with the answer: network and subnets are Succeeded, though there is an operation (recorded).
 */
export const putVnet = (services: NetworkServices): ArmOperation => ({
  action: "Microsoft.Network/virtualNetworks/write",
  display: { operation: "Create or Update Virtual Network", description: "Creates a virtual network or changes it." },
  body: "required",
  async handle(request) {
    const name = request.path.names[0] ?? "";
    checkName(name, "virtualNetwork");
    const location = readLocation(request.body, "Microsoft.Network/virtualNetworks");
    const envelope = { name, location, tags: readTags(request.body) };
    const wanted = readVnet(request.body, request.resourceId, request.apiVersion);
    return write(services, request, (tx, nowMs) => put({ services, request, tx, nowMs, ...envelope, ...wanted }));
  },
});

interface Put extends VnetRequest {
  readonly services: NetworkServices;
  readonly request: ArmRequest;
  readonly tx: Transaction;
  readonly nowMs: number;
  readonly name: string;
  readonly location: string;
  readonly tags: Tags | undefined;
}

async function put(given: Put): Promise<Written> {
  const { services, request, tx, nowMs } = given;
  const current = await findVnet(tx, request.resourceId);
  if (current !== undefined) await checkChangeable(given, current);
  const isNew = current === undefined;
  const operation = await services.operations.begin(tx, {
    kind: isNew ? vnetKinds.create : vnetKinds.update,
    subscriptionKey: request.path.subscriptionId?.toLowerCase() ?? "",
    resourceId: request.resourceId,
    location: given.location,
    input: {},
  });
  const prefixes = readAddressSpace({ ...given.settings, id: request.resourceId, name: given.name });
  const state = isNew ? waitingFor(operation, "Updating") : settled;
  const vnet = await save(given, current, state);
  const { apiVersion } = request;
  const subnets = await replaceSubnets(tx, { vnet, prefixes, wanted: given.subnets, state, apiVersion, nowMs });
  const retry = isNew ? { retryAfterSeconds: retryAfterSeconds.virtualNetwork } : {};
  const answer = { status: isNew ? 201 : 200, body: vnetBody(vnet, subnets, apiVersion), operation, ...retry };
  return { response: writeAnswer(services, request, answer) };
}

async function checkChangeable({ request, tx, name, location }: Put, current: StoredVnet): Promise<void> {
  for (const each of [current, ...(await listSubnets(tx, current.key))]) {
    refuseWhileBusy(request, each, current.document.location);
  }
  if (location === current.document.location) return;
  const group = request.path.resourceGroup ?? "";
  throw invalidLocationChange({ name, group, from: current.document.location, to: location });
}

async function save(
  { request, tx, nowMs, name, location, tags, settings }: Put,
  current: StoredVnet | undefined,
  state: Settling,
): Promise<StoredVnet> {
  const id = request.resourceId;
  const resourceGuid = current?.document.resourceGuid ?? newUuid();
  const { apiVersion } = request;
  const kept = keepUnknown(settings, current?.document, { apiVersion, since: propertiesSince.virtualNetwork });
  const document = { name, location, tags, resourceGuid, ...kept, ...state };
  if (current !== undefined) return updateResource(tx, current, { id, document }, nowMs);
  const subscriptionKey = request.path.subscriptionId?.toLowerCase() ?? "";
  const parentKey = groupIdOf(id).toLowerCase();
  return saveResource(tx, { id, typeKey: vnetTypeKey, parentKey, subscriptionKey, document }, nowMs);
}
