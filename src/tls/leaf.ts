import { isIP } from "node:net";
import { readIfThere, replaceFile } from "../data-dir/durable-files.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import { issueLeaf, formatKeyPair, parseKeyPair, type KeyPair, type KeyPairPem } from "./certificates.ts";

/** How long before its end a certificate is replaced. */
export const renewalLeadMs = 30 * 86_400_000;

/** A server certificate, its key, and when to open it again to get one that is valid longer. */
export interface Leaf extends KeyPairPem {
  readonly renewAtMs: number;
}

/** Opens the server certificate at `path`. Issues one when there is none, or it lacks a name, or it expires soon. */
export async function openLeaf(options: {
  path: string;
  authority: KeyPair;
  /** Host names and IP addresses. */
  names: readonly string[];
  /** Whether a certificate that has more names is replaced too. */
  isExact?: boolean;
  clock: Clock;
  log: Log;
}): Promise<Leaf> {
  const { path, authority, names, isExact = false, clock, log } = options;
  const stored = await readIfThere(path);
  const present = stored === undefined ? undefined : checkedLeaf(path, stored, authority);
  const isFit = present !== undefined && covers(present, names) && !(isExact && nameCount(present) > names.length);
  if (isFit && isInTime(present, { authority, nowMs: clock.nowMs() })) {
    return leafOf(present, authority);
  }
  const text = formatKeyPair(await issueLeaf({ authority, names, nowMs: clock.nowMs() }));
  await replaceFile({ path, text, mode: 0o600 });
  log.info({ path, names }, "Issued a server certificate.");
  return leafOf(parseKeyPair(path, text), authority);
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

const nameCount = ({ certificate }: KeyPair): number => certificate.subjectAltName?.split(", ").length ?? 0;

/** A certificate that was issued while the time of day was set too far ahead is not valid yet. */
const isInTime = (leaf: KeyPair, { authority, nowMs }: { authority: KeyPair; nowMs: number }): boolean =>
  leaf.certificate.validFromDate.getTime() <= nowMs && nowMs < renewAtMs(leaf, authority);

/** Replacing a certificate that expires with its authority would gain nothing. */
function renewAtMs({ certificate }: KeyPair, authority: KeyPair): number {
  const endMs = certificate.validToDate.getTime();
  const lastMs = authority.certificate.validToDate.getTime();
  return endMs >= lastMs ? lastMs : endMs - renewalLeadMs;
}

const leafOf = (leaf: KeyPair, authority: KeyPair): Leaf => ({
  certPem: leaf.certPem,
  keyPem: leaf.keyPem,
  renewAtMs: renewAtMs(leaf, authority),
});
