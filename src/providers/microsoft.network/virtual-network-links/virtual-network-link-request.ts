import { bodySchema } from "../../../arm/body-schema.ts";
import { isSame, parseResourceId } from "../../../arm/resource-id.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import { invalidLinkedId, networkError } from "../network-errors.ts";
import { knownBody, propertiesSince } from "../version-properties.ts";

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

/** What a body gives for a link; undefined for what it leaves out. */
export interface LinkRequest {
  readonly virtualNetworkId: string | undefined;
  readonly registrationEnabled: boolean | undefined;
  readonly resolutionPolicy: "Default" | "NxDomainRedirect" | undefined;
}

const networkPath = "properties.virtualNetwork.id";

/** Reads the body of a PUT or PATCH. @throws ArmError that names every fault. */
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

/** The network that a link is to. @throws ArmError if the body gives none (wording ours). */
export function requireNetworkId({ virtualNetworkId }: LinkRequest): string {
  if (virtualNetworkId !== undefined) return virtualNetworkId;
  throw networkError("BadRequest", `The property '${networkPath}' is required.`);
}
