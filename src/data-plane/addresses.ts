import { createHash } from "node:crypto";
import { createServer, type ListenOptions, type Server } from "node:net";
import { listPathAddresses, removePathAddress, savePathAddress, type PathAddress } from "../store/data-plane.ts";
import type { Store } from "../store/store.ts";

/** How paths differ on this machine: each has a loopback address, or, where there is only one, each has a port. */
export type AddressScheme = "addresses" | "ports";

/** Paths use 127.67.0.0/16, and of it only numbers with three digits, so that all addresses are equally long. */
const pathNetwork = "127.67";
const firstByte = 100;
const thirdByteCount = 156;
const fourthByteCount = 155;

/** The length of an address, and so of the placeholder that a clustered server announces. */
export const addressLength: Readonly<Record<AddressScheme, number>> = { addresses: 14, ports: 9 };

const firstPort = 20_000;
const portCount = 20_000;
const attemptCount = 10_000;

/** What this machine offers: Linux and Windows have all of 127.0.0.0/8, macOS has only 127.0.0.1. */
export async function findAddressScheme(): Promise<AddressScheme> {
  const server = createServer();
  try {
    await listenAt(server, { host: `${pathNetwork}.0.1`, port: 0 });
  } catch {
    return "ports";
  }
  await new Promise((resolve) => server.close(resolve));
  return "addresses";
}

/** Listens, and resolves with the port. @throws when the address is not available */
export function listenAt(server: Server, options: ListenOptions): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once("error", reject);
  server.listen(options, () => {
    server.off("error", reject);
    const at = server.address();
    resolve(typeof at === "object" && at !== null ? at.port : 0);
  });
  return promise;
}

/** A number that is the same for a key on every start of one data directory, and different for another one. */
export const stableHash = (seed: string, key: string): number =>
  createHash("sha256").update(`${seed}\n${key}`).digest().readUInt32BE(0);

/** The nth choice for a path: the same on every start of one data directory, and different for another one. */
export function candidate(
  scheme: AddressScheme,
  { seed, pathKey, attempt }: { seed: string; pathKey: string; attempt: number },
): { address: string; port: number } {
  const hash = stableHash(seed, pathKey) + attempt;
  if (scheme === "ports") return { address: "127.0.0.1", port: firstPort + (hash % portCount) };
  const index = hash % (thirdByteCount * fourthByteCount);
  const third = firstByte + Math.floor(index / fourthByteCount);
  return { address: `${pathNetwork}.${third}.${firstByte + (index % fourthByteCount)}`, port: 0 };
}

/** The addresses of all paths. They are stored, so that a path keeps its address over a restart. */
export class AddressBook {
  readonly scheme: AddressScheme;
  readonly #store: Store;
  readonly #seed: string;
  readonly #byPath: Map<string, PathAddress>;
  readonly #taken: Set<string>;

  private constructor(options: { scheme: AddressScheme; store: Store; seed: string; known: readonly PathAddress[] }) {
    this.scheme = options.scheme;
    this.#store = options.store;
    this.#seed = options.seed;
    this.#byPath = new Map(options.known.map((each) => [each.pathKey, each]));
    this.#taken = new Set(options.known.map(place));
  }

  /** Reads the stored addresses. `seed` differs for each data directory, since several may run side by side. */
  static async open(options: { store: Store; seed: string; scheme: AddressScheme }): Promise<AddressBook> {
    const isOfScheme = ({ port }: PathAddress): boolean => (port === 0) === (options.scheme === "addresses");
    const known = await listPathAddresses(options.store);
    return new AddressBook({ ...options, known: known.filter(isOfScheme) });
  }

  /** The paths that have an address. */
  get pathKeys(): readonly string[] {
    return [...this.#byPath.keys()];
  }

  /** The address that a path has. */
  find(pathKey: string): PathAddress | undefined {
    return this.#byPath.get(pathKey);
  }

  /** The address of a path, which gets one when it has none. Port 0 means the database's own port. */
  async ensure(pathKey: string): Promise<PathAddress> {
    return this.#byPath.get(pathKey) ?? (await this.#assign(pathKey));
  }

  /** Another address for a path, because another program uses its own, which no path gets again. */
  async replace(pathKey: string): Promise<PathAddress> {
    return await this.#assign(pathKey);
  }

  /** Gives a path the first of the addresses that were tried without success: all of them may be free another time. */
  async restore(tried: readonly PathAddress[]): Promise<void> {
    const [first] = tried;
    if (first === undefined) return;
    for (const each of tried) this.#taken.delete(place(each));
    await this.#save(first);
  }

  /** Releases the address of a path. */
  async release(pathKey: string): Promise<void> {
    const known = this.#byPath.get(pathKey);
    if (known === undefined) return;
    this.#byPath.delete(pathKey);
    this.#taken.delete(place(known));
    await this.#store.write((tx) => removePathAddress(tx, pathKey));
  }

  async #assign(pathKey: string): Promise<PathAddress> {
    const chosen = this.#choose(pathKey);
    await this.#save(chosen);
    return chosen;
  }

  async #save(chosen: PathAddress): Promise<void> {
    this.#byPath.set(chosen.pathKey, chosen);
    this.#taken.add(place(chosen));
    await this.#store.write((tx) => savePathAddress(tx, chosen));
  }

  #choose(pathKey: string): PathAddress {
    for (let attempt = 0; attempt < attemptCount; attempt += 1) {
      const chosen = { pathKey, ...candidate(this.scheme, { seed: this.#seed, pathKey, attempt }) };
      if (!this.#taken.has(place(chosen))) return chosen;
    }
    throw new Error("No address is left for another path.");
  }
}

const place = ({ address, port }: PathAddress): string => `${address}:${port}`;
