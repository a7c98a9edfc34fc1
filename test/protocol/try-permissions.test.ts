import { expect, test, vi } from "vitest";
import { permissionProblem } from "../../src/data-plane/redis/acl.ts";
import { clusterFacts, clusterKey } from "../support/cluster-facts.ts";
import { startPlane } from "../support/running-plane.ts";

vi.setConfig({ testTimeout: 30_000 });

test("a Redis judges permissions in its own words, and no trial user remains", async () => {
  const { plane } = await startPlane(clusterFacts());
  const { admin } = await plane.redisOf(clusterKey, AbortSignal.timeout(10_000));
  const users = await admin.call("ACL", "USERS");
  expect(await permissionProblem(admin, "+@read ~cache:* &news")).toBeUndefined();
  expect(await permissionProblem(admin, "+@all ~*")).toBeUndefined();
  expect(await permissionProblem(admin, "+@invalid-syntax")).toBe(
    "ERR Error in ACL SETUSER modifier '+@invalid-syntax': Unknown command or category name in ACL",
  );
  expect(await permissionProblem(admin, "+nosuchcommand ~*")).toBe(
    "ERR Error in ACL SETUSER modifier '+nosuchcommand': Unknown command or category name in ACL",
  );
  expect(await permissionProblem(admin, "~* ~a")).toMatch(
    /^ERR Error in ACL SETUSER modifier '~a': Adding a pattern after/,
  );
  expect(await admin.call("ACL", "USERS")).toEqual(users);
});
