import { getServers } from "node:dns";
import type { FastifyInstance } from "fastify";
import { DnsResponder } from "../data-plane/dns/dns-responder.ts";
import { forwardTo } from "../data-plane/dns/forward.ts";
import { registerDns } from "../management/dns-routes.ts";
import { dnsSource } from "./dns-source.ts";
import type { Authority } from "../identity/authority.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { Closable } from "../kernel/shutdown.ts";
import type { Settings } from "./settings.ts";
import type { Store } from "../store/store.ts";

interface DnsParts {
  readonly settings: Settings;
  readonly store: Store;
  readonly authority: Authority;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Starts the resolvers, where there is a data plane to lead to, and tells where they are.
 * @throws one sentence when they cannot have the port of the settings.
 */
export async function serveDns(
  app: FastifyInstance,
  { settings, store, authority, clock, log }: DnsParts,
): Promise<Closable> {
  const { dataDir: seed, dnsPort: port, dnsAnswers: answers } = settings;
  const forward = settings.dnsForward ? forwardTo(() => getServers().filter(isElsewhere)) : undefined;
  const source = dnsSource(store);
  const dns = new DnsResponder({ store, source, seed, port, answers, forward, clock, log });
  registerDns(app, { dns: settings.dataPlane ? dns : undefined, source, authority });
  if (settings.dataPlane) await start(dns, port);
  return dns;
}

async function start(dns: DnsResponder, port: number): Promise<void> {
  try {
    await dns.start();
  } catch (cause) {
    await dns.close();
    if (port === 0 || !(cause instanceof Error)) throw cause;
    throw new Error(`Resolvers cannot have port ${port} (${cause.message}): choose another with --dns-port.`, {
      cause,
    });
  }
}

/** One of ours among the system's would ask itself. */
const isElsewhere = (server: string): boolean => !server.startsWith("127.68.");
