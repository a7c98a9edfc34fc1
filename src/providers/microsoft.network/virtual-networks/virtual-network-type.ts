import { invalidLocationChange, resourceNotFound } from "../../../arm/errors.ts";
import {
  alreadyDone,
  beginWork,
  lifecycleOperations,
  lifecycleWork,
  patchTags,
  settled,
  waitingFor,
} from "../../../arm/lifecycle.ts";
import type { Lifecycle } from "../../../arm/lifecycle.ts";
import type { ArmOperation, ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import type { Tags } from "../../../arm/tags.ts";
import { write, type Written } from "../../../arm/write.ts";
import { newUuid } from "../../../kernel/ids.ts";
import { removeResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import type { Ipv4Prefix } from "../ipv4.ts";
import { joinNetwork } from "../linked-access.ts";
import { checkName, readLocation, readTags } from "../network-request.ts";
import { checkMayJoin, checkSecurityGroup } from "../network-security-groups/network-security-group.ts";
import { networkDialect, networkType, refuseWhileBusy, retryAfterSeconds, writeResponse } from "../network-type.ts";
import type { NetworkServices } from "../network-type.ts";
import { checkPrefixesKept, checkSubnets, checkUnoccupied } from "../subnets/subnet-rules.ts";
import { subnets, type StoredSubnet } from "../subnets/subnet.ts";
import { keepUnknown, propertiesSince } from "../version-properties.ts";
import { removeLinksTo } from "../virtual-network-links/virtual-network-link.ts";
import { readVnet, type InlineSubnet, type VnetRequest } from "./virtual-network-request.ts";
import { readAddressSpace } from "./virtual-network-rules.ts";
import { virtualNetworks, vnetBody, type StoredVnet, type VnetDocument } from "./virtual-network.ts";

// Recorded 2026: a network is created in 3 to 4 s.
const vnetWork = {
  write: { name: "network.virtualNetwork.write", azureDurationMs: 4_000 },
  /** A write of a network that exists. */
  update: "network.virtualNetwork.update",
  delete: { name: "network.virtualNetwork.delete", azureDurationMs: 10_000 },
} as const;

const lifecycle = (services: NetworkServices): Lifecycle<VnetDocument> => ({
  kind: virtualNetworks,
  dialect: networkDialect(services),
  noun: "Virtual Network",
  plural: "Virtual Networks",
  work: vnetWork,
  below: subnets,
  async bodies(from, vnets, { apiVersion }) {
    const below = await subnets.byParent(from, vnets);
    return vnets.map((vnet) => vnetBody(vnet, below.get(vnet.key) ?? [], apiVersion));
  },
  notFound: ({ name, group }) => resourceNotFound({ type: virtualNetworks.type, name, group }),
  locationOf: (_from, { document: { location } }) => location,
  async checkRemovable(tx, { key }) {
    for (const { document } of await subnets.children(tx, key)) checkUnoccupied(document);
  },
  /** Its subnets, which have no addresses in use, and the links of zones to it are removed with it. */
  async remove(tx, vnet) {
    for (const subnet of await subnets.children(tx, vnet.key)) await removeResource(tx, subnet);
    await removeLinksTo(tx, vnet.id);
    await removeResource(tx, vnet);
  },
});

/** `Microsoft.Network/virtualNetworks`. */
export function virtualNetworkType(services: NetworkServices): ResourceType {
  const life = lifecycle(services);
  const put = putVnet(services);
  return {
    ...networkType(virtualNetworks.types, {
      ...lifecycleOperations(life),
      put,
      patch: { ...put, handle: patchTags(life, readTags) },
    }),
    listedActions: [joinNetwork],
    work: [...lifecycleWork(life), alreadyDone(vnetWork.update)],
    release: (tx, { id }) => removeLinksTo(tx, id),
  };
}

/**
 * Creates a virtual network (201), or replaces its settings (200) and, if the body has any, its subnets. A network that
 * exists, and its subnets, are Succeeded in the response, although there is an operation (recorded).
 */
const putVnet = (services: NetworkServices): ArmOperation => ({
  action: "Microsoft.Network/virtualNetworks/write",
  display: { operation: "Create or Update Virtual Network", description: "Creates a virtual network or changes it." },
  body: "required",
  async handle(request) {
    checkName(request.name, "virtualNetwork");
    const location = readLocation(request.body, virtualNetworks.type);
    // In this order: what is wrong with the tags is refused before the properties are read.
    const wanted = { location, tags: readTags(request.body), ...readVnet(request) };
    const inline = (wanted.subnets ?? []).map(({ settings }) => settings);
    await checkMayJoin(services, request, inline);
    return write(services, request, (tx, nowMs) => saveVnet(wanted, { services, request, tx, nowMs }));
  },
});

interface WantedVnet extends VnetRequest {
  readonly location: string;
  readonly tags: Tags | undefined;
}

interface Put {
  readonly services: NetworkServices;
  readonly request: ArmRequest;
  readonly tx: Transaction;
  readonly nowMs: number;
}

async function saveVnet(wanted: WantedVnet, context: Put): Promise<Written> {
  const { services, request, tx, nowMs } = context;
  const { resourceId, name, apiVersion } = request;
  const { location, tags, settings } = wanted;
  const current = await virtualNetworks.find(tx, resourceId);
  if (current !== undefined) await checkChangeable(context, current, location);
  const kind = current === undefined ? vnetWork.write.name : vnetWork.update;
  const operation = await beginWork(services, tx, { kind, resourceId, location });
  const prefixes = readAddressSpace({ ...settings, id: resourceId, name });
  const state = current === undefined ? waitingFor(operation, "Updating") : settled;
  const resourceGuid = current?.document.resourceGuid ?? newUuid();
  const kept = keepUnknown(settings, current?.document, { apiVersion, since: propertiesSince.virtualNetwork });
  const document: VnetDocument = { name, location, tags, resourceGuid, ...kept, ...state };
  const vnet = await virtualNetworks.save(tx, current, { id: resourceId, document }, nowMs);
  const below = await replaceSubnets(context, { vnet, prefixes, wanted: wanted.subnets });
  const answer =
    current === undefined ? { status: 201, retryAfterSeconds: retryAfterSeconds.virtualNetwork } : { status: 200 };
  return {
    response: writeResponse(services, request, { ...answer, body: vnetBody(vnet, below, apiVersion), operation }),
  };
}

async function checkChangeable({ request, tx }: Put, current: StoredVnet, location: string): Promise<void> {
  const { name, group } = request;
  const from = current.document.location;
  for (const each of [current, ...(await subnets.children(tx, current.key))]) refuseWhileBusy(request, each, from);
  if (location !== from) throw invalidLocationChange({ name, group, from, to: location });
}

/** The subnets in a write of a virtual network. */
interface Replacement {
  readonly vnet: StoredVnet;
  /** The network's address space after the write. */
  readonly prefixes: readonly Ipv4Prefix[];
  /** Undefined to keep the subnets. */
  readonly wanted: readonly InlineSubnet[] | undefined;
}

/** Creates, replaces and removes subnets, so that the network has those that are wanted. Addresses stay in use. */
async function replaceSubnets(context: Put, replacement: Replacement): Promise<StoredSubnet[]> {
  const { tx } = context;
  const { vnet, prefixes, wanted } = replacement;
  const current = await subnets.children(tx, vnet.key);
  const { name } = vnet.document;
  if (wanted === undefined) {
    checkSubnets(
      { name, prefixes },
      current.map(({ id, document }) => ({ ...document, id })),
    );
    return current;
  }
  const wantedKeys = new Set(wanted.map(({ id }) => id.toLowerCase()));
  const dropped = current.filter(({ key }) => !wantedKeys.has(key));
  for (const { document } of dropped) checkUnoccupied(document);
  for (const { id, settings } of wanted) await checkSecurityGroup(tx, { ...settings, id }, vnet.document.location);
  checkSubnets(
    { name, prefixes },
    wanted.map(({ settings, ...subnet }) => ({ ...settings, ...subnet })),
  );
  for (const subnet of dropped) await removeResource(tx, subnet);
  const currentByKey = new Map(current.map((subnet) => [subnet.key, subnet]));
  const saved: StoredSubnet[] = [];
  for (const each of wanted) {
    saved.push(await saveInline(context, vnet, each, currentByKey.get(each.id.toLowerCase())));
  }
  return saved.toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

function saveInline(
  { tx, nowMs, request: { apiVersion } }: Put,
  { document: { provisioningState, operationId } }: StoredVnet,
  { id, name, settings }: InlineSubnet,
  existing: StoredSubnet | undefined,
): Promise<StoredSubnet> {
  if (existing !== undefined) checkPrefixesKept(existing.document, settings.addressPrefixes);
  const occupants = existing?.document.occupants ?? [];
  const kept = keepUnknown(settings, existing?.document, { apiVersion, since: propertiesSince.subnet });
  const document = { name, ...kept, occupants, provisioningState, operationId };
  return subnets.save(tx, existing, { id, document }, nowMs);
}
