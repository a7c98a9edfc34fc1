import { describe, expect, test } from "vitest";
import { findParents, findResourceGroup, findSubscription } from "../../../../src/arm/pipeline/find-scope.ts";
import { resolveOperation, resolveType } from "../../../../src/arm/pipeline/resolve-type.ts";
import type { Exchange } from "../../../../src/arm/pipeline/exchange.ts";
import { Registry } from "../../../../src/arm/registry.ts";
import { exchangeOf, operation, pipelineServices, refusalOf, resourceType } from "../../../support/exchange.ts";
import { box, group, lid, seededStore, subscriptionId } from "../../../support/seeded-store.ts";

const extension = { namespace: "Ext.Notes", scope: "extension" } as const;
const registry = new Registry([
  resourceType(["boxes"]),
  resourceType(["boxes", "lids"]),
  resourceType(["notes"], { ...extension, operations: { put: operation("put"), list: operation("list") } }),
  resourceType(["ask"], { ...extension, operations: { post: operation("ask") } }),
]);
const subscription = `/subscriptions/${subscriptionId}`;

async function take(method: string, path: string): Promise<Exchange> {
  const services = pipelineServices({ store: await seededStore(), registry });
  const exchange = exchangeOf({ method, url: `${path}?api-version=2024-01-01` });
  for (const step of [findSubscription, resolveType, resolveOperation, findResourceGroup, findParents]) {
    await step(exchange, services);
  }
  return exchange;
}

describe("an extension resource", () => {
  test.each([
    ["the tenant", "", []],
    ["a subscription", subscription, [subscription]],
    ["a resource group", group, [subscription, group]],
    ["a resource", box, [subscription, group, box]],
    ["a child resource", lid, [subscription, group, box, lid]],
  ])("an extension resource on %s has all of it as ancestors", async (_, scope, ancestors) => {
    const exchange = await take("PUT", `${scope}/providers/Ext.Notes/notes/n`);
    expect(exchange.resourceId).toBe(`${scope}/providers/Ext.Notes/notes/n`);
    expect(exchange.ancestors.map(({ id }) => id)).toEqual(ancestors);
  });

  test("an extension's id has published types and the caller's names", async () => {
    const spelled = `${lid.toUpperCase()}/PROVIDERS/EXT.NOTES/NOTES/n`;
    const { resourceId } = await take("PUT", spelled);
    expect(resourceId).toBe(
      `/subscriptions/${subscriptionId.toUpperCase()}/resourceGroups/RG1/providers/Sample.Boxes/boxes/B1/lids/L1/providers/Ext.Notes/notes/n`,
    );
  });

  test("lists the extension resources on a resource", async () => {
    const exchange = await take("GET", `${box}/providers/Ext.Notes/notes`);
    expect([exchange.operation?.action, exchange.resourceId]).toEqual([
      "Sample.Boxes/list",
      `${box}/providers/Ext.Notes`,
    ]);
  });

  test("finds an extension's POST on a whole scope", async () => {
    const exchange = await take("POST", `${box}/providers/Ext.Notes/ask`);
    expect([exchange.operation?.action, exchange.resourceId]).toEqual([
      "Sample.Boxes/ask",
      `${box}/providers/Ext.Notes`,
    ]);
  });

  test.each([
    [`${group}/providers/Sample.Boxes/boxes/none`, "ResourceNotFound"],
    [`${group}/providers/Sample.Boxes/boxes/none/lids/l`, "ResourceNotFound"],
    [`${box}/lids/none`, "ResourceNotFound"],
    [`${subscription}/resourceGroups/none`, "ResourceGroupNotFound"],
    [`${group}/providers/Sample.Boxes/jars/j`, "InvalidResourceType"],
    [`${group}/providers/Nobody.Here/jars/j`, "InvalidResourceNamespace"],
    [`${group}/providers/Ext.Notes/notes/n`, "InvalidResourceType"],
    [`${subscription}/nothing/x`, "InvalidResourceNamespace"],
  ])("refuses an extension resource on %s with %s", async (scope, code) => {
    expect((await refusalOf(() => take("PUT", `${scope}/providers/Ext.Notes/notes/n`))).code).toBe(code);
  });
});

test("refuses a type that is no extension on a resource", async () => {
  expect((await refusalOf(() => take("GET", `${box}/providers/Sample.Boxes/boxes/b2`))).code).toBe(
    "InvalidResourceType",
  );
});
