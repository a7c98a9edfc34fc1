import { describe, expect, test } from "vitest";
import { operationHeaders, retryAfter, writeHeaders } from "../../../src/arm/long-running.ts";
import type { StoredOperation } from "../../../src/store/operations.ts";

const operation = {
  id: "0fa9c2be-0000-4000-8000-000000000001",
  subscriptionKey: "s",
  resourceId: "/subscriptions/s/resourceGroups/größe/providers/N.S/boxes/b",
  location: "East US 2",
} as StoredOperation;
const given = {
  request: { origin: "https://localhost:8443", apiVersion: "2024-01-01" },
  namespace: "N.S",
  timing: { kind: "azure" },
  operation,
} as const;
const resource = "https://localhost:8443/subscriptions/s/resourceGroups/gr%C3%B6%C3%9Fe/providers/N.S/boxes/b";

describe("while work is under way", () => {
  test("its status and its result are on the client's own host, encoded, in the api-version that was asked", () => {
    expect(writeHeaders(given)).toEqual({
      "azure-asyncoperation": `https://localhost:8443/subscriptions/s/providers/N.S/locations/East%20US%202/operationsStatus/${operation.id}?api-version=2024-01-01`,
      location: `${resource}/operationresults/${operation.id}?api-version=2024-01-01`,
    });
  });

  test("the result may be the resource itself", () => {
    expect(writeHeaders({ ...given, location: "resource" })["location"]).toBe(`${resource}?api-version=2024-01-01`);
  });

  test("clients are told to look again after a second, but for azure timing", () => {
    expect(writeHeaders({ ...given, timing: { kind: "fixed", durationMs: 5 } })["retry-after"]).toBe("1");
    expect(retryAfter({ kind: "azure" })).toEqual({});
    expect(retryAfter({ kind: "instant" })).toEqual({ "retry-after": "1" });
  });
});

test("a provider's own paths and Retry-After stand in the headers, but for the second of other timings", () => {
  const followUp = { statusPath: "/operations/1", retryAfterSeconds: 10 };
  const { request } = given;
  expect(operationHeaders({ request, timing: { kind: "azure" }, followUp })).toEqual({
    "azure-asyncoperation": "https://localhost:8443/operations/1?api-version=2024-01-01",
    "retry-after": "10",
  });
  const headers = operationHeaders({ request, timing: { kind: "fixed", durationMs: 5 }, followUp });
  expect(headers["retry-after"]).toBe("1");
});

test("Terraform's wait is spared once all is done under instant timing, and only then", () => {
  const done = { ...given, operation: undefined };
  expect(writeHeaders({ ...done, timing: { kind: "instant" } })).toEqual({
    "x-go-azure-sdk-skip-polling-delay": "true",
  });
  expect(writeHeaders(done)).toEqual({});
  expect(writeHeaders({ ...done, timing: { kind: "fixed", durationMs: 0 } })).toEqual({});
});
