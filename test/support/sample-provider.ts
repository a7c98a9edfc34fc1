import { providerResponse, typeName } from "../../src/arm/resource-type.ts";
import { operationsListType } from "../../src/arm/operations-list.ts";
import { providerResourceNotFound, resourceNotFound } from "../../src/arm/errors.ts";
import type { ArmOperation, ArmRequest, ReleaseResource, ResourceType } from "../../src/arm/resource-type.ts";
import { write } from "../../src/arm/write.ts";
import type { OperationKind } from "../../src/operations/operation-kind.ts";
import type { ProviderServices } from "../../src/providers/provider-services.ts";
import { findResource, saveResource } from "../../src/store/resources.ts";
import type { StoredResource } from "../../src/store/store.ts";

/** What happened to the sample provider's resources, for tests to read. */
export interface SampleLog {
  readonly removed: string[];
  readonly painted: string[];
}

export const sampleVersions = ["2024-02-01-preview", "2024-01-01", "2023-01-01"] as const;
export const paintKind = "boxes.paint";

/**
 * Sample.Boxes: tracked `boxes` that contain `lids`, with no rule of its own, so that what ARM does is seen by itself.
 * `remove` is called when a resource of either type is released.
 */
export function sampleProvider(
  log: SampleLog,
  remove?: ReleaseResource,
): (services: ProviderServices) => ResourceType[] {
  return (services) => {
    const release: ReleaseResource = async (tx, resource, nowMs) => {
      log.removed.push(resource.id);
      await remove?.(tx, resource, nowMs);
    };
    const boxes = {
      ...sampleType(services, ["boxes"]),
      release,
      work: [paintOperation(log)],
      genericView: ({ document }: StoredResource) => ({ kind: document["kind"] ?? "plain" }),
    };
    const lids = { ...sampleType(services, ["boxes", "lids"]), release };
    return [boxes, lids, operationsListType("Sample.Boxes", [boxes, lids])];
  };
}

function sampleType(services: ProviderServices, types: readonly string[]): ResourceType {
  const isChild = types.length > 1;
  const type: ResourceType = {
    namespace: "Sample.Boxes",
    types,
    apiVersions: sampleVersions,
    locations: ["East US", "West Europe"],
    scope: "resourceGroup",
    tracked: !isChild,
    listed: true,
    operations: { get: get(services, types), put: put(services, types) },
  };
  return type;
}

const get = ({ store }: ProviderServices, types: readonly string[]): ArmOperation => ({
  action: `Sample.Boxes/${types.join("/")}/read`,
  display: { operation: "Get", description: "Reads it." },
  async handle(request) {
    const found = await findResource(store, request.resourceId);
    if (found !== undefined) return providerResponse(200, { id: found.id, ...found.document });
    if (types.length > 1) throw providerResourceNotFound();
    const group = request.path.resourceGroup ?? "";
    throw resourceNotFound({ type: "Sample.Boxes/boxes", name: request.path.names.at(-1) ?? "", group });
  },
});

const put = ({ store, clock }: ProviderServices, types: readonly string[]): ArmOperation => ({
  action: `Sample.Boxes/${types.join("/")}/write`,
  display: { operation: "Put", description: "Writes it." },
  body: "required",
  handle: (request) =>
    write({ store, clock }, request, async (tx, nowMs) => {
      const saved = await saveResource(tx, { ...placeOf(request, types), document: documentOf(request) }, nowMs);
      return { response: providerResponse(201, { id: saved.id, ...saved.document }) };
    }),
});

function placeOf({ resourceId, path }: ArmRequest, types: readonly string[]) {
  return {
    id: resourceId,
    typeKey: typeName({ namespace: "Sample.Boxes", types } as ResourceType).toLowerCase(),
    parentKey: resourceId
      .toLowerCase()
      .split("/")
      .slice(0, types.length > 1 ? -2 : -4)
      .join("/"),
    subscriptionKey: path.subscriptionId?.toLowerCase() ?? "",
  };
}

const documentOf = ({ body, path }: ArmRequest) => ({ name: path.names.at(-1) ?? "", location: "eastus", ...body });

const paintOperation = ({ painted }: SampleLog): OperationKind => ({
  name: paintKind,
  azureDurationMs: 300_000,
  async succeed(_tx, { resourceId }) {
    painted.push(resourceId);
  },
  fail: async () => undefined,
});
