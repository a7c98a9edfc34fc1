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

describe("while an operation is in progress", () => {
  test("puts the URLs of an operation on the client's own host, encoded, in the request's api-version", () => {
    expect(writeHeaders(given)).toEqual({
      "azure-asyncoperation": `https://localhost:8443/subscriptions/s/providers/N.S/locations/East%20US%202/operationsStatus/${operation.id}?api-version=2024-01-01`,
      location: `${resource}/operationresults/${operation.id}?api-version=2024-01-01`,
    });
  });

  test("makes Location the resource itself if asked to", () => {
    expect(writeHeaders({ ...given, location: "resource" })["location"]).toBe(`${resource}?api-version=2024-01-01`);
  });

  test("sets Retry-After to one second, except under azure timing", () => {
    expect(writeHeaders({ ...given, timing: { kind: "fixed", durationMs: 5 } })["retry-after"]).toBe("1");
    expect(retryAfter({ kind: "azure" })).toEqual({});
    expect(retryAfter({ kind: "instant" })).toEqual({ "retry-after": "1" });
  });
});

test("uses a provider's own paths, and its Retry-After under azure timing only", () => {
  const followUp = { statusPath: "/operations/1", retryAfterSeconds: 10 };
  const { request } = given;
  expect(operationHeaders({ request, timing: { kind: "azure" }, followUp })).toEqual({
    "azure-asyncoperation": "https://localhost:8443/operations/1?api-version=2024-01-01",
    "retry-after": "10",
  });
  const headers = operationHeaders({ request, timing: { kind: "fixed", durationMs: 5 }, followUp });
  expect(headers["retry-after"]).toBe("1");
});

test("spares Terraform's wait under instant timing once all is done, and only then", () => {
  const done = { ...given, operation: undefined };
  expect(writeHeaders({ ...done, timing: { kind: "instant" } })).toEqual({
    "x-go-azure-sdk-skip-polling-delay": "true",
  });
  expect(writeHeaders(done)).toEqual({});
  expect(writeHeaders({ ...done, timing: { kind: "fixed", durationMs: 0 } })).toEqual({});
});
