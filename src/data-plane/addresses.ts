import { createHash } from "node:crypto";
import { createServer } from "node:net";
import { listPathAddresses, removePathAddress, savePathAddress } from "../store/path-addresses.ts";
import type { PathAddress } from "../store/path-addresses.ts";
import type { Store } from "../store/store.ts";

/** How paths are told apart on this machine: by a loopback address each, or where there is but one, by a port each. */
export type AddressScheme = "addresses" | "ports";

/** 127.67.0.0/16 belongs to paths: of it, what has three digits everywhere, so that all addresses are equally long. */
const pathNetwork = "127.67";
const firstByte = 100;
const thirdByteCount = 156;
const fourthByteCount = 155;

/** How long an address is, which is what a clustered server announces instead of one. */
export const addressLength: Readonly<Record<AddressScheme, number>> = { addresses: 14, ports: 9 };

const firstPort = 20_000;
const portCount = 20_000;
const attemptCount = 10_000;

/** What this machine offers: Linux and Windows answer to all of 127.0.0.0/8, macOS to 127.0.0.1 alone. */
export async function findAddressScheme(): Promise<AddressScheme> {
  const { promise, resolve } = Promise.withResolvers<AddressScheme>();
  const server = createServer().once("error", () => resolve("ports"));
  server.listen(0, `${pathNetwork}.0.1`, () => server.close(() => resolve("addresses")));
  return await promise;
}

/** The nth choice for a path; the same on every start of one data directory, another for another. */
export function candidate(
  scheme: AddressScheme,
  { seed, pathKey, attempt }: { seed: string; pathKey: string; attempt: number },
): { address: string; port: number } {
  const hash = createHash("sha256").update(`${seed}\n${pathKey}`).digest().readUInt32BE(0) + attempt;
  if (scheme === "ports") return { address: "127.0.0.1", port: firstPort + (hash % portCount) };
  const index = hash % (thirdByteCount * fourthByteCount);
  const third = firstByte + Math.floor(index / fourthByteCount);
  return { address: `${pathNetwork}.${third}.${firstByte + (index % fourthByteCount)}`, port: 0 };
}

/** Which address every path has; kept in the store, so that a path is where it was before. */
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

  /** Opens what was kept; `seed` tells data directories apart, which may run side by side. */
  static async open(options: { store: Store; seed: string; scheme: AddressScheme }): Promise<AddressBook> {
    const isOurs = ({ port }: PathAddress): boolean => (port === 0) === (options.scheme === "addresses");
    const known = await listPathAddresses(options.store);
    return new AddressBook({ ...options, known: known.filter(isOurs) });
  }

  /** The paths that have an address. */
  get pathKeys(): readonly string[] {
    return [...this.#byPath.keys()];
  }

  /** The address that a path has. */
  find(pathKey: string): PathAddress | undefined {
    return this.#byPath.get(pathKey);
  }

  /** The address of a path, which gets one when it has none. The port is 0 where the database's own is meant. */
  async ensure(pathKey: string): Promise<PathAddress> {
    return this.#byPath.get(pathKey) ?? (await this.#give(pathKey));
  }

  /** Another address for a path, whose own turned out to be somebody else's: nobody gets that one again. */
  async replace(pathKey: string): Promise<PathAddress> {
    return await this.#give(pathKey);
  }

  /** Gives a path the first of the addresses that were tried in vain, since all of them may be free another time. */
  async restore(tried: readonly PathAddress[]): Promise<void> {
    const [first] = tried;
    if (first === undefined) return;
    for (const each of tried) this.#taken.delete(place(each));
    await this.#keep(first);
  }

  /** Takes the address of a path back. */
  async release(pathKey: string): Promise<void> {
    const known = this.#byPath.get(pathKey);
    if (known === undefined) return;
    this.#byPath.delete(pathKey);
    this.#taken.delete(place(known));
    await this.#store.write((tx) => removePathAddress(tx, pathKey));
  }

  async #give(pathKey: string): Promise<PathAddress> {
    const chosen = this.#choose(pathKey);
    await this.#keep(chosen);
    return chosen;
  }

  async #keep(chosen: PathAddress): Promise<void> {
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
