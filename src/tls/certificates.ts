import { createPrivateKey, KeyObject, randomBytes, webcrypto, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type * as X509 from "@peculiar/x509";

/** A certificate and its private key, in PEM. They are kept in one file, so that they can only change together. */
export interface KeyPairPem {
  readonly certPem: string;
  readonly keyPem: string;
}

export interface KeyPair extends KeyPairPem {
  readonly certificate: X509Certificate;
}

/** The text of the file: the key, then the certificate. */
export const formatKeyPair = ({ certPem, keyPem }: KeyPairPem): string => `${keyPem.trim()}\n${certPem.trim()}\n`;

/** Reads what `formatKeyPair` wrote. @throws a sentence that begins with `path` for anything else */
export function parseKeyPair(path: string, text: string): KeyPair {
  const keyPem = block(text, "PRIVATE KEY");
  const certPem = block(text, "CERTIFICATE");
  if (keyPem === undefined || certPem === undefined) {
    throw new Error(`${path} is damaged: it must hold a private key and a certificate, whole and in PEM.`);
  }
  const certificate = readOrExplain(path, () => new X509Certificate(certPem));
  const key = readOrExplain(path, () => createPrivateKey(keyPem));
  if (!certificate.checkPrivateKey(key)) throw new Error(`${path} is damaged: its key is not its certificate's.`);
  return { certificate, certPem, keyPem };
}

function block(text: string, label: string): string | undefined {
  const [only, ...more] = text.match(new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----`, "g")) ?? [];
  return only === undefined || more.length > 0 ? undefined : `${only}\n`;
}

function readOrExplain<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Error(`${path} is damaged: its content cannot be decoded.`, { cause });
  }
}

const dayMs = 86_400_000;

/** How long certificates are valid. */
export const lifetimes = {
  authorityMs: 3650 * dayMs,
  /** Apple's systems refuse more than 825 days, and public practice is moving to less than 398. */
  leafMs: 365 * dayMs,
  /** How far before now validity starts, for clients whose clock is behind. */
  backdatingMs: dayMs,
} as const;

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Makes a self-signed certificate authority. Its name is random, so that two in one trust store differ. */
export async function makeAuthority({ nowMs }: { nowMs: number }): Promise<KeyPairPem> {
  const x509 = await loadX509();
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerialNumber(),
    name: `CN=Cuprite CA ${randomBytes(4).toString("hex")}, O=Cuprite`,
    notBefore: new Date(nowMs - lifetimes.backdatingMs),
    notAfter: new Date(nowMs + lifetimes.authorityMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certPem: certificate.toString("pem"), keyPem: exportPem(keys.privateKey) };
}

/** Issues a server certificate for host names and IP addresses, valid no longer than its authority. */
export async function issueLeaf({
  authority,
  names,
  nowMs,
}: {
  authority: KeyPair;
  names: readonly string[];
  nowMs: number;
}): Promise<KeyPairPem> {
  const x509 = await loadX509();
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const issuer = new x509.X509Certificate(authority.certPem);
  const endMs = Math.min(nowMs + lifetimes.leafMs, issuer.notAfter.getTime());
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerialNumber(),
    subject: "CN=Cuprite",
    issuer: issuer.subject,
    notBefore: new Date(nowMs - lifetimes.backdatingMs),
    notAfter: new Date(endMs),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: createPrivateKey(authority.keyPem).toCryptoKey(algorithm, false, ["sign"]),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) === 0 ? "dns" : "ip", value: name })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { certPem: certificate.toString("pem"), keyPem: exportPem(keys.privateKey) };
}

/** Loaded only when a certificate is made: loading takes longer than the rest of a start. */
async function loadX509(): Promise<typeof X509> {
  await import("reflect-metadata");
  return import("@peculiar/x509");
}

/** Random bits, set so that the number is always positive and equally long (RFC 5280 §4.1.2.2). */
function newSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
  return bytes.toString("hex");
}

const exportPem = (key: webcrypto.CryptoKey): string => KeyObject.from(key).export({ type: "pkcs8", format: "pem" });
