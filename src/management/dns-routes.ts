import type { FastifyInstance } from "fastify";
import type { DnsResponder, ResolverPlace } from "../data-plane/dns/dns-responder.ts";
import type { DnsSource } from "../data-plane/dns/dns-facts.ts";
import type { Authority } from "../identity/authority.ts";
import { ownersOnly } from "./owner-check.ts";

/** Everything about names, as `GET /cuprite/dns` answers it. */
export interface DnsReport {
  /** None with `--no-data-plane`. Where there is only no Redis, names of clusters have no address. */
  readonly resolvers: readonly ResolverPlace[];
  /** The public names of all clusters. */
  readonly hostNames: readonly string[];
}

/** What `cuprite dns` asks of a running server. */
export function registerDns(
  app: FastifyInstance,
  { dns, source, authority }: { dns: DnsResponder | undefined; source: DnsSource; authority: Authority },
): void {
  const owners = ownersOnly(authority);
  app.get("/cuprite/dns", owners, async () => {
    await dns?.settled();
    const names = await source.listClusterNames();
    const report: DnsReport = { resolvers: dns?.resolvers ?? [], hostNames: names.map(({ hostName }) => hostName) };
    return report;
  });
}
