import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDirectory } from "../../../../src/identity/principals/directory.ts";
import {
  localUsers,
  managedIdentity,
  servicePrincipal,
  userPrincipal,
  defaultTenantId,
  findTenant,
} from "../../../../src/identity/principals/local-principals.ts";
import { findSecretHash } from "../../../../src/store/principals.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { openTempStore, type TempStore } from "../../../support/temp-store.ts";

const clock = new ManualClock();
/** No principal has a role assignment. */
const isKept = async () => false;
const otherTenant = "0b0e7f63-7c6e-4c52-9d3b-2f8c6a1e5d40";

let temp: TempStore;
beforeEach(async () => {
  temp = await openTempStore();
});
afterEach(() => temp.close());

describe("the directory", () => {
  test("the directory has a principal after a restart, with its access", async () => {
    const directory = await openDirectory({ store: temp.store, clock, isKept });
    const { objectId } = await directory.register(servicePrincipal(defaultTenantId, "app"));
    const reopened = await openDirectory({ store: await temp.reopen(), clock, isKept });
    expect(reopened.find(objectId)).toMatchObject({ name: "app", access: "None" });
  });

  test("the directory adds a principal once for several simultaneous uses", async () => {
    const directory = await openDirectory({ store: temp.store, clock, isKept });
    const principal = servicePrincipal(defaultTenantId, "app");
    const all = await Promise.all([1, 2, 3].map(() => directory.ensure(principal)));
    expect(all).toEqual([principal, principal, principal]);
  });

  test("the directory keeps the principal that another server added first", async () => {
    const [one, two] = [
      await openDirectory({ store: temp.store, clock, isKept }),
      await openDirectory({ store: temp.store, clock, isKept }),
    ];
    const principal = servicePrincipal(defaultTenantId, "app");
    await one.register(principal);
    expect(await two.ensure(principal)).toMatchObject({ access: "None" });
  });

  test("the directory takes away the access of a principal that is registered, and stores its secret's hash", async () => {
    const directory = await openDirectory({ store: temp.store, clock, isKept });
    const { objectId } = await directory.ensure(servicePrincipal(defaultTenantId, "app"));
    await directory.register(servicePrincipal(defaultTenantId, "APP"), "a hash");
    expect(directory.find(objectId)).toMatchObject({ name: "app", access: "None" });
    expect(await findSecretHash(temp.store, objectId)).toBe("a hash");
  });

  test("the directory removes the oldest principal that nobody added, once there are a thousand", async () => {
    const assigned = servicePrincipal(defaultTenantId, "used-1").objectId;
    const options = { store: temp.store, clock, isKept: async (objectId: string) => objectId === assigned };
    const directory = await openDirectory(options);
    const owner = await directory.ensure(userPrincipal(defaultTenantId, localUsers[0]));
    const added = await directory.register(servicePrincipal(defaultTenantId, "added"));
    const use = async (name: string) => (await directory.ensure(servicePrincipal(defaultTenantId, name))).objectId;
    const used: string[] = [];
    for (let at = 0; at < 1_000; at += 1) {
      await clock.advance(1);
      used.push(await use(`used-${at}`));
    }
    // In another tenant the test users count as made up, too.
    await directory.ensure(userPrincipal(otherTenant, localUsers[0]));
    used.push(await use("one-more"));
    const reopened = await openDirectory({ ...options, store: await temp.reopen() });
    for (const each of [directory, reopened]) {
      expect(each.all()).toHaveLength(1_002);
      expect([owner.objectId, added.objectId, assigned].map((id) => each.find(id)?.objectId)).not.toContain(undefined);
      expect([used[0], used[2]].map((id) => each.find(id ?? ""))).toEqual([undefined, undefined]);
      expect(each.find(used[3] ?? "")).toBeDefined();
    }
  });

  test("the directory stays bounded when many principals are used at once", async () => {
    const directory = await openDirectory({ store: temp.store, clock, isKept });
    for (let round = 0; round < 12; round += 1) {
      const names = Array.from({ length: 100 }, (_, at) => `at-once-${round}-${at}`);
      await Promise.all(names.map((name) => directory.ensure(servicePrincipal(defaultTenantId, name))));
    }
    expect(directory.all().length).toBeLessThanOrEqual(1_100);
    await directory.ensure(servicePrincipal(defaultTenantId, "last"));
    expect(directory.all()).toHaveLength(1_000);
  });

  test.each(["ensure", "register"] as const)(
    "%s gives an application its object id back, if a managed identity took it",
    async (how) => {
      const directory = await openDirectory({ store: temp.store, clock, isKept });
      const app = servicePrincipal(defaultTenantId, "app");
      const impostor = managedIdentity(defaultTenantId, { objectId: app.objectId });
      if (impostor !== undefined) await directory.ensure(impostor);
      expect(directory.find(app.objectId)).toMatchObject({ kind: "ManagedIdentity" });
      expect(await directory[how](app)).toMatchObject({ kind: "ServicePrincipal", name: "app", appId: "app" });
      const reopened = await openDirectory({ store: await temp.reopen(), clock, isKept });
      for (const each of [directory, reopened]) {
        expect(each.find(app.objectId)).toMatchObject({ kind: "ServicePrincipal", name: "app" });
        expect(impostor && (await each.ensure(impostor))).toMatchObject({ kind: "ServicePrincipal", name: "app" });
      }
    },
  );
});

describe("object ids", () => {
  test("object ids are the same for a client id in any case, and on every machine", () => {
    expect(servicePrincipal(defaultTenantId, "APP").objectId).toBe(servicePrincipal(defaultTenantId, "app").objectId);
    expect(servicePrincipal(defaultTenantId, "app").objectId).toBe("82c0022c-70d2-5418-815a-f21eeac4a183");
  });

  test("object ids differ between tenants, kinds and names", () => {
    const ids = [
      servicePrincipal(defaultTenantId, "app"),
      servicePrincipal(otherTenant, "app"),
      servicePrincipal(defaultTenantId, "app2"),
      managedIdentity(defaultTenantId, { clientId: "app" }),
      managedIdentity(defaultTenantId, {}),
      ...localUsers.map((user) => userPrincipal(defaultTenantId, user)),
    ].map((principal) => principal?.objectId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("tenants", () => {
  test.each(["common", "organizations", "consumers", "adfs", "ADFS", "cuprite.local"])(
    "the name %s is the default tenant",
    (name) => {
      expect(findTenant(name)?.tenantId).toBe(defaultTenantId);
    },
  );

  test("any GUID is a tenant, in lower case", () => {
    expect(findTenant(otherTenant.toUpperCase())).toEqual({ tenantId: otherTenant, isAlias: false, isAdfs: false });
  });

  test.each(["contoso.com", "", "00000000", "commons"])("the name '%s' is not a tenant", (name) => {
    expect(findTenant(name)).toBeUndefined();
  });
});
