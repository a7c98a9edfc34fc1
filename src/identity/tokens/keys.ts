import { chmod, link, mkdir, open, readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CryptoKey, JWK } from "jose";
import { JWKSNoMatchingKey } from "jose/errors";
import { calculateJwkThumbprint } from "jose/jwk/thumbprint";
import { exportJWK } from "jose/key/export";
import { generateKeyPair } from "jose/key/generate/keypair";
import { importJWK } from "jose/key/import";
import type { Clock } from "../../kernel/clock.ts";
import { newUuid } from "../../kernel/ids.ts";
import { identityLimits } from "../limits.ts";

/** The one signature algorithm, as in Azure. */
export const signingAlgorithm = "RS256";

interface Key {
  /** The RFC 7638 thumbprint. */
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** Oldest first. */
type Keys = readonly [Key, ...Key[]];

/** The signing keys of a data directory: the newest signs, all verify. */
export class KeyRing {
  readonly #folder: string;
  readonly #clock: Clock;
  #keys: ReadonlyMap<string, Key>;
  #signing: Key;
  #version = 1;
  #reloadedAtMs = Number.NEGATIVE_INFINITY;
  #reloaded = Promise.resolve();

  constructor(options: { folder: string; clock: Clock; keys: Keys }) {
    this.#folder = options.folder;
    this.#clock = options.clock;
    this.#keys = byKid(options.keys);
    this.#signing = newest(options.keys);
  }

  /** The number of times that the set of keys changed. */
  get version(): number {
    return this.#version;
  }

  get signing(): { readonly kid: string; readonly privateKey: CryptoKey } {
    return this.#signing;
  }

  /** The public keys as JWKS lists them, newest first. */
  get publicJwks(): JWK[] {
    return [...this.#keys.values()].toReversed().map((key) => key.publicJwk);
  }

  /**
   * The public key that a token's header names. An unknown one is also looked for on disk: another process may have
   * added it.
   * @throws JWKSNoMatchingKey, as jose expects of such a function, for a key that is not ours.
   */
  async keyFor({ kid = "" }: { readonly kid?: string }): Promise<CryptoKey> {
    if (!this.#keys.has(kid)) await this.#reloadUnlessRecent();
    const key = this.#keys.get(kid);
    if (key === undefined) throw new JWKSNoMatchingKey();
    return key.publicKey;
  }

  /** Calls during a reload, or shortly after it, share it. */
  #reloadUnlessRecent(): Promise<void> {
    const steadyMs = this.#clock.steadyMs();
    if (steadyMs - this.#reloadedAtMs >= identityLimits.keyReloadMs) {
      this.#reloadedAtMs = steadyMs;
      this.#reloaded = this.#reload();
    }
    return this.#reloaded;
  }

  async #reload(): Promise<void> {
    const keys = await readKeys(this.#folder);
    if (keys === undefined || (keys.length === this.#keys.size && keys.every((key) => this.#keys.has(key.kid)))) return;
    this.#keys = byKid(keys);
    this.#signing = newest(keys);
    this.#version += 1;
  }
}

const byKid = (keys: Keys): ReadonlyMap<string, Key> => new Map(keys.map((key) => [key.kid, key]));

const newest = (keys: Keys): Key => keys.at(-1) ?? keys[0];

/** Opens the signing keys of a data directory, making the first one where there is none. */
export async function openKeyRing(options: { dataDir: string; clock: Clock }): Promise<KeyRing> {
  const folder = await openKeyFolder(options.dataDir);
  let keys = await readKeys(folder);
  if (keys === undefined) {
    // Another process may do the same at this moment; both then read the key that was added first.
    await addFirstKey(folder, await newKeyText());
    keys = await readKeys(folder);
  }
  if (keys === undefined) throw new Error(`The signing keys in ${folder} were removed while they were being read.`);
  return new KeyRing({ folder, clock: options.clock, keys });
}

async function newKeyText(): Promise<string> {
  const { privateKey } = await generateKeyPair(signingAlgorithm, { modulusLength: 2048, extractable: true });
  const jwk = await exportJWK(privateKey);
  return `${JSON.stringify({ ...jwk, kid: await calculateJwkThumbprint(jwk), use: "sig", alg: signingAlgorithm })}\n`;
}

async function readKeys(folder: string): Promise<Keys | undefined> {
  const [first, ...rest] = await Promise.all((await listKeyFiles(folder)).map(readKey));
  return first === undefined ? undefined : [first, ...rest];
}

async function readKey(path: string): Promise<Key> {
  const text = await readFile(path, "utf8");
  try {
    const jwk = JSON.parse(text) as JWK;
    const { kty, n, e } = jwk;
    if (kty !== "RSA" || n === undefined || e === undefined || jwk.d === undefined)
      throw new Error("not a private RSA key");
    const kid = await calculateJwkThumbprint({ kty, n, e });
    const publicJwk = { kty, use: "sig", alg: signingAlgorithm, kid, n, e };
    return { kid, publicJwk, privateKey: await importRsa(jwk), publicKey: await importRsa(publicJwk) };
  } catch (cause) {
    throw new Error(`The signing key ${path} cannot be read; move it away, or restore it.`, { cause });
  }
}

async function importRsa(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, signingAlgorithm);
  if (key instanceof Uint8Array) throw new Error("a symmetric key");
  return key;
}

/** The folder of the signing keys, readable by their owner alone. */
async function openKeyFolder(dataDir: string): Promise<string> {
  const folder = join(dataDir, "keys");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  return folder;
}

/** The paths of the key files, oldest first. */
const listKeyFiles = async (folder: string): Promise<string[]> =>
  (await readdir(folder))
    .filter((name) => /^signing-\d{6}\.jwk$/.test(name))
    .toSorted()
    .map((name) => join(folder, name));

/**
 * Adds the first key, completely or not at all, unless another process did so first. A hard link guarantees both: it
 * appears with its whole content, and never replaces a file.
 */
async function addFirstKey(folder: string, text: string): Promise<void> {
  const draft = join(folder, `draft-${newUuid()}`);
  try {
    await writeDurably(draft, text);
    await link(draft, join(folder, "signing-000001.jwk"));
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "EEXIST")) throw cause;
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
