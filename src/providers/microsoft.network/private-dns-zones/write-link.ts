import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import type { Tags } from "../../../arm/tags.ts";
import { write } from "../../../arm/write.ts";
import type { Written } from "../../../arm/write.ts";
import { newUuid } from "../../../kernel/ids.ts";
import { saveResource, updateResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { networkError } from "../network-errors.ts";
import { isSame } from "../../../arm/resource-id.ts";
import { checkName } from "../resource-name.ts";
import { waitingFor } from "../settling.ts";
import { readTags } from "../tracked-request.ts";
import { knowsProperty, propertiesSince } from "../version-properties.ts";
import { checkConditions } from "./conditions.ts";
import { beginOn, dnsAnswer } from "./dns-answer.ts";
import { linkBody } from "./dns-bodies.ts";
import { linkEtagOf, linkTypeKey } from "./dns-documents.ts";
import type { LinkDocument, StoredLink, StoredZone } from "./dns-documents.ts";
import { linkNotFound, refuseWhileDeleting } from "./dns-errors.ts";
import { checkGlobalLocation } from "./dns-request.ts";
import { zoneAction } from "./dns-services.ts";
import type { DnsServices } from "./dns-services.ts";
import { findLink } from "./dns-store.ts";
import { writableZoneOf } from "./writable-zone.ts";
import { checkJoin, findNetworkId, readLink, requireNetworkId } from "./link-request.ts";
import type { LinkRequest } from "./link-request.ts";
import { checkLink, hasResolutionPolicy } from "./link-rules.ts";
import { dnsKinds } from "./zone-operations.ts";

const action = `${zoneAction}/virtualNetworkLinks/write`;
const display = {
  operation: "Create or Update Virtual Network Link",
  description: "Links a private DNS zone to a virtual network or changes the link.",
};

/** Links a zone to a virtual network (201), or replaces what the link is set to (200). */
export const putLink = (services: DnsServices): ArmOperation => ({
  action,
  display,
  body: "required",
  async handle(request) {
    // The names of links follow the same rules (documented).
    checkName(request.path.names[1] ?? "", "privateDnsZoneGroup");
    checkGlobalLocation(request.body, `${zoneAction}/virtualNetworkLinks`);
    const tags = readTags(request.body);
    const wanted = readLink(request);
    await checkJoin(services, request, requireNetworkId(wanted));
    return write(services, request, async (tx, nowMs) => {
      const current = await findLink(tx, request.resourceId);
      return put({ services, request, tx, nowMs, current }, { tags, wanted });
    });
  },
});

/** Changes of a link what the body speaks of. */
export const patchLink = (services: DnsServices): ArmOperation => ({
  action,
  display,
  body: "required",
  async handle(request) {
    const tags = readTags(request.body);
    const wanted = readLink(request);
    return write(services, request, async (tx, nowMs) => {
      const current = await findLink(tx, request.resourceId);
      if (current === undefined) throw linkNotFound(request);
      const { document } = current;
      const merged: LinkRequest = {
        virtualNetworkId: wanted.virtualNetworkId ?? document.virtualNetworkId,
        registrationEnabled: wanted.registrationEnabled ?? document.registrationEnabled,
        resolutionPolicy: wanted.resolutionPolicy ?? document.resolutionPolicy,
      };
      return put({ services, request, tx, nowMs, current }, { tags: tags ?? document.tags, wanted: merged });
    });
  },
});

interface Put {
  readonly services: DnsServices;
  readonly request: ArmRequest;
  readonly tx: Transaction;
  readonly nowMs: number;
  readonly current: StoredLink | undefined;
}

interface Wish {
  readonly tags: Tags | undefined;
  readonly wanted: LinkRequest;
}

async function put(given: Put, wish: Wish): Promise<Written> {
  const { services, request, tx, current } = given;
  const zone = await writableZoneOf(tx, request.resourceId, "virtualNetworkLinks");
  checkConditions(request, current === undefined ? undefined : linkEtagOf(current));
  if (current !== undefined) refuseWhileDeleting(current);
  const settings = await settingsOf(given, zone, wish);
  await checkLink(tx, { id: request.resourceId, ...settings });
  const operation = await beginOn(services, tx, {
    kind: dnsKinds.writeLink,
    resourceId: request.resourceId,
    subscriptionKey: zone.subscriptionKey,
  });
  const isCompleted = current?.document.isCompleted ?? operation === undefined;
  const link = await save(given, zone, { ...settings, isCompleted, ...waitingFor(operation, "Updating") });
  const body = linkBody(link, request.apiVersion);
  return { response: dnsAnswer(services, request, { status: current === undefined ? 201 : 200, body, operation }) };
}

type Settings = Omit<LinkDocument, "isCompleted" | "provisioningState" | "operationId">;

async function settingsOf({ request, tx, current }: Put, zone: StoredZone, { tags, wanted }: Wish): Promise<Settings> {
  const virtualNetworkId = await findNetworkId(tx, requireNetworkId(wanted));
  if (current !== undefined && !isSame(current.document.virtualNetworkId, virtualNetworkId)) {
    throw networkError("BadRequest", `The virtual network of the link '${current.id}' cannot be changed.`);
  }
  return {
    name: request.path.names[1] ?? "",
    guid: current?.document.guid ?? newUuid(),
    location: "global",
    tags,
    zoneName: zone.document.name,
    virtualNetworkId,
    registrationEnabled: wanted.registrationEnabled ?? false,
    resolutionPolicy: policyOf(request, zone, { wanted, current }),
  };
}

/** "Default" where it has no effect. */
function policyOf(
  { apiVersion }: ArmRequest,
  zone: StoredZone,
  { wanted, current }: { wanted: LinkRequest; current: StoredLink | undefined },
): LinkDocument["resolutionPolicy"] {
  if (!hasResolutionPolicy(zone.document.name)) return "Default";
  const isKnown = knowsProperty({ apiVersion, since: propertiesSince.virtualNetworkLink }, "resolutionPolicy");
  const asked = isKnown ? wanted.resolutionPolicy : current?.document.resolutionPolicy;
  return asked ?? "Default";
}

function save({ request, tx, nowMs, current }: Put, zone: StoredZone, document: LinkDocument): Promise<StoredLink> {
  const id = request.resourceId;
  if (current !== undefined) return updateResource(tx, current, { id, document }, nowMs);
  const { subscriptionKey, key: parentKey } = zone;
  return saveResource(tx, { id, typeKey: linkTypeKey, parentKey, subscriptionKey, document }, nowMs);
}
