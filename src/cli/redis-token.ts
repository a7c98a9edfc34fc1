import { createHash } from "node:crypto";
import { isRedisAudience } from "../identity/tokens/audiences.ts";
import { readServerNote } from "../data-dir/server-file.ts";
import type { Terminal } from "./command.ts";
import type { ServerClient } from "./server-client.ts";

/** Has the running server tell its databases of a token for Redis that was made without it: they go by its hash. */
export async function tellRedis(made: {
  accessToken: string;
  audience: string;
  dataDir: string;
  terminal: Terminal;
}): Promise<void> {
  const { accessToken, audience, dataDir, terminal } = made;
  if (!isRedisAudience(audience)) return;
  if (readServerNote(dataDir)?.origin === undefined) {
    terminal.complain("No Cuprite runs that could tell Redis of this token: make it again once one does.");
    return;
  }
  const { findServer } = await import("./server-client.ts");
  await noteRedisToken(accessToken, await findServer({ dataDir, clock: terminal.clock }));
}

/** Has a server let its databases take a token; returns the object id that it logs in as. */
export async function noteRedisToken(accessToken: string, server: ServerClient): Promise<string> {
  const payload = Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString();
  const claims = JSON.parse(payload) as { oid: string; exp: number };
  const sha256 = createHash("sha256").update(accessToken).digest("hex");
  const body = { sha256, objectId: claims.oid, expiresAtMs: claims.exp * 1_000 };
  await server.call({ method: "POST", path: "/cuprite/redis-tokens", body });
  return claims.oid;
}
