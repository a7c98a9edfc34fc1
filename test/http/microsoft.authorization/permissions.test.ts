import { beforeEach, describe, expect, test } from "vitest";
import { addPrincipal } from "../../../src/store/principals.ts";
import { callers, startArmServer, testTenantId, type ArmServer } from "../../support/arm-server.ts";
import { addRole, assign, deniedMessage, errorOf, requestAs, roleIdOf } from "../../support/authorization.ts";

let server: ArmServer;
let group: string;
beforeEach(async () => {
  server = await startArmServer();
  group = await server.addGroup();
});

const bare = (guid: string): string => guid.replaceAll("-", "");
const everything = { actions: ["*"], notActions: [], dataActions: [], notDataActions: [] };

describe("permissions", () => {
  const url = () => `${group}/providers/Microsoft.Authorization/permissions`;

  test("permissions of an owner of everything are everything", async () => {
    const { status, body } = await requestAs(server, "owner")("GET", url());
    expect([status, body]).toEqual([200, { value: [everything] }]);
  });

  test("permissions are those of all the caller's roles over the scope", async () => {
    await assign(server, { scope: server.subscription, role: "Reader", to: "alice" });
    await assign(server, { scope: group, role: "Owner", to: "alice" });
    await assign(server, { scope: await server.addGroup("other"), role: "Contributor", to: "alice" });
    const { body } = await requestAs(server, "alice")("GET", url());
    expect(body).toEqual({ value: [{ ...everything, actions: ["*/read"] }, everything] });
  });

  test("permissions are refused to a caller without a role", async () => {
    const answer = await requestAs(server, "alice")("GET", url());
    expect([answer.status, errorOf(answer)]).toEqual([
      403,
      {
        code: "AuthorizationFailed",
        message: deniedMessage(
          "alice",
          "Microsoft.Authorization/permissions/read",
          `${group}/providers/Microsoft.Authorization`,
        ),
      },
    ]);
  });
});

describe("checkAccess", () => {
  const ask = (as: "owner" | "alice", objectId: string, ...actions: object[]) =>
    requestAs(server, as)(
      "POST",
      `${group}/providers/Microsoft.Authorization/checkAccess?api-version=2018-09-01-preview`,
      {
        Subject: { Attributes: { ObjectId: objectId } },
        Actions: actions,
      },
    );

  test("checkAccess answers action by action, and names the assignment that allows it", async () => {
    const id = await assign(server, { scope: server.subscription, role: "Reader", to: "alice" });
    const { status, body } = await ask(
      "owner",
      callers.alice.objectId.toUpperCase(),
      { Id: "Microsoft.Cache/redisEnterprise/read", IsDataAction: false },
      { Id: "Microsoft.Cache/redisEnterprise/write" },
    );
    expect(status).toBe(200);
    const rest = { isDataAction: false, denyAssignment: null, auditAssignments: [], timeToLiveInMs: 300_000 };
    expect(body).toEqual([
      {
        actionId: "Microsoft.Cache/redisEnterprise/read",
        accessDecision: "Allowed",
        roleAssignment: {
          id: bare(id.split("/").at(-1) ?? ""),
          roleDefinitionId: bare(roleIdOf("Reader")),
          principalId: bare(callers.alice.objectId),
          principalType: "User",
          scope: server.subscription,
          condition: null,
          conditionVersion: null,
          canDelegate: false,
        },
        ...rest,
      },
      {
        actionId: "Microsoft.Cache/redisEnterprise/write",
        accessDecision: "NotAllowed",
        roleAssignment: null,
        ...rest,
      },
    ]);
  });

  test("checkAccess distinguishes actions on data", async () => {
    const roleId = await addRole(server, { name: "Data", actions: ["a/*"], dataActions: ["b/*"] });
    await assign(server, { scope: group, role: roleId, to: "alice" });
    const { body } = await ask(
      "owner",
      callers.alice.objectId,
      { id: "A/x", isDataAction: true },
      { id: "B/x", isDataAction: true },
      { id: "B/x" },
    );
    expect((body as { accessDecision: string }[]).map(({ accessDecision }) => accessDecision)).toEqual([
      "NotAllowed",
      "Allowed",
      "NotAllowed",
    ]);
  });

  test("checkAccess lets every caller ask about itself, and only some about others", async () => {
    const own = await ask("alice", callers.alice.objectId, { id: "a/read" });
    expect([own.status, own.body]).toMatchObject([200, [{ accessDecision: "NotAllowed" }]]);
    const other = await ask("alice", callers.guest.objectId, { id: "a/read" });
    expect([other.status, errorOf(other)]).toEqual([
      403,
      {
        code: "AuthorizationFailed",
        message: deniedMessage(
          "alice",
          "Microsoft.Authorization/checkAccess/action",
          `${group}/providers/Microsoft.Authorization`,
        ),
      },
    ]);
    await assign(server, { scope: group, role: "User Access Administrator", to: "alice" });
    expect((await ask("alice", callers.guest.objectId, { id: "a/read" })).status).toBe(200);
  });

  test("checkAccess allows an owner of everything without an assignment, and nobody else", async () => {
    const objectId = "99999999-1111-4111-8111-111111111111";
    const known = { objectId, tenantId: testTenantId, name: "x", displayName: "x", appId: "x" } as const;
    expect((await ask("owner", objectId, { id: "a/write" })).body).toMatchObject([{ accessDecision: "NotAllowed" }]);
    await server.store.write((tx) => addPrincipal(tx, { ...known, kind: "ServicePrincipal", access: "Owner" }, 0));
    expect((await ask("owner", objectId, { id: "a/write" })).body).toMatchObject([
      { accessDecision: "Allowed", roleAssignment: { scope: "/", roleDefinitionId: bare(roleIdOf("Owner")) } },
    ]);
  });

  test("checkAccess requires a subject and actions", async () => {
    const url = `${group}/providers/Microsoft.Authorization/checkAccess?api-version=2018-09-01-preview`;
    const answer = await requestAs(server, "owner")("POST", url, { Actions: [] });
    expect([answer.status, errorOf(answer)]).toMatchObject([
      400,
      { code: "InvalidRequestContent", message: "The property 'subject' is required." },
    ]);
  });

  test("checkAccess accepts POST only", async () => {
    const url = `${group}/providers/Microsoft.Authorization/checkAccess`;
    expect((await requestAs(server, "owner")("GET", url)).status).toBe(405);
  });
});

test("the list of operations has every action of roles, assignments and locks", async () => {
  const { body } = await requestAs(server, "owner")("GET", "/providers/Microsoft.Authorization/operations");
  const names = (body as { value: { name: string }[] }).value.map(({ name }) => name);
  expect(names).toEqual([
    "Microsoft.Authorization/register/action",
    "Microsoft.Authorization/unregister/action",
    "Microsoft.Authorization/operations/read",
    "Microsoft.Authorization/roleDefinitions/read",
    "Microsoft.Authorization/roleDefinitions/write",
    "Microsoft.Authorization/roleDefinitions/delete",
    "Microsoft.Authorization/roleAssignments/read",
    "Microsoft.Authorization/roleAssignments/write",
    "Microsoft.Authorization/roleAssignments/delete",
    "Microsoft.Authorization/permissions/read",
    "Microsoft.Authorization/checkAccess/action",
    "Microsoft.Authorization/locks/read",
    "Microsoft.Authorization/locks/write",
    "Microsoft.Authorization/locks/delete",
  ]);
});
