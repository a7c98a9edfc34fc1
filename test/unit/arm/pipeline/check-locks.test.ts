import { expect, test } from "vitest";
import { checkLocks } from "../../../../src/arm/pipeline/authorize.ts";
import { exchangeOf, operation, pipelineServices, refusalOf } from "../../../support/exchange.ts";

const resourceId = "/subscriptions/s/resourceGroups/rg/providers/Sample.Boxes/boxes/b";
const group = "/subscriptions/s/resourceGroups/rg";

test.each([
  ["PUT", "write"],
  ["PATCH", "write"],
  ["POST", "write"],
  ["DELETE", "delete"],
])("%s looks for locks that forbid the %s", async (method, word) => {
  const asked: object[] = [];
  const lockedScopes = async (request: object) => {
    asked.push(request);
    return [group];
  };
  const exchange = exchangeOf({ method, operation: operation("boxes/any"), resourceId });
  expect(await refusalOf(() => checkLocks(exchange, pipelineServices({ lockedScopes })))).toMatchObject({
    code: "ScopeLocked",
    status: 409,
    message:
      `The scope '${resourceId}' cannot perform ${word} operation because following scope(s) are locked: '${group}'. ` +
      "Please remove the lock and try again.",
  });
  expect(asked).toEqual([{ resourceId, operation: word }]);
});

const lockedScopes = async () => Promise.reject(new Error("not to be asked"));

test.each(["GET", "HEAD"])("%s looks for no locks", async (method) => {
  const exchange = exchangeOf({ method, operation: operation("boxes/read"), resourceId });
  expect(await checkLocks(exchange, pipelineServices({ lockedScopes }))).toBeUndefined();
});

test("looks for no locks for an operation that ignores them", async () => {
  const exchange = exchangeOf({
    method: "PUT",
    operation: operation("locks/write", { ignoresLocks: true }),
    resourceId,
  });
  expect(await checkLocks(exchange, pipelineServices({ lockedScopes }))).toBeUndefined();
});

test("lets every request pass without a lock", async () => {
  const exchange = exchangeOf({ method: "DELETE", operation: operation("boxes/delete"), resourceId });
  expect(await checkLocks(exchange, pipelineServices())).toBeUndefined();
});
