import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compilePermissions } from "../../../src/providers/microsoft.authorization/access/permissions.ts";
import {
  builtInRoles,
  ownerRole,
} from "../../../src/providers/microsoft.authorization/role-definitions/role-definition.ts";
import { checkout } from "../../support/program.ts";
import { runCommand } from "../../support/run-command.ts";
import { tempDir } from "../../support/temp-dir.ts";

const findBuiltInRole = (roleId: string) => builtInRoles().find((role) => role.roleId === roleId);

test.each([
  ["b556d68e-0be0-4f35-a333-ad7ee1ce17ea", "Azure AI Enterprise Network Connection Approver", 41],
  ["f58310d9-a9f6-439a-9e8d-f62e7b41a168", "Role Based Access Control Administrator", 4],
  ["b12aa53e-6015-4669-85d0-8515ebb3ae7f", "Private DNS Zone Contributor", 10],
  ["f1a07417-d97a-45cb-824c-7a7467783830", "Managed Identity Operator", 7],
  ["43d0d8ad-25c7-4714-9337-8ba259a9fe05", "Monitoring Reader", 3],
  ["36243c78-bf99-498c-9df9-86d9f8d28608", "Resource Policy Contributor", 8],
  ["749f88d5-cbae-40b8-bcfc-e573ddc772fa", "Monitoring Contributor", 46],
  ["17d1049b-9a84-46fb-8f53-869881c3d3ab", "Storage Account Contributor", 9],
  ["28bf596f-4eb7-45ce-b5bc-6cf482fec137", "Locks Contributor", 3],
  ["4a9ae827-6dc8-4573-8ac7-8239d42aa03f", "Tag Contributor", 8],
  ["494ae006-db33-4328-bf46-533a6560a3ca", "Site Recovery Operator", 59],
  ["87a39d53-fc1b-424a-814c-f7e04687dc9e", "Logic App Contributor", 21],
  ["de139f84-1756-47ae-9be6-808fbbe84772", "Website Contributor", 12],
  ["9980e02c-c2be-4d73-94e8-173b1dc7cf3c", "Virtual Machine Contributor", 45],
  ["ed7f3fbd-7b88-4dd4-9017-9adb7ce333f8", "Azure Kubernetes Service Contributor Role", 8],
  ["b748a06d-6150-4f8a-aaa9-ce3940cd96cb", "Azure Arc VMware VM Contributor", 56],
  ["fd036e6b-1266-47a0-b0bb-a05d04831731", "HDInsight on AKS Cluster Admin", 35],
])("the role %s is %s, with its actions", (roleId, roleName, count) => {
  const role = findBuiltInRole(roleId);
  expect(role).toMatchObject({ roleId, roleName, type: "BuiltInRole", assignableScopes: ["/"] });
  expect(role?.permissions.flatMap(({ actions }) => actions)).toHaveLength(count);
});

test("the network connection approver may decide on a cluster's connections, and may not write the cluster", () => {
  const role = findBuiltInRole("b556d68e-0be0-4f35-a333-ad7ee1ce17ea");
  const { allows } = compilePermissions(role?.permissions ?? []);
  const cluster = "microsoft.cache/redisenterprise";
  for (const action of ["read", "privateendpointconnections/write", "privateendpointconnectionsapproval/action"]) {
    expect(allows(`${cluster}/${action}`)).toBe(true);
  }
  expect(allows(`${cluster}/write`)).toBe(false);
});

test("each role has an id, a name and a description of its own, and one of them is the owner", () => {
  const roles = builtInRoles();
  expect(new Set(roles.map(({ roleId }) => roleId)).size).toBe(roles.length);
  expect(new Set(roles.map(({ roleName }) => roleName)).size).toBe(roles.length);
  for (const role of roles) {
    expect(role.roleId).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(role.description).not.toBe("");
    for (const permission of role.permissions) {
      expect(permission).toMatchObject({
        actions: expect.any(Array),
        notActions: expect.any(Array),
        dataActions: expect.any(Array),
        notDataActions: expect.any(Array),
      });
    }
  }
  expect(roles).toContain(ownerRole());
});

test("every action of a role has a provider, a path and a verb, or stars for them", () => {
  const action = /^(?:\*|[A-Za-z]\w*(?:\.\w+)*)(?:\/(?:[\w.$*-]+|\{\w+\}))*\/(?:read|write|delete|action|\*)$/i;
  const odd = builtInRoles().flatMap(({ roleName, permissions }) =>
    permissions
      .flatMap((each) => [...each.actions, ...each.notActions, ...each.dataActions, ...each.notDataActions])
      .filter((each) => each !== "*" && !action.test(each))
      .map((each) => `${roleName}: ${each}`),
  );
  expect(odd).toEqual([]);
});

test("a role does not grant what depends on a condition, and grants the rest", () => {
  const conditional = builtInRoles().filter(({ permissions }) =>
    permissions.some(({ condition }) => condition !== undefined),
  );
  expect(conditional.map(({ roleName }) => roleName)).toEqual(
    expect.arrayContaining([
      "Azure File Sync Administrator",
      "Key Vault Data Access Administrator",
      "Storage Actions Task Assignment Contributor",
      "Azure Container Storage Owner",
      "Virtual Machine Data Access Administrator (preview)",
    ]),
  );
  for (const { permissions } of conditional) {
    const { allows } = compilePermissions(permissions);
    expect(allows("microsoft.authorization/roleassignments/write")).toBe(false);
    expect(allows("microsoft.authorization/roleassignments/delete")).toBe(false);
    expect(allows("microsoft.authorization/roleassignments/read")).toBe(true);
  }
});

test("every role grants something, and can be assigned at the root or below one provider", () => {
  const odd = builtInRoles().filter(
    ({ permissions, assignableScopes }) =>
      !permissions.some(({ actions, dataActions }) => actions.length + dataActions.length > 0) ||
      assignableScopes.length === 0 ||
      !assignableScopes.every((scope) => /^\/(?:providers\/[\w.]+)?$/.test(scope)),
  );
  expect(odd.map(({ roleName }) => roleName)).toEqual([]);
});

test("roles are in the order of their names, as the script writes them", () => {
  const names = builtInRoles().map(({ roleName }) => roleName);
  expect(names).toEqual(names.toSorted((a, b) => (a < b ? -1 : 1)));
});

test("the script reads roles from pages of the documentation and keeps the others", async () => {
  const folder = await tempDir();
  const pages = join(folder, "pages");
  await mkdir(pages);
  const permissions = [{ actions: ["*/read"], notActions: [], dataActions: [], notDataActions: [] }];
  const common = { assignableScopes: ["/"], description: "d", permissions };
  const told = { ...common, name: "id-1", roleName: "B", roleType: "BuiltInRole", id: "/…", type: "t" };
  const page = ["# Roles", "```json", JSON.stringify(told, undefined, 2), "```", "```json", "{}", "```", ""].join("\n");
  await writeFile(join(pages, "general.md"), page);
  const known = join(folder, "known.json");
  const other = { ...common, roleId: "id-2", roleName: "A" };
  await writeFile(known, JSON.stringify([other, { ...common, roleId: "id-1", roleName: "Before" }]));
  const script = join(checkout, "scripts/built-in-roles.js");
  const { code, stdout } = await runCommand(process.execPath, [script, pages, known]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual([other, { ...common, roleId: "id-1", roleName: "B" }]);
});
