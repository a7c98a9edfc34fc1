import { beforeEach, describe, expect, test } from "vitest";
import { addPrincipal, type Principal } from "../../../src/store/principals.ts";
import { listActivities } from "../../support/list-activities.ts";
import { callers, startArmServer, testTenantId, type ArmServer } from "../../support/arm-server.ts";
import {
  addRole,
  assign,
  assignmentBody,
  assignmentId,
  errorOf,
  requestAs,
  roleIdOf,
  startBoxServer,
} from "../../support/authorization.ts";
import type { BoxServer } from "../../support/authorization.ts";
import { keepingLog } from "../../support/keeping-log.ts";
import { notServed } from "../../support/not-served.ts";

const stranger = "99999999-1111-4111-8111-111111111111";

let server: ArmServer;
let group: string;
let box: string;
let namesAt: BoxServer["namesAt"];
beforeEach(async () => {
  ({ server, group, box, namesAt } = await startBoxServer());
});

const asOwner: ReturnType<typeof requestAs> = (...request) => requestAs(server, "owner")(...request);

describe("a role assignment", () => {
  test("a role assignment is created at a resource group, and read as it was created", async () => {
    const id = assignmentId(group);
    const made = await asOwner("PUT", id, assignmentBody("Reader", "alice", { description: "For tests" }));
    expect(made.status).toBe(201);
    const body = {
      properties: {
        roleDefinitionId: `${server.subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleIdOf("Reader")}`,
        principalId: callers.alice.objectId,
        principalType: "User",
        scope: group,
        condition: null,
        conditionVersion: null,
        createdOn: "2026-01-01T00:00:00.0000000Z",
        updatedOn: "2026-01-01T00:00:00.0000000Z",
        createdBy: null,
        updatedBy: callers.owner.objectId,
        delegatedManagedIdentityResourceId: null,
        description: "For tests",
      },
      id,
      type: "Microsoft.Authorization/roleAssignments",
      name: id.split("/").at(-1),
    };
    expect(made.body).toEqual(body);
    const read = await asOwner("GET", id);
    expect(read.body).toEqual({ ...body, properties: { ...body.properties, createdBy: callers.owner.objectId } });
  });

  test.each([
    ["the tenant", () => "", "/"],
    ["a subscription", () => server.subscription, undefined],
    ["a resource", () => box, undefined],
  ])("a role assignment is created at %s", async (_, scopeOf, shown) => {
    const scope = scopeOf();
    const { status, body } = await asOwner("PUT", assignmentId(scope), assignmentBody("Reader", "alice"));
    expect(status).toBe(201);
    expect(body).toMatchObject({ id: assignmentId(scope), properties: { scope: shown ?? scope } });
  });

  test("a role assignment is found in any spelling of its path, and shown in the published one", async () => {
    const id = assignmentId(box);
    const spelled = id.replace("resourceGroups", "RESOURCEgroups").replace("Sample.Boxes/boxes", "sample.boxes/BOXES");
    const { body } = await asOwner(
      "PUT",
      spelled.replace("roleAssignments", "roleassignments"),
      assignmentBody("Reader", "alice"),
    );
    expect(body).toMatchObject({ id, properties: { scope: box } });
    expect((await asOwner("GET", id.toUpperCase())).status).toBe(200);
  });

  test("deleting a role assignment returns it, and the second time nothing", async () => {
    const id = await assign(server, { scope: group, role: "Reader", to: "alice" });
    const deleted = await asOwner("DELETE", id);
    expect(deleted).toMatchObject({ status: 200, body: { id, properties: { principalId: callers.alice.objectId } } });
    expect((await asOwner("DELETE", id)).status).toBe(204);
    const missing = await asOwner("GET", id);
    const name = id.split("/").at(-1) ?? "";
    expect([missing.status, errorOf(missing)]).toEqual([
      404,
      { code: "RoleAssignmentNotFound", message: `The role assignment '${name}' is not found.` },
    ]);
  });

  test("a role assignment can be put again, with another description only", async () => {
    const id = await assign(server, { scope: group, role: "Reader", to: "alice" });
    const again = await asOwner("PUT", id, assignmentBody("Reader", "alice", { description: "New" }));
    expect(again).toMatchObject({ status: 200, body: { properties: { description: "New" } } });
    for (const body of [assignmentBody("Owner", "alice"), assignmentBody("Reader", "guest")]) {
      const refused = await asOwner("PUT", id, body);
      expect([refused.status, errorOf(refused)]).toEqual([
        400,
        {
          code: "RoleAssignmentUpdateNotPermitted",
          message: "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
        },
      ]);
    }
  });

  test("the name of a role assignment is unique in a subscription", async () => {
    const id = await assign(server, { scope: group, role: "Reader", to: "alice" });
    const elsewhere = `${server.subscription}/providers/Microsoft.Authorization/roleAssignments/${id.split("/").at(-1) ?? ""}`;
    const refused = await asOwner("PUT", elsewhere, assignmentBody("Reader", "alice"));
    expect([refused.status, errorOf(refused).code]).toEqual([400, "RoleAssignmentUpdateNotPermitted"]);
  });

  test("a role is assigned to a principal once at a scope, under any name", async () => {
    const id = await assign(server, { scope: group, role: "Reader", to: "alice" });
    const refused = await asOwner("PUT", assignmentId(group, "again"), assignmentBody("Reader", "alice"));
    const existing = (id.split("/").at(-1) ?? "").replaceAll("-", "");
    expect([refused.status, errorOf(refused)]).toEqual([
      409,
      {
        code: "RoleAssignmentExists",
        message: `The role assignment already exists. The ID of the existing role assignment is ${existing}.`,
      },
    ]);
    const below = await asOwner("PUT", assignmentId(box), assignmentBody("Reader", "alice"));
    expect(below.status).toBe(201);
  });

  test("a role assignment is deleted with its resource, and does not come back with it", async () => {
    const gone = await server.addGroup("gone");
    await assign(server, { scope: gone, role: "Reader", to: "alice" });
    expect((await requestAs(server, "alice")("GET", gone)).status).toBe(200);
    await asOwner("DELETE", `${gone}?api-version=2024-11-01`);
    await server.addGroup("gone");
    expect((await requestAs(server, "alice")("GET", gone)).status).toBe(403);
    expect(await namesAt(gone)).toEqual([]);
  });

  test("a role assignment leaves an activity that names principal and role", async () => {
    const id = await assign(server, { scope: group, role: "Reader", to: "alice" });
    expect(await listActivities(server.store, id)).toMatchObject([
      {
        action: "Microsoft.Authorization/roleAssignments/write",
        detail: { status: 201, principalId: callers.alice.objectId, roleDefinitionId: roleIdOf("Reader") },
      },
    ]);
  });
});

