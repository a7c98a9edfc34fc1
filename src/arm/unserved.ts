import type { ArmError, Unserved } from "./arm-error.ts";
import type { Caller } from "./caller.ts";
import type { ArmRequest } from "./resource-type.ts";

/** How often one type was asked for by one method and api-version, and by whom. */
export interface UnservedEntry extends Unserved {
  readonly method: string;
  /** "" if the request had none. */
  readonly apiVersion: string;
  readonly count: number;
  /** By the first product of their user agents: `AZURECLI/2.92.0`; "" for those without one, and those beyond the limit. */
  readonly clients: readonly { readonly client: string; readonly count: number }[];
}

/** Everything that was asked for since the server started and is not served. */
export interface UnservedReport {
  /** Requests, including those of entries that were removed. */
  readonly total: number;
  /** Requests of entries that were removed. */
  readonly forgotten: number;
  /** Most often asked for first. */
  readonly entries: readonly UnservedEntry[];
}

/** Limited, because callers choose what is counted. */
export const unservedLimits = { entries: 500, clients: 8, characters: 128 } as const;

interface Counted extends Omit<UnservedEntry, "count" | "clients"> {
  count: number;
  readonly clients: Map<string, number>;
}

/** Counts what was asked for and is not served. Beyond the limit, the entry that was asked for least recently is removed. */
export class UnservedBook {
  readonly #entries = new Map<string, Counted>();
  #forgotten = 0;

  note(asked: Unserved & { readonly method: string; readonly apiVersion: string; readonly userAgent: string }): void {
    const { missing } = asked;
    const [type, method, apiVersion] = [plain(asked.type), plain(asked.method), plain(asked.apiVersion)];
    const key = [missing, type, method, apiVersion].join(" ").toLowerCase();
    const entry = this.#entries.get(key) ?? { missing, type, method, apiVersion, count: 0, clients: new Map() };
    entry.count += 1;
    noteClient(entry.clients, firstProduct(asked.userAgent));
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size > unservedLimits.entries) this.#forgetOldest();
  }

  #forgetOldest(): void {
    for (const [key, { count }] of this.#entries) {
      this.#entries.delete(key);
      this.#forgotten += count;
      return;
    }
  }

  report(): UnservedReport {
    const entries = [...this.#entries.values()].map(({ clients, ...entry }) => ({
      ...entry,
      clients: [...clients].map(([client, count]) => ({ client, count })).toSorted((a, b) => b.count - a.count),
    }));
    const total = entries.reduce((sum, { count }) => sum + count, this.#forgotten);
    return { total, forgotten: this.#forgotten, entries: entries.toSorted((a, b) => b.count - a.count) };
  }
}

function noteClient(clients: Map<string, number>, client: string): void {
  const counted = clients.has(client) || clients.size < unservedLimits.clients ? client : "";
  clients.set(counted, (clients.get(counted) ?? 0) + 1);
}

/** Replaces characters that no name of Azure has: the list is printed to terminals. */
const plain = (text: string): string => text.slice(0, unservedLimits.characters).replaceAll(/[^\w.$/-]/g, "?");

/** `HashiCorp Terraform/1.11.4` of `HashiCorp Terraform/1.11.4 (+https://www.terraform.io) …`: names may be of two words. */
const firstProduct = (userAgent: string): string =>
  /^[\w.+-]{1,48}(?: [\w.+-]{1,48})?\/[\w.+-]{1,24}/.exec(userAgent)?.[0] ??
  /^[\w.+-]{1,48}/.exec(userAgent)?.[0] ??
  "";

/** Counts a request that was refused because Cuprite does not have what it asks for, if its caller is known. */
export function noteUnserved(
  {
    caller,
    method,
    apiVersion,
    headers,
  }: Pick<ArmRequest, "apiVersion" | "headers"> & { readonly caller: Caller | undefined; readonly method: string },
  { unserved }: Pick<ArmError, "unserved">,
  book: UnservedBook,
): void {
  if (unserved === undefined || caller === undefined) return;
  book.note({ ...unserved, method, apiVersion, userAgent: headers["user-agent"] ?? "" });
}
