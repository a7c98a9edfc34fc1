import { describe, expect, test } from "vitest";
import {
  readDatabaseRequest,
  initialSettings,
  patchedSettings,
  replacedSettings,
} from "../../../src/providers/microsoft.cache/databases/database-request.ts";
import { apiVersions } from "../../../src/providers/microsoft.cache/api-versions.ts";

const asking = (properties: object, apiVersion = "2025-07-01") =>
  ({ asked: readDatabaseRequest({ properties: { ...properties } }, apiVersion), apiVersion, kind: "v2" }) as const;

describe("the settings of a database", () => {
  test.each(apiVersions)("has access keys on by default at %s if that is older than 2025-07-01", (apiVersion) => {
    const { accessKeysAuthentication } = initialSettings(asking({}, apiVersion));
    expect(accessKeysAuthentication).toBe(apiVersion < "2025-07-01" ? "Enabled" : "Disabled");
  });

  test("keeps the frequency of the kind of persistence that is off", () => {
    const { persistence } = initialSettings(asking({ persistence: { aofEnabled: true, rdbFrequency: "1h" } }));
    expect(persistence).toEqual({ aofEnabled: true, rdbEnabled: false, aofFrequency: "1s", rdbFrequency: "1h" });
  });

  test("keeps persistence through a PUT of a version that does not know it, and resets it through one that does", () => {
    const current = initialSettings(asking({ persistence: { aofEnabled: true } }));
    expect(replacedSettings(current, asking({}, "2020-10-01-preview")).persistence).toEqual(current.persistence);
    expect(replacedSettings(current, asking({}, "2021-03-01")).persistence).toBeUndefined();
  });

  test("switches from one kind of persistence to the other when a client writes back what it read", () => {
    const current = initialSettings(asking({ persistence: { aofEnabled: true } }));
    const changed = { ...current.persistence, aofEnabled: false, rdbEnabled: true, rdbFrequency: "12h" };
    expect(replacedSettings(current, asking({ persistence: changed })).persistence).toEqual({
      aofEnabled: false,
      rdbEnabled: true,
      aofFrequency: "1s",
      rdbFrequency: "12h",
    });
  });

  test("keeps all settings when a PATCH is empty", () => {
    const current = initialSettings(asking({ evictionPolicy: "NoEviction", port: 9, notifyKeyspaceEvents: "KEA" }));
    expect(patchedSettings(current, asking({}))).toEqual(current);
  });

  test("accepts keyspace events from the version on that knows them", () => {
    const apiVersion = "2026-02-01-preview";
    expect(initialSettings(asking({ notifyKeyspaceEvents: "Ex" }, apiVersion)).notifyKeyspaceEvents).toBe("Ex");
    expect(initialSettings(asking({ notifyKeyspaceEvents: "Ex" })).notifyKeyspaceEvents).toBeUndefined();
    expect(() => asking({ notifyKeyspaceEvents: "?" }, apiVersion)).toThrow(
      "The value '?' of property 'properties.notifyKeyspaceEvents' must match pattern",
    );
  });
});
