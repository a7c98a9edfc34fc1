import { lifecycleOperations, lifecycleWork, waitingFor, type Lifecycle } from "../../../arm/lifecycle.ts";
import { isSame } from "../../../arm/resource-id.ts";
import { resourceKind } from "../../../arm/resource-kind.ts";
import type { ArmOperation, ResourceType } from "../../../arm/resource-type.ts";
import { subscriptionKeys } from "../../../arm/subscriptions-and-groups.ts";
import type { Tags } from "../../../arm/tags.ts";
import { write, type Written } from "../../../arm/write.ts";
import { newUuid } from "../../../kernel/ids.ts";
import { removeResource } from "../../../store/resources.ts";
import type { Queryable, StoredResource, Transaction } from "../../../store/store.ts";
import { joinNetwork, checkLinkedAccess } from "../linked-access.ts";
import { networkError } from "../network-errors.ts";
import { networkNamespace } from "../network-type.ts";
import {
  azureDurationMs,
  beginWrite,
  checkConditions,
  checkGlobalLocation,
  dnsAnswer,
  dnsDialect,
  dnsType,
  etagOf,
} from "../private-dns/dialect.ts";
import type { DnsServices, DnsWrite, TrackedDnsDocument } from "../private-dns/dialect.ts";
import { linkNotFound, refuseWhileDeleting } from "../private-dns/dns-errors.ts";
import { writableZone } from "../private-dns-zones/private-dns-zone.ts";
import { checkName, readTags } from "../network-request.ts";
import { knownProperties, knowsProperty, propertiesSince } from "../version-properties.ts";
import { virtualNetworks } from "../virtual-networks/virtual-network.ts";
import { readLink, requireNetworkId, type LinkRequest } from "./virtual-network-link-request.ts";
import { checkLink, hasResolutionPolicy } from "./virtual-network-link-rules.ts";

/** The link between a zone and a virtual network, as it is stored. */
export interface LinkDocument extends TrackedDnsDocument {
  readonly zoneName: string;
  readonly virtualNetworkId: string;
  readonly registrationEnabled: boolean;
  readonly resolutionPolicy: "Default" | "NxDomainRedirect";
  /** Whether the network sees the zone; it does not end with a later write. */
  readonly isCompleted: boolean;
}

type StoredLink = StoredResource<LinkDocument>;

export const links = resourceKind<LinkDocument>(networkNamespace, ["privateDnsZones", "virtualNetworkLinks"]);

/** The links to a virtual network from zones of all subscriptions. */
export async function listLinksTo(from: Queryable, virtualNetworkId: string): Promise<StoredLink[]> {
  const found: StoredLink[] = [];
  for (const subscriptionKey of await subscriptionKeys(from)) {
    found.push(...(await links.inSubscription(from, subscriptionKey)));
  }
  return found.filter(({ document }) => isSame(document.virtualNetworkId, virtualNetworkId));
}

/** Removes all links to a virtual network that is being removed (documented). */
export async function removeLinksTo(tx: Transaction, virtualNetworkId: string): Promise<void> {
  for (const link of await listLinksTo(tx, virtualNetworkId)) await removeResource(tx, link);
}

/** A link's etag, which has quotes of its own (recorded until 2026). */
const linkEtagOf = (link: StoredLink): string => `"${etagOf(link)}"`;

/** A link as clients of an api-version read it. */
export function linkBody(link: StoredLink, apiVersion: string): object {
  const { name, location, tags, provisioningState, ...document } = link.document;
  const { resolutionPolicy } = document;
  return {
    id: link.id,
    name,
    type: links.type,
    etag: linkEtagOf(link),
    location,
    ...(tags === undefined ? {} : { tags }),
    properties: knownProperties<unknown>(
      {
        provisioningState,
        registrationEnabled: document.registrationEnabled,
        ...(hasResolutionPolicy(document.zoneName) ? { resolutionPolicy } : {}),
        virtualNetwork: { id: document.virtualNetworkId },
        virtualNetworkLinkState: document.isCompleted ? "Completed" : "InProgress",
      },
      { apiVersion, since: propertiesSince.virtualNetworkLink },
    ),
  };
}

export const linkWork = {
  write: { name: "privateDnsZone.link.write", azureDurationMs },
  delete: { name: "privateDnsZone.link.delete", azureDurationMs },
} as const;

const lifecycle = (services: DnsServices): Lifecycle<LinkDocument> => ({
  kind: links,
  dialect: dnsDialect(services),
  noun: "Virtual Network Link",
  plural: "Virtual Network Links",
  work: linkWork,
  bodies: async (_from, read, { apiVersion }) => read.map((link) => linkBody(link, apiVersion)),
  notFound: linkNotFound,
  locationOf: (_from, { document: { location } }) => location,
  beforeDelete: (_tx, link, request) => checkConditions(request, linkEtagOf(link)),
  settle: (document, outcome) => ({ ...document, isCompleted: document.isCompleted || outcome === "Succeeded" }),
});

