import { networkResponse } from "../../../arm/arm-response.ts";
import { toPage } from "../../../arm/paging.ts";
import { isSame } from "../../../arm/resource-id.ts";
import { resourceKind } from "../../../arm/resource-kind.ts";
import type { ArmOperation, ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import { subscriptionKeys } from "../../../arm/subscription.ts";
import type { Tags } from "../../../arm/tags.ts";
import { write } from "../../../arm/write.ts";
import type { Written } from "../../../arm/write.ts";
import { newUuid } from "../../../kernel/ids.ts";
import { removeResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Queryable, Transaction } from "../../../store/store.ts";
import type { TaggedBody } from "../etag.ts";
import { joinNetwork } from "../join-actions.ts";
import { checkLinkedAccess } from "../linked-access.ts";
import { readAnswer } from "../network-answer.ts";
import { networkError } from "../network-errors.ts";
import { networkNamespace } from "../network-services.ts";
import {
  beginOn,
  checkConditions,
  checkGlobalLocation,
  dnsAnswer,
  dnsType,
  etagOf,
  readDnsPage,
  refuseWhileDeleting,
  writableZone,
} from "../private-dns/dialect.ts";
import type { DnsServices, TrackedDnsDocument } from "../private-dns/dialect.ts";
import { linkNotFound } from "../private-dns/dns-errors.ts";
import { checkName } from "../resource-name.ts";
import { deletionUnderWay, waitingFor } from "../settling.ts";
import { readTags } from "../tracked-request.ts";
import { knownProperties, knowsProperty, propertiesSince } from "../version-properties.ts";
import { findVnet } from "../virtual-networks/vnet-store.ts";
import { readLink, requireNetworkId } from "./virtual-network-link-request.ts";
import type { LinkRequest } from "./virtual-network-link-request.ts";
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
export function linkBody(link: StoredLink, apiVersion: string): TaggedBody {
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

export const linkKinds = { write: "privateDnsZone.link.write", delete: "privateDnsZone.link.delete" } as const;

export const linkType = (services: DnsServices): ResourceType => ({
  ...dnsType(links.types, {
    get: getLink(services),
    put: putLink(services),
    patch: patchLink(services),
    delete: deleteLink(services),
    list: listLinks(services),
  }),
  tracked: true,
});

const getLink = ({ store }: DnsServices): ArmOperation => ({
  action: `${links.type}/read`,
  display: { operation: "Get Virtual Network Link", description: "Reads a link to a virtual network." },
  async handle(request) {
    const link = await links.find(store, request.resourceId);
    if (link === undefined) throw linkNotFound(request);
    return readAnswer(linkBody(link, request.apiVersion));
  },
});

const listLinks = ({ store }: DnsServices): ArmOperation => ({
  action: `${links.type}/read`,
  display: { operation: "List Virtual Network Links", description: "Lists the links of a private DNS zone." },
  async handle(request) {
    const page = readDnsPage(request.query);
    const zoneKey = request.resourceId.toLowerCase();
    const found = await links.children(store, zoneKey, { ...page, limit: page.limit + 1 });
    const { items, ...next } = toPage(request, page, found);
    return networkResponse(200, { value: items.map((link) => linkBody(link, request.apiVersion)), ...next });
  },
});

const writeDisplay = {
  operation: "Create or Update Virtual Network Link",
  description: "Links a private DNS zone to a virtual network or changes the link.",
};

/** Links a zone to a virtual network (201), or replaces the settings of the link (200). */
const putLink = (services: DnsServices): ArmOperation => ({
  action: `${links.type}/write`,
  display: writeDisplay,
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
      return save({ services, request, tx, nowMs, current }, { tags, ...wanted });
    });
  },
});

/** Changes the settings of a link that the body gives. */
const patchLink = (services: DnsServices): ArmOperation => ({
  action: `${links.type}/write`,
  display: writeDisplay,
  body: "required",
  async handle(request) {
    const tags = readTags(request.body);
    const given = readLink(request);
    return write(services, request, async (tx, nowMs) => {
      const current = await links.find(tx, request.resourceId);
      if (current === undefined) throw linkNotFound(request);
      const { document } = current;
      return save(
        { services, request, tx, nowMs, current },
        {
          tags: tags ?? document.tags,
          virtualNetworkId: given.virtualNetworkId ?? document.virtualNetworkId,
          registrationEnabled: given.registrationEnabled ?? document.registrationEnabled,
          resolutionPolicy: given.resolutionPolicy ?? document.resolutionPolicy,
        },
      );
    });
  },
});

interface LinkWrite {
  readonly services: DnsServices;
  readonly request: ArmRequest;
  readonly tx: Transaction;
  readonly nowMs: number;
  readonly current: StoredLink | undefined;
}

type WantedLink = LinkRequest & { readonly tags: Tags | undefined };

async function save({ services, request, tx, nowMs, current }: LinkWrite, wanted: WantedLink): Promise<Written> {
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
  const { subscriptionKey } = zone;
  const operation = await beginOn(services, tx, { kind: linkKinds.write, resourceId: id, subscriptionKey });
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
  const vnet = await findVnet(tx, virtualNetworkId);
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

/** Deletes a link: 200 or, while it is in progress, 202; 204 if there was none. */
const deleteLink = (services: DnsServices): ArmOperation => ({
  action: `${links.type}/delete`,
  display: { operation: "Delete Virtual Network Link", description: "Deletes a link to a virtual network." },
  handle: (request) =>
    write(services, request, async (tx, nowMs) => {
      const link = await links.find(tx, request.resourceId);
      if (link === undefined) return { response: dnsAnswer(services, request, { status: 204 }) };
      checkConditions(request, linkEtagOf(link));
      const joined = await deletionUnderWay(tx, link.document);
      if (joined !== undefined) return { response: dnsAnswer(services, request, { status: 202, operation: joined }) };
      const { id: resourceId, subscriptionKey } = link;
      const operation = await beginOn(services, tx, { kind: linkKinds.delete, resourceId, subscriptionKey });
      if (operation === undefined) await removeResource(tx, link);
      else {
        await links.update(tx, link, { document: { ...link.document, ...waitingFor(operation, "Deleting") } }, nowMs);
      }
      return { response: dnsAnswer(services, request, { status: 200, operation }) };
    }),
});
