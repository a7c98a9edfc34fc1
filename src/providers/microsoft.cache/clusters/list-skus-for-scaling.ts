import { providerResponse, type ArmOperation } from "../../../arm/resource-type.ts";
import { versionsWith } from "../api-versions.ts";
import type { CacheServices } from "../cache-type.ts";
import { findSku, scalingTargets } from "../skus.ts";
import { clusters, requireCluster } from "./cluster.ts";

/** The SKUs that a cluster can be scaled to, with their sizes. */
export const listSkusForScaling = ({ store }: Pick<CacheServices, "store">): ArmOperation => ({
  action: `${clusters.type}/listSkusForScaling/action`,
  display: { operation: "List SKUs for Scaling", description: "Lists the SKUs that a cluster can be scaled to." },
  apiVersions: versionsWith("listSkusForScaling"),
  async handle(request) {
    const { document } = await requireCluster(store, request);
    const sku = findSku(document.sku.name);
    const targets = sku === undefined ? [] : scalingTargets(sku);
    return providerResponse(200, { skus: targets.map(({ name, sizeInGb }) => ({ name, sizeInGB: sizeInGb })) });
  },
});
