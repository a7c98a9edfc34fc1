import { createPrivateKey, X509Certificate } from "node:crypto";

/** A certificate and its private key, which lie in one file so that they can only change together. */
export interface KeyPair {
  certificate: X509Certificate;
  certPem: string;
  keyPem: string;
}

/** The text of the file: the key, then the certificate. */
export const formatKeyPair = ({ certPem, keyPem }: Pick<KeyPair, "certPem" | "keyPem">): string =>
  `${keyPem.trim()}\n${certPem.trim()}\n`;

/** Reads what `formatKeyPair` wrote; throws a sentence that begins with `path` for anything else. */
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
