import { builtInRoles } from "../../../src/providers/microsoft.authorization/role-definitions/role-definition.ts";
import { describe, expect, test } from "vitest";
import { callers, startArmServer, type ArmServer } from "../../support/arm-server.ts";
import {
  addRole,
  assign,
  assignmentBody,
  assignmentId,
  errorOf,
  requestAs,
  roleIdOf,
} from "../../support/authorization.ts";

const guid = "aaaaaaaa-1111-4111-8111-111111111111";

const idOf = ({ subscription }: ArmServer, roleId: string): string =>
  `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`;

const properties = (server: ArmServer, changes: object = {}) => ({
  properties: {
    roleName: "Approver",
    description: "Approves connections.",
    permissions: [{ actions: ["Microsoft.Cache/*/read"], notActions: null, dataActions: ["Microsoft.Cache/*"] }],
    assignableScopes: [server.subscription],
    ...changes,
  },
});

interface Role {
  readonly name: string;
  readonly properties: { readonly roleName: string; readonly type: string };
}

const firstId = (body: unknown): string | undefined => (body as { value: { id: string }[] }).value[0]?.id;

const namesOf = (body: unknown): string[] => (body as { value: Role[] }).value.map((role) => role.properties.roleName);

describe("Azure's own roles", () => {
  test("Azure's own roles are read by their ids, in one shape everywhere", async () => {
    const server = await startArmServer();
    const id = idOf(server, roleIdOf("Reader"));
    const { status, body } = await requestAs(server, "owner")("GET", id);
    expect(status).toBe(200);
    expect(body).toEqual({
      properties: {
        roleName: "Reader",
        type: "BuiltInRole",
        description: "View all resources, but does not allow you to make any changes.",
        assignableScopes: ["/"],
        permissions: [{ actions: ["*/read"], notActions: [], dataActions: [], notDataActions: [] }],
        createdOn: "2015-02-02T21:55:09.8800000Z",
        updatedOn: "2015-02-02T21:55:09.8800000Z",
        createdBy: null,
        updatedBy: null,
      },
      id,
      type: "Microsoft.Authorization/roleDefinitions",
      name: roleIdOf("Reader"),
    });
  });

  test("Azure's own roles are listed at any scope, under the subscription of the request, or under none", async () => {
    const server = await startArmServer();
    const group = await server.addGroup();
    const asOwner = requestAs(server, "owner");
    const { body } = await asOwner("GET", `${group}/providers/Microsoft.Authorization/roleDefinitions`);
    const assignable = builtInRoles().filter(({ assignableScopes }) => assignableScopes.includes("/"));
    expect(namesOf(body)).toEqual(assignable.map(({ roleName }) => roleName));
    expect(namesOf(body)).toEqual(expect.arrayContaining(["Owner", "Reader", "Private DNS Zone Contributor"]));
    expect(namesOf(body)).not.toContain("Reservations Administrator");
    const first = assignable[0]?.roleId ?? "";
    expect(firstId(body)).toBe(idOf(server, first));
    const tenant = await asOwner("GET", "/providers/Microsoft.Authorization/roleDefinitions");
    expect(firstId(tenant.body)).toBe(`/providers/Microsoft.Authorization/roleDefinitions/${first}`);
  });

  test("Azure's own roles have the condition of their permissions", async () => {
    const server = await startArmServer();
    const id = idOf(server, roleIdOf("Storage Actions Task Assignment Contributor"));
    const { body } = await requestAs(server, "owner")("GET", id);
    expect(body).toMatchObject({
      properties: {
        permissions: [
          expect.not.objectContaining({ condition: expect.anything() }),
          {
            actions: [
              "Microsoft.Authorization/roleAssignments/write",
              "Microsoft.Authorization/roleAssignments/delete",
            ],
            conditionVersion: "2.0",
            condition: expect.stringMatching(
              /^\(\(!\(ActionMatches\{'Microsoft.Authorization\/roleAssignments\/write'\}\)\) OR /,
            ),
          },
        ],
      },
    });
  });

  test("Azure's own roles cannot be changed or deleted", async () => {
    const server = await startArmServer();
    const id = idOf(server, roleIdOf("Owner"));
    const put = await requestAs(server, "owner")("PUT", id, properties(server));
    expect([put.status, errorOf(put)]).toEqual([
      409,
      {
        code: "RoleDefinitionExists",
        message: `The role definition with ID '${roleIdOf("Owner")}' is a built-in role and cannot be changed.`,
      },
    ]);
    const deleted = await requestAs(server, "owner")("DELETE", id);
    expect([deleted.status, errorOf(deleted)]).toEqual([
      400,
      { code: "InvalidRoleDefinitionType", message: "A built-in role cannot be deleted." },
    ]);
  });
});

describe("a list of roles", () => {
  test.each([
    ["roleName eq 'reader'", ["Reader"]],
    ["roleName eq 'Approver'", ["Approver"]],
    ["type eq 'CustomRole'", ["Approver"]],
    ["type eq 'BuiltInRole' and roleName eq 'Owner'", ["Owner"]],
    ["roleName eq 'Nobody'", []],
  ])("a list of roles with the filter %j has the matching roles", async (filter, names) => {
    const server = await startArmServer();
    await addRole(server, { name: "Approver" });
    const url = `${server.subscription}/providers/Microsoft.Authorization/roleDefinitions?$filter=${filter}`;
    expect(namesOf((await requestAs(server, "owner")("GET", encodeURI(url))).body)).toEqual(names);
  });

  test("a list of roles has a custom role where it can be assigned, and with atScopeAndBelow() above it", async () => {
    const server = await startArmServer();
    const group = await server.addGroup();
    await addRole(server, { name: "Local", scopes: [group] });
    const list = async (scope: string, filter: string) =>
      namesOf(
        (
          await requestAs(server, "owner")(
            "GET",
            encodeURI(`${scope}/providers/Microsoft.Authorization/roleDefinitions?$filter=${filter}`),
          )
        ).body,
      );
    expect(await list(group, "type eq 'CustomRole'")).toEqual(["Local"]);
    expect(await list(server.subscription, "type eq 'CustomRole'")).toEqual([]);
    expect(await list(server.subscription, "atScopeAndBelow() and type eq 'CustomRole'")).toEqual(["Local"]);
  });

  test("a list of roles takes no other filter", async () => {
    const server = await startArmServer();
    const filter = "description eq 'x'";
    const url = `${server.subscription}/providers/Microsoft.Authorization/roleDefinitions?$filter=${filter}`;
    const answer = await requestAs(server, "owner")("GET", encodeURI(url));
    expect([answer.status, errorOf(answer)]).toEqual([
      400,
      {
        code: "UnsupportedQuery",
        message:
          `The filter '${filter}' is not supported. Supported filters are either ` +
          "'roleName eq '{value}'', 'type eq '{value}'' or 'atScopeAndBelow()'.",
      },
    ]);
  });
});

describe("a custom role", () => {
  test("a custom role is created, read, changed and deleted", async () => {
    const server = await startArmServer();
    const asOwner = requestAs(server, "owner");
    const id = idOf(server, guid);
    const made = await asOwner("PUT", id, properties(server));
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      properties: {
        roleName: "Approver",
        type: "CustomRole",
        assignableScopes: [server.subscription],
        permissions: [
          {
            actions: ["Microsoft.Cache/*/read"],
            notActions: [],
            dataActions: ["Microsoft.Cache/*"],
            notDataActions: [],
          },
        ],
        createdBy: null,
        updatedBy: callers.owner.objectId,
      },
      id,
      name: guid,
    });
    expect((await asOwner("GET", id)).body).toMatchObject({ properties: { createdBy: callers.owner.objectId } });
    const changed = await asOwner("PUT", id, properties(server, { description: "Another." }));
    expect(changed).toMatchObject({ status: 201, body: { properties: { description: "Another." } } });
    const deleted = await asOwner("DELETE", id);
    expect(deleted).toMatchObject({ status: 200, body: { properties: { roleName: "Approver" } } });
    expect((await asOwner("DELETE", id)).status).toBe(204);
    const missing = await asOwner("GET", id);
    expect([missing.status, errorOf(missing)]).toEqual([
      404,
      {
        code: "RoleDefinitionDoesNotExist",
        message: `The specified role definition with ID '${guid.replaceAll("-", "")}' does not exist.`,
      },
    ]);
  });

  test("a custom role is the same in every subscription", async () => {
    const server = await startArmServer();
    const roleId = await addRole(server, { name: "Approver" });
    const other = await server.addSubscription("11111111-1111-4111-8111-111111111111");
    const url = `${other}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`;
    expect((await requestAs(server, "owner")("GET", url)).body).toMatchObject({
      id: url,
      properties: { roleName: "Approver", assignableScopes: [server.subscription] },
    });
  });

  test("a custom role cannot be deleted while it is assigned in any subscription", async () => {
    const server = await startArmServer();
    const other = await server.addSubscription("11111111-1111-4111-8111-111111111111");
    const roleId = await addRole(server, { name: "Approver", scopes: [server.subscription, other] });
    const assignment = await assign(server, { scope: other, role: roleId, to: "alice" });
    const asOwner = requestAs(server, "owner");
    const refused = await asOwner("DELETE", idOf(server, roleId));
    expect([refused.status, errorOf(refused)]).toEqual([
      400,
      { code: "RoleDefinitionHasAssignments", message: "There are existing role assignments referencing role." },
    ]);
    await asOwner("DELETE", assignment);
    expect((await asOwner("DELETE", idOf(server, roleId))).status).toBe(200);
  });

  test.each<[string, object, number, object]>([
    [
      "without a name",
      { roleName: "" },
      400,
      { code: "RoleDefinitionNameNullOrEmpty", message: "The name of a role definition cannot be null or empty." },
    ],
    [
      "of another type",
      { type: "BuiltInRole" },
      400,
      { code: "InvalidRoleDefinitionType", message: "The type of a custom role must be 'CustomRole'." },
    ],
    [
      "with a condition",
      {
        permissions: [
          { actions: ["*/write"], condition: "(!(ActionMatches{'*/write'})) OR (@Request[x] BoolEquals true)" },
        ],
      },
      501,
      {
        code: "NotImplemented",
        message: "A condition of a custom role is not supported by Cuprite; see docs/differences-from-azure.md.",
      },
    ],
    [
      "without a scope",
      { assignableScopes: [] },
      400,
      { code: "MissingAssignableScopes", message: "A custom role must have at least one assignable scope." },
    ],
    [
      "for an invalid scope",
      { assignableScopes: ["Invalid_Scope"] },
      400,
      {
        code: "LinkedInvalidPropertyId",
        message:
          "Property id 'Invalid_Scope' at path 'properties.assignableScopes[0]' is invalid. Expect fully qualified resource Id " +
          "that start with '/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.",
      },
    ],
    [
      "for the whole tenant",
      { assignableScopes: ["/"] },
      400,
      {
        code: "LinkedInvalidPropertyId",
        message:
          "Property id '/' at path 'properties.assignableScopes[0]' is invalid. Expect fully qualified resource Id " +
          "that start with '/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.",
      },
    ],
    [
      "named as another",
      { roleName: "reader" },
      409,
      {
        code: "RoleDefinitionWithSameNameExists",
        message: "A custom role with the same name already exists in this directory. Use a different name.",
      },
    ],
    [
      "without permissions",
      { permissions: undefined },
      400,
      { code: "InvalidRequestContent", message: "The property 'properties.permissions' is required." },
    ],
  ])("a custom role %s is refused and changes nothing", async (_, changes, status, error) => {
    const server = await startArmServer();
    const answer = await requestAs(server, "owner")("PUT", idOf(server, guid), properties(server, changes));
    expect([answer.status, errorOf(answer)]).toMatchObject([status, error]);
    expect((await requestAs(server, "owner")("GET", idOf(server, guid))).status).toBe(404);
  });

  test("a custom role is named by a GUID", async () => {
    const server = await startArmServer();
    const answer = await requestAs(server, "owner")("PUT", idOf(server, "approver"), properties(server));
    expect([answer.status, errorOf(answer)]).toEqual([
      400,
      {
        code: "InvalidRoleDefinitionId",
        message: "The role definition ID 'approver' is not valid. The role definition ID must be a GUID.",
      },
    ]);
  });

  test("a custom role can be changed and deleted only with that right at all its assignable scopes", async () => {
    const server = await startArmServer();
    const group = await server.addGroup();
    await assign(server, { scope: group, role: "Owner", to: "alice" });
    const roleId = await addRole(server, { name: "Wide" });
    const id = `${group}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`;
    const asAlice = requestAs(server, "alice");
    const body = properties(server, { roleName: "Wide", assignableScopes: [group] });
    for (const answer of [await asAlice("PUT", id, body), await asAlice("DELETE", id)]) {
      const verb = answer.body === undefined ? "" : errorOf(answer).message;
      expect(answer.status).toBe(403);
      expect(errorOf(answer).code).toBe("LinkedAuthorizationFailed");
      expect(verb).toContain(`on the linked scope(s) '${server.subscription}' (respectively)`);
    }
    const own = `${group}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;
    const made = await asAlice("PUT", own, properties(server, { assignableScopes: [group] }));
    expect(made.status).toBe(201);
  });

  test("a custom role grants nothing after its actions were removed", async () => {
    const server = await startArmServer();
    const group = await server.addGroup();
    const roleId = await addRole(server, { name: "Looker", actions: ["*/read"] });
    const id = assignmentId(group);
    await requestAs(server, "owner")("PUT", id, assignmentBody(roleId, "alice"));
    expect((await requestAs(server, "alice")("GET", group)).status).toBe(200);
    await addRole(server, { name: "Looker", actions: [] });
    expect((await requestAs(server, "alice")("GET", group)).status).toBe(403);
  });
});
