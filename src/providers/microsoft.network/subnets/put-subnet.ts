import { isDeepStrictEqual } from "node:util";
import { parentNotFound } from "../../../arm/errors.ts";
import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import type { Written } from "../../../arm/write.ts";
import { saveResource, updateResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { retryAfterSeconds, writeAnswer } from "../network-answer.ts";
import { refuseWhileBusy } from "../network-errors.ts";
import type { NetworkServices } from "../network-services.ts";
import { isSame, parentIdOf } from "../../../arm/resource-id.ts";
import { checkName } from "../resource-name.ts";
import { settled, waitingFor } from "../settling.ts";
import { readAddressSpace } from "../virtual-networks/vnet-rules.ts";
import { findSubnet, findVnet, listSubnets, touchVnet } from "../virtual-networks/vnet-store.ts";
import type { StoredVnet } from "../virtual-networks/vnet-store.ts";
import { keepUnknown, propertiesSince } from "../version-properties.ts";
import { subnetBody } from "./subnet-body.ts";
import { subnetTypeKey } from "./subnet-document.ts";
import type { SubnetDocument, SubnetSettings } from "./subnet-document.ts";
import { subnetKinds } from "./subnet-operations.ts";
import { readSubnet } from "./subnet-request.ts";
import { checkPrefixesKept, checkSubnets } from "./subnet-rules.ts";

/**
 * Creates a subnet (201) or replaces what it is set to (200); what has an address of it keeps it. A PUT that changes nothing
 * leaves it Succeeded, though there is an operation (recorded).
 */
export const putSubnet = (services: NetworkServices): ArmOperation => ({
  action: "Microsoft.Network/virtualNetworks/subnets/write",
  display: {
    operation: "Create or Update Subnet",
    description: "Creates a subnet of a virtual network or changes it.",
  },
  body: "required",
  async handle(request) {
    checkName(subnetName(request), "subnet");
    const settings = readSubnet(request.body, request.resourceId, request.apiVersion);
    return write(services, request, (tx, nowMs) => put({ services, request, tx, nowMs, settings }));
  },
});

interface Put {
  readonly services: NetworkServices;
  readonly request: ArmRequest;
  readonly tx: Transaction;
  readonly nowMs: number;
  readonly settings: SubnetSettings;
}

async function put({ services, request, tx, nowMs, settings: asked }: Put): Promise<Written> {
  const id = request.resourceId;
  const vnet = await parentOf(tx, request);
  const current = await findSubnet(tx, id);
  refuseWhileBusy(request, vnet, vnet.document.location);
  if (current !== undefined) refuseWhileBusy(request, current, vnet.document.location);
  const { apiVersion } = request;
  const settings = keepUnknown(asked, current?.document, { apiVersion, since: propertiesSince.subnet });
  await checkPlan(tx, request, { vnet, settings });
  if (current !== undefined) checkPrefixesKept(current.document, settings.addressPrefixes);
  const { subscriptionKey, key: parentKey } = vnet;
  const { location } = vnet.document;
  const isRepeated = current !== undefined && isSetTo(current.document, settings);
  const kind = isRepeated ? subnetKinds.repeat : subnetKinds.write;
  const work = { kind, subscriptionKey, resourceId: id, location, input: {} };
  const operation = await services.operations.begin(tx, work);
  const occupants = current?.document.occupants ?? [];
  const state = isRepeated ? settled : waitingFor(operation, "Updating");
  const document = { name: subnetName(request), ...settings, occupants, ...state };
  const subnet =
    current === undefined
      ? await saveResource(tx, { id, typeKey: subnetTypeKey, parentKey, subscriptionKey, document }, nowMs)
      : await updateResource(tx, current, { id, document }, nowMs);
  const body = subnetBody(subnet, await touchVnet(tx, vnet, nowMs), apiVersion);
  const retry = current === undefined ? { retryAfterSeconds: retryAfterSeconds.virtualNetwork } : {};
  const status = current === undefined ? 201 : 200;
  return { response: writeAnswer(services, request, { status, body, operation, ...retry }) };
}

/** What is undefined is not there in a stored document. */
function isSetTo(document: SubnetDocument, settings: SubnetSettings): boolean {
  const stored = new Map<string, unknown>(Object.entries(document));
  return Object.entries(settings).every(([name, value]) => isDeepStrictEqual(stored.get(name), value));
}

/** The gateway has found the network; it may have gone since. */
async function parentOf(tx: Transaction, request: ArmRequest): Promise<StoredVnet> {
  const parentId = parentIdOf(request.resourceId);
  const vnet = await findVnet(tx, parentId);
  if (vnet === undefined) throw parentNotFound({ verb: "write", type: "virtualNetworks/subnets", parentId });
  return vnet;
}

async function checkPlan(
  tx: Transaction,
  request: ArmRequest,
  { vnet, settings }: { vnet: StoredVnet; settings: SubnetSettings },
): Promise<void> {
  const { name, addressPrefixes } = vnet.document;
  const id = request.resourceId;
  const others = (await listSubnets(tx, vnet.key)).filter((each) => !isSame(each.id, id));
  const planned = { id, name: subnetName(request), addressPrefixes: settings.addressPrefixes };
  checkSubnets({ name, prefixes: readAddressSpace({ id: vnet.id, name, addressPrefixes }) }, [
    ...others.map((each) => ({ ...each.document, id: each.id })),
    planned,
  ]);
}

const subnetName = ({ path }: ArmRequest): string => path.names[1] ?? "";
