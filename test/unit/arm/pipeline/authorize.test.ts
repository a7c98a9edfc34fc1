import { expect, test } from "vitest";
import { parseArmPath } from "../../../../src/arm/resource-id.ts";
import { authorize } from "../../../../src/arm/pipeline/authorize.ts";
import { exchangeOf, operation, owner, pipelineServices, refusalOf } from "../../../support/exchange.ts";

const get = operation("boxes/read");
const resourceId = "/subscriptions/s/resourceGroups/rg/providers/Sample.Boxes/boxes/b";
const guest = { ...owner, name: "guest@test.local", objectId: "o", access: "None" } as const;

test("requires the operation's action on the resource", async () => {
  const asked: object[] = [];
  const mayDo = async (request: object) => asked.push(request) > 0;
  await authorize(exchangeOf({ operation: get, resourceId }), pipelineServices({ mayDo }));
  expect(asked).toEqual([{ caller: owner, action: "Sample.Boxes/boxes/read", scope: resourceId }]);
});

test("refuses a caller in Azure's words, naming client, action and scope", async () => {
  const exchange = exchangeOf({ operation: get, resourceId, caller: guest });
  expect(await refusalOf(() => authorize(exchange, pipelineServices()))).toMatchObject({
    code: "AuthorizationFailed",
    status: 403,
    message:
      "The client 'guest@test.local' with object id 'o' does not have authorization to perform action " +
      `'Sample.Boxes/boxes/read' over scope '${resourceId}' or the scope is invalid. ` +
      "If access was recently granted, please refresh your credentials.",
  });
});

test("lets every caller call an operation that shows them only their own", async () => {
  const open = operation("list", { allowsEveryCaller: true });
  const mayDo = async () => Promise.reject(new Error("not to be asked"));
  const exchange = exchangeOf({ operation: open, caller: guest });
  expect(await authorize(exchange, pipelineServices({ mayDo }))).toBeUndefined();
});

test("lets callers with any role in the subscription or group list what they may read", async () => {
  const asked: object[] = [];
  const hasAnyRole = async (request: object) => asked.push(request) > 0;
  const path = parseArmPath("/subscriptions/s/resourceGroups/rg/resources");
  const list = operation("list", { allowsAnyRoleInScope: true });
  const exchange = exchangeOf({
    operation: list,
    caller: guest,
    path,
    resourceId: "/subscriptions/s/resourceGroups/rg",
  });
  expect(await authorize(exchange, pipelineServices({ hasAnyRole }))).toBeUndefined();
  expect(asked).toEqual([{ caller: guest, scope: "/subscriptions/s/resourceGroups/rg" }]);
  expect((await refusalOf(() => authorize(exchange, pipelineServices()))).code).toBe("AuthorizationFailed");
  const other = exchangeOf({ operation: get, caller: guest, path, resourceId });
  expect((await refusalOf(() => authorize(other, pipelineServices({ hasAnyRole })))).code).toBe("AuthorizationFailed");
});

test("fails to authorize an exchange without a caller", () => {
  const exchange = exchangeOf({ operation: get, caller: undefined });
  expect(() => authorize(exchange, pipelineServices())).toThrow("Authorization needs a caller and an operation.");
});
