import type { ArmOperation } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import { applyChange, checkProposal, settingsContext } from "./change-cluster.ts";
import { bodyOf, clusterNotFound } from "./cluster-answer.ts";
import { writeResponse } from "../cache-type.ts";
import { readTags } from "./cluster-envelope.ts";
import { readUpdate } from "./cluster-request.ts";
import type { ClusterServices } from "./cluster-services.ts";
import { updatedSettings } from "./cluster-settings.ts";
import { findCluster } from "./cluster-store.ts";

/** Changes what the body names, and replaces all tags if it names any: 200, or 202 without a body while it takes time. */
export const patchCluster = (services: ClusterServices): ArmOperation => ({
  action: "Microsoft.Cache/redisEnterprise/write",
  display: { operation: "Create or Update Cluster", description: "Creates a cluster, or changes its settings." },
  body: "required",
  async handle(request) {
    const { apiVersion } = request;
    const tags = readTags(request.body);
    const body = readUpdate(request.body, apiVersion);
    return write(services, request, async (tx, nowMs) => {
      const current = await findCluster(tx, request.resourceId);
      if (current === undefined) throw clusterNotFound(request);
      const wanted = updatedSettings(body, current.document, settingsContext(request));
      checkProposal({ body, wanted, current: current.document, apiVersion });
      const accepted = {
        cluster: current,
        wanted,
        tags: tags === undefined ? current.document.tags : (tags ?? undefined),
        nowMs,
      };
      const { cluster, change, operation } = await applyChange(services, request, tx, accepted);
      const answer =
        operation === undefined
          ? { status: 200, body: await bodyOf(tx, cluster, { apiVersion }), operation }
          : { status: 202, operation };
      return { response: writeResponse(services, request, answer), detail: { change } };
    });
  },
});
