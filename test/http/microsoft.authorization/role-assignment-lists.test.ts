import { beforeEach, describe, expect, test } from "vitest";
import { callers, type ArmServer } from "../../support/arm-server.ts";
import { assign, errorOf, requestAs, startBoxServer, type BoxServer } from "../../support/authorization.ts";

let server: ArmServer;
let group: string;
let box: string;
let namesAt: BoxServer["namesAt"];
beforeEach(async () => {
  ({ server, group, box, namesAt } = await startBoxServer());
});

const asOwner: ReturnType<typeof requestAs> = (...request) => requestAs(server, "owner")(...request);

describe("a list of role assignments", () => {
  let ids: Record<"tenant" | "subscription" | "group" | "box" | "other", string>;
  beforeEach(async () => {
    const other = await server.addGroup("other");
    ids = {
      tenant: await assign(server, { scope: "", role: "Reader", to: "guest" }),
      subscription: await assign(server, { scope: server.subscription, role: "Reader", to: "alice" }),
      group: await assign(server, { scope: group, role: "Owner", to: "alice" }),
      box: await assign(server, { scope: box, role: "Reader", to: "app" }),
      other: await assign(server, { scope: other, role: "Reader", to: "app" }),
    };
  });

  const picked = (...names: (keyof typeof ids)[]): string[] => names.map((name) => ids[name]).toSorted();

  test("a list of role assignments has those at the scope, above and below it", async () => {
    expect((await namesAt(group)).toSorted()).toEqual(picked("tenant", "subscription", "group", "box"));
    expect((await namesAt(box)).toSorted()).toEqual(picked("tenant", "subscription", "group", "box"));
    expect((await namesAt(server.subscription)).toSorted()).toEqual(
      picked("tenant", "subscription", "group", "box", "other"),
    );
    expect(await namesAt("")).toHaveLength(5);
  });

  test("a list of role assignments with atScope() does not have those below", async () => {
    expect((await namesAt(group, "atScope()")).toSorted()).toEqual(picked("tenant", "subscription", "group"));
  });

  test.each(["principalId eq '{id}'", "assignedTo('{id}')"])(
    "a list of role assignments with %s has those of one principal",
    async (filter) => {
      const asked = filter.replace("{id}", callers.alice.objectId.toUpperCase());
      expect((await namesAt(server.subscription, asked)).toSorted()).toEqual(picked("subscription", "group"));
      expect(await namesAt(server.subscription, `atScope() and ${asked}`)).toEqual([ids.subscription]);
    },
  );

  test("a list of role assignments takes no other filter", async () => {
    const filter = "roleName eq 'Reader'";
    const url = `${group}/providers/Microsoft.Authorization/roleAssignments?$filter=${filter}`;
    const answer = await asOwner("GET", encodeURI(url));
    expect([answer.status, errorOf(answer)]).toEqual([
      400,
      {
        code: "UnsupportedQuery",
        message:
          `The filter '${filter}' is not supported. Supported filters are either ` +
          "'atScope()' or 'principalId eq '{value}' or assignedTo('{value}')'.",
      },
    ]);
  });

  test("a list of role assignments shows nothing of another subscription", async () => {
    const other = await server.addSubscription("11111111-1111-4111-8111-111111111111");
    expect(await namesAt(other)).toEqual([ids.tenant]);
  });
});
