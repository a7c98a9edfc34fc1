import { JWKSNoMatchingKey } from "jose/errors";
import { exportJWK } from "jose/key/export";
import { generateKeyPair } from "jose/key/generate/keypair";
import { importJWK } from "jose/key/import";
import { calculateJwkThumbprint } from "jose/jwk/thumbprint";
import type { CryptoKey, JWK } from "jose";
import type { Clock } from "../../kernel/clock.ts";
import { addKeyFile, openKeyFolder, readKeyFiles } from "./key-files.ts";
import type { KeyFile } from "./key-files.ts";
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

/** The signing keys of a data directory: the newest signs, all verify. */
export class KeyRing {
  readonly #folder: string;
  readonly #clock: Clock;
  #keys: ReadonlyMap<string, Key>;
  #signing: Key;
  #version = 1;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #look = Promise.resolve();

  constructor(options: { folder: string; clock: Clock; keys: readonly [Key, ...Key[]] }) {
    this.#folder = options.folder;
    this.#clock = options.clock;
    this.#keys = byKid(options.keys);
    this.#signing = options.keys.at(-1) ?? options.keys[0];
  }

  /** Counts changes of the set of keys. */
  get version(): number {
    return this.#version;
  }

  get signing(): { readonly kid: string; readonly privateKey: CryptoKey } {
    return this.#signing;
  }

  /** The public keys as JWKS has them, newest first. */
  get publicJwks(): JWK[] {
    return [...this.#keys.values()].toReversed().map((key) => key.publicJwk);
  }

  /**
   * The public key that a token's header names, looked for on disk too: another process may have rotated the keys.
   * @throws JWKSNoMatchingKey, as jose expects of such a function, for a key that is not ours.
   */
  async keyFor({ kid = "" }: { readonly kid?: string }): Promise<CryptoKey> {
    if (!this.#keys.has(kid)) await this.#lookOnDisk();
    const key = this.#keys.get(kid);
    if (key === undefined) throw new JWKSNoMatchingKey();
    return key.publicKey;
  }

  /** Adds a key, which signs from now on. */
  async rotate(): Promise<void> {
    await addKey(this.#folder);
    await this.#reload();
  }

  /** Everyone who asks while a look is under way, or shortly after, shares it. */
  #lookOnDisk(): Promise<void> {
    const steadyMs = this.#clock.steadyMs();
    if (steadyMs - this.#lookedAtMs >= identityLimits.keyReloadMs) {
      this.#lookedAtMs = steadyMs;
      this.#look = this.#reload();
    }
    return this.#look;
  }

  async #reload(): Promise<void> {
    const keys = await readKeys(this.#folder);
    if (keys === undefined || (keys.length === this.#keys.size && keys.every((key) => this.#keys.has(key.kid)))) return;
    this.#keys = byKid(keys);
    this.#signing = keys.at(-1) ?? keys[0];
    this.#version += 1;
  }
}

/** Opens the signing keys of a data directory, making the first one where there is none. */
export async function openKeyRing(options: { dataDir: string; clock: Clock }): Promise<KeyRing> {
  const folder = await openKeyFolder(options.dataDir);
  let keys = await readKeys(folder);
  if (keys === undefined) {
    // Another process may do the same at this moment; both then read whichever key came first.
    await addKeyFile(folder, { sequence: 1, text: await newKeyText() });
    keys = await readKeys(folder);
  }
  if (keys === undefined) throw new Error(`The signing keys in ${folder} went away while they were being read.`);
  return new KeyRing({ folder, clock: options.clock, keys });
}

/** Adds a signing key to a data directory, whether or not a server runs on it. */
export async function rotateKeys(options: { dataDir: string }): Promise<void> {
  await addKey(await openKeyFolder(options.dataDir));
}

async function addKey(folder: string): Promise<void> {
  const text = await newKeyText();
  for (;;) {
    const last = (await readKeyFiles(folder)).at(-1)?.sequence ?? 0;
    if (await addKeyFile(folder, { sequence: last + 1, text })) return;
  }
}

async function newKeyText(): Promise<string> {
  const { privateKey } = await generateKeyPair(signingAlgorithm, { modulusLength: 2048, extractable: true });
  const jwk = await exportJWK(privateKey);
  return `${JSON.stringify({ ...jwk, kid: await calculateJwkThumbprint(jwk), use: "sig", alg: signingAlgorithm })}\n`;
}

async function readKeys(folder: string): Promise<readonly [Key, ...Key[]] | undefined> {
  const [first, ...rest] = await Promise.all((await readKeyFiles(folder)).map(toKey));
  return first === undefined ? undefined : [first, ...rest];
}

async function toKey(file: KeyFile): Promise<Key> {
  try {
    const jwk = JSON.parse(file.text) as JWK;
    const { kty, n, e } = jwk;
    if (kty !== "RSA" || n === undefined || e === undefined || jwk.d === undefined)
      throw new Error("not a private RSA key");
    const kid = await calculateJwkThumbprint({ kty, n, e });
    const publicJwk = { kty, use: "sig", alg: signingAlgorithm, kid, n, e };
    return { kid, publicJwk, privateKey: await importRsa(jwk), publicKey: await importRsa(publicJwk) };
  } catch (cause) {
    throw new Error(`The signing key ${file.path} cannot be read; move it away, or restore it.`, { cause });
  }
}

async function importRsa(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, signingAlgorithm);
  if (key instanceof Uint8Array) throw new Error("a symmetric key");
  return key;
}

const byKid = (keys: readonly Key[]): ReadonlyMap<string, Key> => new Map(keys.map((key) => [key.kid, key]));
