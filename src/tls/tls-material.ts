import { isIP } from "node:net";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { Closable } from "../kernel/shutdown.ts";
import { openAuthority, tlsPaths } from "./authority.ts";
import { openLeaf, type Leaf } from "./leaf.ts";

/** The server's certificate and the authority's, in PEM. */
export interface TlsMaterial extends Leaf {
  readonly caPemPath: string;
  readonly caPem: string;
}

export interface TlsOptions {
  dataDir: string;
  /** Names to serve in addition to `localhost`. */
  hostNames: readonly string[];
  /** Addresses to serve in addition to 127.0.0.1 and ::1. Anything that is no address, or stands for all of them, is skipped. */
  ipAddresses: readonly string[];
  clock: Clock;
  log: Log;
}

/** Opens the data directory's TLS files. Makes what is missing, and renews the server's certificate when it is due. */
export async function openTlsMaterial(options: TlsOptions): Promise<TlsMaterial> {
  const { dataDir, clock, log } = options;
  const paths = tlsPaths(dataDir);
  const authority = await openAuthority({ dataDir, clock, log });
  const leaf = await openLeaf({ path: paths.server, authority, names: namesOf(options), clock, log });
  return { ...leaf, caPemPath: paths.caPem, caPem: authority.certPem };
}

function namesOf({ hostNames, ipAddresses }: TlsOptions): string[] {
  const addresses = ipAddresses.filter((address) => isIP(address) !== 0 && !/^[0:.]+$/.test(address));
  return [...new Set(["localhost", ...hostNames.map((name) => name.toLowerCase()), "127.0.0.1", "::1", ...addresses])];
}

const retryMs = 3_600_000;

/** Renews a running server's certificate before it expires. `onRenewed` gets each new one, for `server.setSecureContext`. */
export function keepTlsFresh({
  material,
  options,
  onRenewed,
}: {
  material: TlsMaterial;
  options: TlsOptions;
  onRenewed: (material: TlsMaterial) => void;
}): Closable {
  const { clock, log } = options;
  let isClosed = false;
  let renewal = Promise.resolve();
  const renew = async (): Promise<void> => {
    try {
      const renewed = await openTlsMaterial(options);
      onRenewed(renewed);
      scheduleAt(renewed.renewAtMs);
    } catch (cause) {
      log.error({ err: cause }, "The server's certificate could not be renewed; trying again in an hour.");
      schedule((wake) => clock.wakeIn(retryMs, wake));
    }
  };
  let cancel = (): void => undefined;
  const schedule = (wakeLater: (wake: () => void) => () => void): void => {
    if (isClosed) return;
    cancel = wakeLater(() => {
      renewal = renew();
    });
  };
  const scheduleAt = (atMs: number): void => schedule((wake) => clock.wakeAt(atMs, wake));
  scheduleAt(material.renewAtMs);
  return {
    async close() {
      isClosed = true;
      cancel();
      await renewal;
    },
  };
}
