import { gatewayResponse, typeKey, type ArmOperation, type ResourceType } from "../../../arm/resource-type.ts";
import type { Tags } from "../../../arm/tags.ts";
import { listInSubscription } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/store.ts";
import { nativeType, type ResourcesServices } from "../native-type.ts";
import { groupKind } from "../resource-groups/resource-group.ts";
import { subscriptionKind } from "../subscriptions/subscription.ts";

/** `/subscriptions/{id}/tagNames`: the tags that are in use, with how often. Names cannot be predefined. */
export const tagNamesType = (services: ResourcesServices): ResourceType =>
  nativeType(["subscriptions", "tagNames"], { list: listTagNames(services) });

interface Counted {
  readonly tagName: string;
  count: number;
  readonly values: Map<string, number>;
}

const listTagNames = (services: ResourcesServices): ArmOperation => ({
  action: "Microsoft.Resources/subscriptions/tagNames/read",
  display: { operation: "List tags", description: "Lists the names and values of tags in a subscription." },
  async handle({ resourceId, subscriptionKey }) {
    const names = new Map<string, Counted>();
    for (const { document } of await taggedIn(services, resourceId, subscriptionKey)) {
      for (const [tagName, value] of Object.entries(document.tags ?? {})) count(names, tagName, value);
    }
    const value = [...names.values()].map((each) => nameBody(each, `${resourceId}/tagNames/${each.tagName}`));
    return gatewayResponse(200, { value });
  },
});

type Tagged = StoredResource<{ readonly tags?: Tags | undefined }>;

async function taggedIn(
  { store, registry }: ResourcesServices,
  subscriptionId: string,
  subscriptionKey: string,
): Promise<Tagged[]> {
  const subscription = await subscriptionKind.find(store, subscriptionId);
  const types = [groupKind.typeKey, ...registry().trackedTypes().map(typeKey)];
  const lists = await Promise.all(
    types.map((key): Promise<Tagged[]> => listInSubscription(store, { subscriptionKey, typeKey: key })),
  );
  return [...(subscription === undefined ? [] : [subscription]), ...lists.flat()];
}

/** Names are counted in any case, values exactly. */
function count(names: Map<string, Counted>, tagName: string, value: string): void {
  const key = tagName.toLowerCase();
  const counted = names.get(key) ?? { tagName, count: 0, values: new Map<string, number>() };
  counted.count += 1;
  counted.values.set(value, (counted.values.get(value) ?? 0) + 1);
  names.set(key, counted);
}

const nameBody = ({ tagName, count: total, values }: Counted, id: string): object => ({
  id,
  tagName,
  count: { type: "Total", value: total },
  values: [...values].map(([tagValue, value]) => ({
    id: `${id}/tagValues/${tagValue}`,
    tagValue,
    count: { type: "Total", value },
  })),
});