describe("role assignments that are refused", () => {
  const name = "Microsoft.Authorization/roleAssignments";

  test("a role assignment is refused to a caller without the right to assign roles there", async () => {
    await assign(server, { scope: group, role: "Contributor", to: "alice" });
    const id = assignmentId(group, "mine");
    const refused = await requestAs(server, "alice")("PUT", id, assignmentBody("Owner", "alice"));
    expect(refused.status).toBe(403);
    expect(errorOf(refused).code).toBe("AuthorizationFailed");
    expect(errorOf(refused).message).toContain(`perform action '${name}/write' over scope '${id}'`);
  });

  test.each<[string, object, number, object]>([
    [
      "for a role that does not exist",
      { roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${stranger}` },
      404,
      {
        code: "RoleDefinitionDoesNotExist",
        message: `The specified role definition with ID '${stranger.replaceAll("-", "")}' does not exist.`,
      },
    ],
    [
      "for an id that is not of a role",
      { roleDefinitionId: "Reader" },
      404,
      { code: "RoleDefinitionDoesNotExist", message: "The specified role definition with ID 'reader' does not exist." },
    ],
    [
      "for an id that is not of a principal",
      { principalId: "alice" },
      400,
      { code: "InvalidPrincipalId", message: "A valid principal ID must be provided for role assignment." },
    ],
    [
      "for an unknown principal without a type",
      { principalId: stranger, principalType: undefined },
      400,
      {
        code: "PrincipalNotFound",
        message:
          `Principal ${stranger.replaceAll("-", "")} does not exist in the directory ${testTenantId}. Check that you have the ` +
          "correct principal ID. If you are creating this principal and then immediately assigning a role, this error might " +
          "be related to a replication delay. In this case, set the role assignment principalType property to a value, such " +
          "as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype",
      },
    ],
    [
      "without a principal",
      { principalId: undefined },
      400,
      { code: "InvalidRequestContent", message: "The property 'properties.principalId' is required." },
    ],
    [
      "for a principal of an unknown type",
      { principalType: "Robot" },
      400,
      {
        code: "InvalidRequestContent",
        message:
          "The value 'Robot' of property 'properties.principalType' is not valid. " +
          "Allowed values: 'User', 'Group', 'ServicePrincipal', 'ForeignGroup', 'Device'.",
      },
    ],
    [
      "under a condition",
      { condition: "@Resource[x] stringEquals 'y'" },
      501,
      {
        code: "NotImplemented",
        message: "A condition of a role assignment is not supported by Cuprite; see docs/differences-from-azure.md.",
      },
    ],
  ])("a role assignment %s is refused", async (_, changes, status, error) => {
    const id = assignmentId(group);
    const answer = await asOwner("PUT", id, assignmentBody("Reader", "alice", changes));
    expect([answer.status, errorOf(answer)]).toMatchObject([status, error]);
    expect((await asOwner("GET", id)).status).toBe(404);
  });

  test("a role assignment with a name that is not a GUID is refused", async () => {
    const answer = await asOwner("PUT", `${group}/providers/${name}/mine`, assignmentBody("Reader", "alice"));
    expect([answer.status, errorOf(answer)]).toEqual([
      400,
      {
        code: "InvalidRoleAssignmentId",
        message: "The role assignment ID 'mine' is not valid. The role assignment ID must be a GUID.",
      },
    ]);
  });

  test("a role assignment at a scope outside of the role's is refused", async () => {
    const other = await server.addGroup("other");
    const roleId = await addRole(server, { name: "Local", scopes: [group] });
    const answer = await asOwner("PUT", assignmentId(other), assignmentBody(roleId, "alice"));
    expect([answer.status, errorOf(answer)]).toEqual([
      400,
      {
        code: "RoleAssignmentScopeNotAssignableToRoleDefinition",
        message: `The role definition '${roleId}' cannot be assigned at the scope '${other}', which is in none of its assignable scopes.`,
      },
    ]);
    expect((await asOwner("PUT", assignmentId(box), assignmentBody(roleId, "alice"))).status).toBe(201);
  });

  test("a role assignment on a resource that does not exist is refused", async () => {
    const answer = await asOwner(
      "PUT",
      assignmentId(`${group}/providers/Sample.Boxes/boxes/none`),
      assignmentBody("Reader", "alice"),
    );
    expect([answer.status, errorOf(answer)]).toEqual([
      404,
      {
        code: "ResourceNotFound",
        message:
          "The Resource 'Sample.Boxes/boxes/none' under resource group 'rg1' was not found. " +
          "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
      },
    ]);
    const child = await asOwner("PUT", assignmentId(`${box}/lids/none`), assignmentBody("Reader", "alice"));
    expect([child.status, errorOf(child).code]).toEqual([404, "ResourceNotFound"]);
  });

  test.each([
    [
      "on a resource of no type",
      "/providers/Sample.Boxes/jars/j",
      `The resource type 'jars' could not be found in the namespace 'Sample.Boxes' for api version '2022-04-01'. ${notServed}`,
    ],
    [
      "on another extension",
      "/providers/Microsoft.Authorization/locks/l",
      `The resource type 'locks' could not be found in the namespace 'Microsoft.Authorization' for api version '2022-04-01'. ${notServed}`,
    ],
  ])("a role assignment %s is refused", async (_, on, message) => {
    const answer = await asOwner("PUT", assignmentId(`${group}${on}`), assignmentBody("Reader", "alice"));
    expect([answer.status, errorOf(answer)]).toEqual([404, { code: "InvalidResourceType", message }]);
  });

  test("a type that is not an extension is refused on a resource", async () => {
    const answer = await asOwner("PUT", `${box}/providers/Sample.Boxes/boxes/b2?api-version=2024-01-01`, {});
    expect([answer.status, errorOf(answer).code]).toEqual([404, "InvalidResourceType"]);
  });
});

describe("the type of a principal", () => {
  const identity: Principal = {
    objectId: stranger,
    tenantId: testTenantId,
    kind: "ManagedIdentity",
    name: "mi",
    displayName: "mi",
    appId: "mi",
    access: "None",
  };

  test("the type of a known principal is looked up", async () => {
    await server.store.write((tx) => addPrincipal(tx, identity, 0));
    const { status, body } = await asOwner(
      "PUT",
      assignmentId(group),
      assignmentBody("Reader", "alice", { principalId: stranger.toUpperCase(), principalType: null }),
    );
    expect(status).toBe(201);
    expect(body).toMatchObject({ properties: { principalId: stranger, principalType: "ServicePrincipal" } });
  });

  test("the type of a known principal must be right", async () => {
    await server.store.write((tx) => addPrincipal(tx, identity, 0));
    const answer = await asOwner(
      "PUT",
      assignmentId(group),
      assignmentBody("Reader", "alice", { principalId: stranger }),
    );
    expect([answer.status, errorOf(answer)]).toEqual([
      400,
      {
        code: "UnmatchedPrincipalType",
        message:
          `The PrincipalId '${stranger.replaceAll("-", "")}' has type 'ServicePrincipal' , ` +
          "which is different from specified PrinciaplType 'User'.",
      },
    ]);
  });

  test("the type of an unknown principal is accepted, in any case", async () => {
    const body = assignmentBody("Reader", "alice", { principalId: stranger, principalType: "group" });
    expect(await asOwner("PUT", assignmentId(group), body)).toMatchObject({
      status: 201,
      body: { properties: { principalType: "Group" } },
    });
  });
});

describe("a role assignment to an unknown principal", () => {
  const toStranger = () => assignmentBody("Reader", "alice", { principalId: stranger, principalType: undefined });

  test("a role assignment to an unknown principal logs one line that says how to allow it", async () => {
    const { log, lines } = keepingLog("info");
    const logged = await startArmServer({ log });
    const scope = await logged.addGroup();
    expect(errorOf(await requestAs(logged, "owner")("PUT", assignmentId(scope), toStranger())).code).toBe(
      "PrincipalNotFound",
    );
    expect(lines()).toMatchObject([
      {
        level: 40,
        principalId: stranger,
        msg:
          "A role assignment was refused (PrincipalNotFound): add the principal with `cuprite principal add`, set the " +
          "principalType of the assignment, or start with --unknown-principals.",
      },
    ]);
  });

  test("--unknown-principals assigns roles to unknown principals as service principals", async () => {
    const lenient = await startArmServer({ takesUnknownPrincipals: true });
    const scope = await lenient.addGroup();
    const made = await requestAs(lenient, "owner")("PUT", assignmentId(scope), toStranger());
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ properties: { principalId: stranger, principalType: "ServicePrincipal" } });
  });

  test("--unknown-principals keeps the type that a request has", async () => {
    const lenient = await startArmServer({ takesUnknownPrincipals: true });
    const scope = await lenient.addGroup();
    const body = assignmentBody("Reader", "alice", { principalId: stranger, principalType: "User" });
    const made = await requestAs(lenient, "owner")("PUT", assignmentId(scope), body);
    expect(made.body).toMatchObject({ properties: { principalId: stranger, principalType: "User" } });
  });
});
