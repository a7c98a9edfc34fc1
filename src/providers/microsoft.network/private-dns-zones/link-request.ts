import { bodySchema } from "../../../arm/body-schema.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import type { Queryable } from "../../../store/store.ts";
import { joinNetwork } from "../join-actions.ts";
import { checkLinkedAccess } from "../linked-access.ts";
import { invalidLinkedId, networkError } from "../network-errors.ts";
import { isSame, parseResourceId } from "../../../arm/resource-id.ts";
import { knownBody, propertiesSince } from "../version-properties.ts";
import { findVnet } from "../virtual-networks/vnet-store.ts";
import type { LinkDocument } from "./dns-documents.ts";
import type { DnsServices } from "./dns-services.ts";

const linkSchema = bodySchema(
  {
    type: "object",
    properties: {
      properties: {
        type: ["object", "null"],
        properties: {
          virtualNetwork: { type: ["object", "null"], properties: { id: { type: ["string", "null"] } } },
          registrationEnabled: { type: ["boolean", "null"] },
          resolutionPolicy: { type: ["string", "null"], enum: ["Default", "NxDomainRedirect", null] },
        },
      },
    },
  },
  "network",
);

/** What a body says of a link; undefined is what it does not speak of. */
export interface LinkRequest {
  readonly virtualNetworkId: string | undefined;
  readonly registrationEnabled: boolean | undefined;
  readonly resolutionPolicy: LinkDocument["resolutionPolicy"] | undefined;
}

const networkPath = "properties.virtualNetwork.id";

/** Reads the body of a PUT or PATCH. @throws ArmError naming every fault. */
export function readLink({ body, apiVersion }: ArmRequest): LinkRequest {
  const view = { apiVersion, since: propertiesSince.virtualNetworkLink };
  const { properties } = linkSchema.parse(knownBody(body ?? {}, view));
  const virtualNetworkId = properties?.virtualNetwork?.id ?? undefined;
  if (virtualNetworkId !== undefined) checkNetworkId(virtualNetworkId);
  return {
    virtualNetworkId,
    registrationEnabled: properties?.registrationEnabled ?? undefined,
    resolutionPolicy: properties?.resolutionPolicy ?? undefined,
  };
}

function checkNetworkId(id: string): void {
  const type = parseResourceId(id)?.type;
  if (type === undefined || !isSame(type, "Microsoft.Network/virtualNetworks")) throw invalidLinkedId(id, networkPath);
}

/** The id that a new link must have. @throws ArmError where the body has none (wording ours). */
export function requireNetworkId({ virtualNetworkId }: LinkRequest): string {
  if (virtualNetworkId !== undefined) return virtualNetworkId;
  throw networkError("BadRequest", `The property '${networkPath}' is required.`);
}

/** Whoever links a zone to a network must be allowed to join that network. */
export const checkJoin = (services: DnsServices, request: ArmRequest, virtualNetworkId: string): Promise<void> =>
  checkLinkedAccess(services, request, [{ action: joinNetwork.action, scope: virtualNetworkId }]);

/** The network of a link must be there, in whatever subscription (wording ours); answers its id as it is spelled there. */
export async function findNetworkId(from: Queryable, virtualNetworkId: string): Promise<string> {
  const vnet = await findVnet(from, virtualNetworkId);
  if (vnet !== undefined) return vnet.id;
  throw networkError("BadRequest", `The virtual network '${virtualNetworkId}' could not be found.`);
}
