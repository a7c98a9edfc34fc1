import { isIP } from "node:net";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import { openAuthority, tlsPaths } from "./authority.ts";
import { readIfThere, replaceFile } from "./durable-files.ts";
import { issueLeaf } from "./issuance.ts";
import { formatKeyPair, parseKeyPair } from "./key-pair-file.ts";
import type { KeyPair } from "./key-pair-file.ts";

/** What serving TLS takes, all in PEM. */
export interface TlsMaterial {
  caPemPath: string;
  caPem: string;
  certPem: string;
  keyPem: string;
  /** When to open the material again for a certificate that is valid longer. */
  renewAtMs: number;
}

export interface TlsOptions {
  dataDir: string;
  /** Names to serve beside `localhost`. */
  hostNames: readonly string[];
  /** Addresses to serve beside 127.0.0.1 and ::1; what is no address or stands for all of them is passed over. */
  ipAddresses: readonly string[];
  clock: Clock;
  log: Log;
}

/** How long before its end a certificate is replaced. */
export const renewalLeadMs = 30 * 86_400_000;

/** Opens the data directory's TLS files, making what is missing and renewing the server's certificate when due. */
export async function openTlsMaterial(options: TlsOptions): Promise<TlsMaterial> {
  const { dataDir, clock, log } = options;
  const paths = tlsPaths(dataDir);
  const authority = await openAuthority({ dataDir, clock, log });
  const names = namesOf(options);
  const stored = await readIfThere(paths.server);
  const present = stored === undefined ? undefined : checkedLeaf(paths.server, stored, authority);
  if (present !== undefined && covers(present, names) && clock.nowMs() < renewAtMs(present, authority)) {
    return materialOf(present, authority, paths.caPem);
  }
  const text = formatKeyPair(await issueLeaf({ authority, names, nowMs: clock.nowMs() }));
  await replaceFile({ path: paths.server, text, mode: 0o600 });
  log.info({ path: paths.server, names }, "Issued a server certificate.");
  return materialOf(parseKeyPair(paths.server, text), authority, paths.caPem);
}

function namesOf({ hostNames, ipAddresses }: TlsOptions): string[] {
  const addresses = ipAddresses.filter((address) => isIP(address) !== 0 && !/^[0:.]+$/.test(address));
  return [...new Set(["localhost", ...hostNames.map((name) => name.toLowerCase()), "127.0.0.1", "::1", ...addresses])];
}

function checkedLeaf(path: string, text: string, authority: KeyPair): KeyPair {
  const leaf = parseKeyPair(path, text);
  if (!leaf.certificate.verify(authority.certificate.publicKey)) {
    throw new Error(`${path} was not issued by this data directory's authority: remove it to have a new one issued.`);
  }
  return leaf;
}

function covers({ certificate }: KeyPair, names: readonly string[]): boolean {
  const dnsNames = new Set(certificate.subjectAltName?.split(", "));
  return names.every((name) =>
    isIP(name) === 0 ? dnsNames.has(`DNS:${name}`) : certificate.checkIP(name) !== undefined,
  );
}

/** One that ends with its authority gains nothing by being replaced before. */
function renewAtMs({ certificate }: KeyPair, authority: KeyPair): number {
  const endMs = certificate.validToDate.getTime();
  const lastMs = authority.certificate.validToDate.getTime();
  return endMs >= lastMs ? lastMs : endMs - renewalLeadMs;
}

const materialOf = (leaf: KeyPair, authority: KeyPair, caPemPath: string): TlsMaterial => ({
  caPemPath,
  caPem: authority.certPem,
  certPem: leaf.certPem,
  keyPem: leaf.keyPem,
  renewAtMs: renewAtMs(leaf, authority),
});
