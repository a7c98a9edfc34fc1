import { chmod, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createFile, readIfThere, replaceFile } from "../data-dir/durable-files.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import { makeAuthority, formatKeyPair, parseKeyPair, type KeyPair } from "./certificates.ts";

/** The paths of a data directory's TLS files. */
export const tlsPaths = (dataDir: string) => ({
  folder: join(dataDir, "tls"),
  authority: join(dataDir, "tls", "authority.pem"),
  server: join(dataDir, "tls", "server.pem"),
  caPem: join(dataDir, "ca.pem"),
});

/** Opens the data directory's certificate authority, which is made once and never replaced. */
export async function openAuthority(options: { dataDir: string; clock: Clock; log: Log }): Promise<KeyPair> {
  const paths = tlsPaths(options.dataDir);
  await makePrivateFolder(paths.folder);
  // The certificate is read first: another process that makes an authority writes the key before the certificate.
  const published = await readIfThere(paths.caPem);
  const stored = await readIfThere(paths.authority);
  if (stored === undefined && published !== undefined) {
    throw new Error(
      `${paths.caPem} exists without its key, ${paths.authority}: put the key back, or remove the certificate ` +
        "to have a new authority made, which every client must then trust.",
    );
  }
  const authority = checkedAuthority(paths.authority, stored ?? (await createAuthority(options)), options.clock);
  await publish({ authority, published, caPemPath: paths.caPem });
  return authority;
}

async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (process.platform === "win32") return;
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) await chmod(path, 0o700);
}

/** Makes an authority, or reads the one that another process made in the meantime. */
async function createAuthority({ dataDir, clock, log }: { dataDir: string; clock: Clock; log: Log }): Promise<string> {
  const paths = tlsPaths(dataDir);
  const text = formatKeyPair(await makeAuthority({ nowMs: clock.nowMs() }));
  const isOurs = await createFile({ path: paths.authority, text, mode: 0o600 });
  if (isOurs) log.info({ path: paths.authority }, "Made a certificate authority.");
  return isOurs ? text : ((await readIfThere(paths.authority)) ?? "");
}

function checkedAuthority(path: string, text: string, clock: Clock): KeyPair {
  const authority = parseKeyPair(path, text);
  const { certificate } = authority;
  if (!certificate.ca || !certificate.verify(certificate.publicKey)) {
    throw new Error(`${path} does not hold a certificate authority of Cuprite's.`);
  }
  if (certificate.validToDate.getTime() <= clock.nowMs()) {
    throw new Error(
      `The certificate authority in ${path} expired on ${certificate.validToDate.toISOString()}: remove it, the other ` +
        "files beside it and ca.pem to have a new one made, which every client must then trust.",
    );
  }
  return authority;
}

/** Writes the certificate where clients look for it, readable by everybody. */
async function publish(request: {
  authority: KeyPair;
  published: string | undefined;
  caPemPath: string;
}): Promise<void> {
  const { authority, published, caPemPath } = request;
  if (published === undefined) await replaceFile({ path: caPemPath, text: authority.certPem, mode: 0o644 });
  else if (published.trim() !== authority.certPem.trim()) {
    throw new Error(`${caPemPath} is not this data directory's authority: remove it to have the right one written.`);
  }
}
