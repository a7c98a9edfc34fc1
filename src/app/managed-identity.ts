import { createServer } from "node:http";
import { closing, keepAliveMs, listen } from "../http/https-server.ts";
import { LateApp } from "../http/late-app.ts";
import type { Authority } from "../identity/authority.ts";
import type { Log } from "../kernel/log.ts";
import type { Closable } from "../kernel/shutdown.ts";

/** Serves managed identities' tokens on loopback. `port` 0 takes any free one. */
export async function startManagedIdentity({
  authority,
  port,
  log,
}: {
  authority: Authority;
  port: number;
  log: Log;
}): Promise<Closable & { readonly url: string }> {
  const server = createServer({ keepAliveTimeout: keepAliveMs, requestTimeout: 0 });
  const app = new LateApp({
    make: async () => {
      const { buildManagedIdentity } = await import("../identity/flows/managed-identity.ts");
      return buildManagedIdentity({ authority, log });
    },
    log,
  });
  app.serve(server);
  app.refuseUnreadable(server);
  const host = "127.0.0.1";
  const url = `http://${host}:${await listen(server, { host, port })}`;
  return { url, ...closing(server, [app]) };
}