export function linkType(services: DnsServices): ResourceType {
  const life = lifecycle(services);
  return {
    ...dnsType(links.types, { ...lifecycleOperations(life), put: putLink(services), patch: patchLink(services) }),
    tracked: true,
    work: lifecycleWork(life),
    genericView(resource) {
      const { name, zoneName } = links.cast(resource).document;
      return { name: `${zoneName}/${name}` };
    },
  };
}

/** Links a zone to a virtual network (201), or replaces the settings of the link (200). */
const putLink = (services: DnsServices): ArmOperation => ({
  action: `${links.type}/write`,
  display: {
    operation: "Create or Update Virtual Network Link",
    description: "Links a private DNS zone to a virtual network or changes the link.",
  },
  body: "required",
  async handle(request) {
    // The names of links follow the same rules (documented).
    checkName(request.name, "privateDnsZoneGroup");
    checkGlobalLocation(request.body, links.type);
    const tags = readTags(request.body);
    const wanted = readLink(request);
    const join = { action: joinNetwork.action, scope: requireNetworkId(wanted) };
    await checkLinkedAccess(services, request, [join]);
    return write(services, request, async (tx, nowMs) => {
      const current = await links.find(tx, request.resourceId);
      return save({ services, request, tx, nowMs }, current, { tags, ...wanted });
    });
  },
});

/** Changes the settings of a link that the body gives. */
const patchLink = (services: DnsServices): ArmOperation => ({
  ...putLink(services),
  async handle(request) {
    const tags = readTags(request.body);
    const given = readLink(request);
    return write(services, request, async (tx, nowMs) => {
      const current = await links.find(tx, request.resourceId);
      if (current === undefined) throw linkNotFound(request);
      const { document } = current;
      return save({ services, request, tx, nowMs }, current, {
        tags: tags ?? document.tags,
        virtualNetworkId: given.virtualNetworkId ?? document.virtualNetworkId,
        registrationEnabled: given.registrationEnabled ?? document.registrationEnabled,
        resolutionPolicy: given.resolutionPolicy ?? document.resolutionPolicy,
      });
    });
  },
});

type WantedLink = LinkRequest & { readonly tags: Tags | undefined };

async function save(
  { services, request, tx, nowMs }: DnsWrite,
  current: StoredLink | undefined,
  wanted: WantedLink,
): Promise<Written> {
  const { resourceId: id, name, apiVersion } = request;
  const zone = await writableZone(tx, request);
  checkConditions(request, current === undefined ? undefined : linkEtagOf(current));
  if (current !== undefined) refuseWhileDeleting(current);
  const zoneName = zone.document.name;
  const settings = {
    zoneName,
    virtualNetworkId: await networkIdOf(tx, wanted, current),
    registrationEnabled: wanted.registrationEnabled ?? false,
    resolutionPolicy: policyOf({ zoneName, apiVersion }, wanted, current),
  };
  checkLink(
    { id, document: settings },
    { toNetwork: await listLinksTo(tx, settings.virtualNetworkId), ofZone: await links.children(tx, zone.key) },
  );
  const operation = await beginWrite(services, tx, { kind: linkWork.write.name, resourceId: id });
  const document: LinkDocument = {
    name,
    guid: current?.document.guid ?? newUuid(),
    location: "global",
    tags: wanted.tags,
    ...settings,
    isCompleted: current?.document.isCompleted ?? operation === undefined,
    ...waitingFor(operation, "Updating"),
  };
  const body = linkBody(await links.save(tx, current, { id, document }, nowMs), apiVersion);
  return { response: dnsAnswer(services, request, { status: current === undefined ? 201 : 200, body, operation }) };
}

/** The id of a link's network as the network spells it. @throws ArmError if there is none, or the link is to another. */
async function networkIdOf(tx: Transaction, wanted: LinkRequest, current: StoredLink | undefined): Promise<string> {
  const virtualNetworkId = requireNetworkId(wanted);
  const vnet = await virtualNetworks.find(tx, virtualNetworkId);
  if (vnet === undefined) throw networkNotFound(virtualNetworkId);
  if (current === undefined || isSame(current.document.virtualNetworkId, vnet.id)) return vnet.id;
  throw networkError("BadRequest", `The virtual network of the link '${current.id}' cannot be changed.`);
}

/** Wording ours. */
const networkNotFound = (id: string): Error =>
  networkError("BadRequest", `The virtual network '${id}' could not be found.`);

/** The policy of a link, which is "Default" where it has no effect. */
function policyOf(
  { zoneName, apiVersion }: { zoneName: string; apiVersion: string },
  wanted: LinkRequest,
  current: StoredLink | undefined,
): LinkDocument["resolutionPolicy"] {
  if (!hasResolutionPolicy(zoneName)) return "Default";
  const isKnown = knowsProperty({ apiVersion, since: propertiesSince.virtualNetworkLink }, "resolutionPolicy");
  return (isKnown ? wanted.resolutionPolicy : current?.document.resolutionPolicy) ?? "Default";
}
