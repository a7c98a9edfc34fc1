import { describe, expect, test } from "vitest";
import { readDatabaseRequest } from "../../../src/providers/microsoft.cache/databases/database-request.ts";
import {
  initialSettings,
  patchedSettings,
  replacedSettings,
} from "../../../src/providers/microsoft.cache/databases/database-request.ts";
import { apiVersions } from "../../../src/providers/microsoft.cache/api-versions.ts";

const asking = (properties: object, apiVersion = "2025-07-01") =>
  ({ asked: readDatabaseRequest({ properties: { ...properties } }, apiVersion), apiVersion, kind: "v2" }) as const;

describe("the settings of a database", () => {
  test.each(apiVersions)("have access keys on by default at %s if it is older than 2025-07-01", (apiVersion) => {
    const { accessKeysAuthentication } = initialSettings(asking({}, apiVersion));
    expect(accessKeysAuthentication).toBe(apiVersion < "2025-07-01" ? "Enabled" : "Disabled");
  });

  test("keep the frequency of the persistence that is off", () => {
    const { persistence } = initialSettings(asking({ persistence: { aofEnabled: true, rdbFrequency: "1h" } }));
    expect(persistence).toEqual({ aofEnabled: true, rdbEnabled: false, aofFrequency: "1s", rdbFrequency: "1h" });
  });

  test("keep persistence through a PUT of a version that does not know it, and lose it through one that does", () => {
    const current = initialSettings(asking({ persistence: { aofEnabled: true } }));
    expect(replacedSettings(current, asking({}, "2020-10-01-preview")).persistence).toEqual(current.persistence);
    expect(replacedSettings(current, asking({}, "2021-03-01")).persistence).toBeUndefined();
  });

  test("switch from one persistence to the other when a client writes back what it read", () => {
    const current = initialSettings(asking({ persistence: { aofEnabled: true } }));
    const changed = { ...current.persistence, aofEnabled: false, rdbEnabled: true, rdbFrequency: "12h" };
    expect(replacedSettings(current, asking({ persistence: changed })).persistence).toEqual({
      aofEnabled: false,
      rdbEnabled: true,
      aofFrequency: "1s",
      rdbFrequency: "12h",
    });
  });

  test("stay as they are when a PATCH says nothing", () => {
    const current = initialSettings(asking({ evictionPolicy: "NoEviction", port: 9, notifyKeyspaceEvents: "KEA" }));
    expect(patchedSettings(current, asking({}))).toEqual(current);
  });

  test("take keyspace events from the version on that knows them", () => {
    const apiVersion = "2026-02-01-preview";
    expect(initialSettings(asking({ notifyKeyspaceEvents: "Ex" }, apiVersion)).notifyKeyspaceEvents).toBe("Ex");
    expect(initialSettings(asking({ notifyKeyspaceEvents: "Ex" })).notifyKeyspaceEvents).toBeUndefined();
    expect(() => asking({ notifyKeyspaceEvents: "?" }, apiVersion)).toThrow(
      "The value '?' of property 'properties.notifyKeyspaceEvents' must match pattern",
    );
  });
});
