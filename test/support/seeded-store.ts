import { onTestFinished } from "vitest";
import { resourceGroupTypeKey } from "../../src/arm/subscriptions-and-groups.ts";
import { seedSubscription } from "../../src/providers/microsoft.resources/subscriptions/subscription.ts";
import { saveResource } from "../../src/store/resources.ts";
import type { Store, Transaction } from "../../src/store/store.ts";
import { startedAtMs } from "./exchange.ts";
import { openTempStore } from "./temp-store.ts";

export const subscriptionId = "e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f";
const subscription = `/subscriptions/${subscriptionId}`;
export const group = `${subscription}/resourceGroups/rg1`;
export const deletingGroup = `${subscription}/resourceGroups/going`;
export const box = `${group}/providers/Sample.Boxes/boxes/b1`;
export const lid = `${box}/lids/l1`;

/** A store with a subscription, a group with a box and its lid, and a group that is being deleted. */
export async function seededStore(): Promise<Store> {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  await temp.store.write(async (tx) => {
    const seed = { subscriptionId, displayName: "Test", tenantId: "t", nowMs: startedAtMs };
    await seedSubscription(tx, seed);
    await save(tx, { id: group, typeKey: resourceGroupTypeKey, parentId: subscription, state: "Succeeded" });
    await save(tx, { id: deletingGroup, typeKey: resourceGroupTypeKey, parentId: subscription, state: "Deleting" });
    await save(tx, { id: box, typeKey: "sample.boxes/boxes", parentId: group, state: "Succeeded" });
    await save(tx, { id: lid, typeKey: "sample.boxes/boxes/lids", parentId: box, state: "Succeeded" });
  });
  return temp.store;
}

async function save(
  tx: Transaction,
  resource: { id: string; typeKey: string; parentId: string; state: string },
): Promise<void> {
  const { id, typeKey, parentId, state: provisioningState } = resource;
  const document = { name: id.split("/").at(-1) ?? "", location: "eastus", provisioningState };
  const parentKey = parentId.toLowerCase();
  await saveResource(tx, { id, typeKey, parentKey, subscriptionKey: subscriptionId, document }, startedAtMs);
}
