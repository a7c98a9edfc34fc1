import fc from "fast-check";
import { expect, test } from "vitest";
import { compilePermissions } from "../../../src/providers/microsoft.authorization/access/permissions.ts";
import type { Permission } from "../../../src/providers/microsoft.authorization/access/permissions.ts";
import { builtInRoles } from "../../../src/providers/microsoft.authorization/role-definitions/role-definition.ts";

const none: Permission = { actions: [], notActions: [], dataActions: [], notDataActions: [] };

const segment = fc.constantFrom("N.S", "boxes", "lids", "read", "write", "*");
const pattern = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/"));
const action = fc
  .array(fc.constantFrom("n.s", "boxes", "lids", "read", "write"), { minLength: 2, maxLength: 4 })
  .map((segments) => segments.join("/"));

test("a permission does not grant its notActions, whatever else it grants", () => {
  fc.assert(
    fc.property(fc.array(pattern), fc.array(pattern), action, (actions, notActions, asked) => {
      const { allows } = compilePermissions([{ ...none, actions, notActions }]);
      const taken = compilePermissions([{ ...none, actions: notActions }]).allows(asked);
      const given = compilePermissions([{ ...none, actions }]).allows(asked);
      expect(allows(asked)).toBe(given && !taken);
    }),
    { numRuns: 1_000 },
  );
});

test("one permission may grant what another excludes", () => {
  const { allows } = compilePermissions([
    { ...none, actions: ["*"], notActions: ["*/write"] },
    { ...none, actions: ["N.S/boxes/write"] },
  ]);
  expect([allows("n.s/boxes/write"), allows("n.s/lids/write"), allows("n.s/lids/read")]).toEqual([true, false, true]);
});

test.each([
  ["(!(ActionMatches{'N.S/boxes/write'})) OR (@Request[N.S/boxes:Kind] StringEquals 'a')", [false, true, true]],
  ["(!(ActionMatches {'N.S/*/write'})) OR (@Request[N.S/boxes:Kind] StringEquals 'a')", [false, false, true]],
  ["@Request[N.S/boxes:Kind] StringEquals 'a'", [false, false, false]],
])("an action that depends on the condition %j is not granted", (condition, granted) => {
  const asked = ["n.s/boxes/write", "n.s/lids/write", "n.s/boxes/read"];
  const { allows } = compilePermissions([{ ...none, actions: ["N.S/*"], condition, conditionVersion: "2.0" }]);
  expect(asked.map(allows)).toEqual(granted);
  const data = compilePermissions([{ ...none, dataActions: ["N.S/*"], condition, conditionVersion: "2.0" }]);
  expect(asked.map(data.allowsData)).toEqual(granted);
});

test("actions and actions on data are separate", () => {
  const { allows, allowsData } = compilePermissions([{ ...none, dataActions: ["*"], notDataActions: ["*/write"] }]);
  expect(allows("n.s/boxes/read")).toBe(false);
  expect([allowsData("n.s/boxes/read"), allowsData("n.s/boxes/write")]).toEqual([true, false]);
});

test.each([
  ["Owner", ["microsoft.authorization/roleassignments/write", "microsoft.cache/redisenterprise/write"], []],
  [
    "Contributor",
    [
      "microsoft.cache/redisenterprise/write",
      "microsoft.cache/redisenterprise/privateendpointconnectionsapproval/action",
      "microsoft.authorization/roleassignments/read",
    ],
    ["microsoft.authorization/roleassignments/write", "microsoft.authorization/locks/delete"],
  ],
  ["Reader", ["microsoft.cache/redisenterprise/read"], ["microsoft.cache/redisenterprise/databases/listkeys/action"]],
  [
    "User Access Administrator",
    ["microsoft.authorization/roleassignments/write", "microsoft.cache/redisenterprise/read"],
    ["microsoft.cache/redisenterprise/write"],
  ],
  [
    "Network Contributor",
    ["microsoft.network/privateendpoints/write", "microsoft.network/virtualnetworks/subnets/join/action"],
    [
      "microsoft.cache/redisenterprise/read",
      "microsoft.cache/redisenterprise/privateendpointconnectionsapproval/action",
    ],
  ],
  // As in Azure, and a surprise to many: the role is for the older kind of cache alone.
  [
    "Redis Cache Contributor",
    ["microsoft.cache/redis/write", "microsoft.cache/register/action"],
    ["microsoft.cache/redisenterprise/read", "microsoft.cache/redisenterprise/write"],
  ],
])("%s grants what it grants in Azure", (roleName, granted, refused) => {
  const { allows } = compilePermissions(builtInRoles().find((role) => role.roleName === roleName)?.permissions ?? []);
  expect(granted.filter((asked) => !allows(asked))).toEqual([]);
  expect(refused.filter((asked) => allows(asked))).toEqual([]);
});
