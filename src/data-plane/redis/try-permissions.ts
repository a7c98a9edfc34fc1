import { randomUUID } from "node:crypto";
import { permissionRules } from "./acl-rules.ts";
import type { RedisAdmin } from "./redis-admin.ts";

/**
 * Why a server does not take an access string, in its own words; undefined when it does. It is tried on a user of its own, who
 * has no password and is off. @throws what the server says when it takes no change at all
 */
export async function permissionProblem(admin: RedisAdmin, accessString: string): Promise<string | undefined> {
  const user = `cuprite-try-${randomUUID()}`;
  try {
    await admin.call("ACL", "SETUSER", user, "reset", ...permissionRules(accessString));
    return undefined;
  } catch (cause) {
    if (cause instanceof Error && cause.message.includes("in ACL SETUSER modifier")) return cause.message;
    throw cause;
  } finally {
    await admin.call("ACL", "DELUSER", user);
  }
}
