import { expect, test } from "vitest";
import { pipeline, runSteps } from "../../../../src/arm/pipeline/pipeline.ts";
import type { Exchange, PipelineServices } from "../../../../src/arm/pipeline/exchange.ts";
import { Registry } from "../../../../src/arm/registry.ts";
import { exchangeOf, operation, owner, pipelineServices, refusalOf, resourceType } from "../../../support/exchange.ts";
import { box, seededStore, subscriptionId } from "../../../support/seeded-store.ts";

test("has the steps in the order that decides which refusal is returned", () => {
  expect(pipeline.map(({ name }) => name)).toEqual([
    "readPath",
    "authenticate",
    "findSubscription",
    "resolveType",
    "checkApiVersion",
    "resolveOperation",
    "readBody",
    "checkRegistration",
    "findResourceGroup",
    "authorize",
    "checkLocks",
    "findParents",
    "handle",
  ]);
});

const lids = resourceType(["boxes", "lids"], { operations: { put: operation("put", { body: "required" }) } });
const types = [resourceType(["boxes"]), lids];
const other = "22222222-2222-4222-8222-222222222222";

/** A request with every fault at once, and how each is mended in turn: the code is that of the first that is left. */
const mends: readonly [string, (request: Partial<Exchange> & { content?: string }) => object][] = [
  ["InvalidRequestUri", () => ({ headers: { host: "localhost" } })],
  ["AuthenticationFailed", ({ headers }) => ({ headers: { ...headers, authorization: "Bearer guest" } })],
  ["SubscriptionNotFound", ({ url }) => ({ url: url?.replace(other, subscriptionId) })],
  ["MissingApiVersionParameter", ({ url }) => ({ url: `${url ?? ""}?api-version=nonsense` })],
  ["InvalidResourceType", ({ url }) => ({ url: url?.replace("/jars/", "/lids/") })],
  ["InvalidApiVersionParameter", ({ url }) => ({ url: url?.replace("nonsense", "2024-01-01") })],
  ["MethodNotAllowed", () => ({ method: "PUT" })],
  ["UnsupportedMediaType", ({ headers }) => ({ headers: { ...headers, "content-type": "application/json" } })],
  ["InvalidRequestContent", () => ({ content: "{}" })],
  ["ResourceGroupNotFound", ({ url }) => ({ url: url?.replace("Nowhere", "rg1") })],
  ["AuthorizationFailed", ({ headers }) => ({ headers: { ...headers, authorization: "Bearer owner" } })],
  ["ScopeLocked", ({ url }) => ({ url: url?.replace("/Locked", "/l") })],
  ["ParentResourceNotFound", ({ url }) => ({ url: url?.replace("/Missing/", "/b1/") })],
];

test("returns the refusal that Azure returns first of all that apply", async () => {
  const services: PipelineServices = pipelineServices({
    store: await seededStore(),
    registry: new Registry(types),
    verifyToken: async (token) => ({ ok: true, caller: { ...owner, access: token === "owner" ? "Owner" : "None" } }),
    lockedScopes: async ({ resourceId }) => (resourceId.endsWith("/Locked") ? [resourceId] : []),
  });
  let request: Partial<Exchange> & { content?: string } = {
    method: "PATCH",
    url: `/subscriptions/${other}/resourceGroups/Nowhere/providers/Sample.Boxes/boxes/Missing/jars/Locked`,
    headers: { host: "not a host" },
    content: "{nonsense",
  };
  for (const [code, mend] of mends) {
    const exchange = exchangeOf({ ...request, caller: undefined });
    expect((await refusalOf(() => runSteps(exchange, pipeline, services))).code).toBe(code);
    request = { ...request, ...mend(request) };
  }
  const response = await runSteps(exchangeOf(request), pipeline, services);
  expect(response).toMatchObject({ status: 200, body: { operation: "put" } });
  expect(request.url).toBe(`${box}/lids/l?api-version=2024-01-01`);
});

test("reads the body only if the type exists, because some clients send other types no JSON", async () => {
  const services = pipelineServices({ store: await seededStore(), registry: new Registry(types) });
  const request = (namespace: string) =>
    exchangeOf({
      method: "PUT",
      url: `/subscriptions/${subscriptionId}/resourceGroups/rg1/providers/${namespace}/b1?api-version=2024-01-01`,
      headers: { host: "localhost", authorization: "Bearer x", "content-type": "application/json" },
      content: '{"properties":{template:{}}}',
    });
  const codeOf = async (namespace: string) =>
    (await refusalOf(() => runSteps(request(namespace), pipeline, services))).code;
  expect(await codeOf("Sample.Boxes/deployments")).toBe("InvalidResourceType");
  expect(await codeOf("Sample.Nothing/deployments")).toBe("InvalidResourceNamespace");
  expect(await codeOf("Sample.Boxes/boxes")).toBe("MethodNotAllowed");
});

test("refuses a request without a token before it reads its body", async () => {
  const exchange = exchangeOf({
    method: "PUT",
    url: `${box}?api-version=2024-01-01`,
    headers: { host: "localhost" },
    readBody: () => Promise.reject(new Error("The body was read.")),
  });
  expect((await refusalOf(() => runSteps(exchange, pipeline, pipelineServices()))).code).toBe("AuthenticationFailed");
});
