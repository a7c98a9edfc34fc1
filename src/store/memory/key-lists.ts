import { SecondChanceMap } from "../../kernel/second-chance-map.ts";
import type { Listed, ListScope } from "../store.ts";
import type { Reading } from "./read-trace.ts";

interface KeyList {
  readonly keys: readonly string[];
  /** Of the keys; that of each resource is another. */
  readonly reading: Reading;
}

/** The keys of lists, in order, as they are committed. */
export class KeyLists {
  readonly #lists: SecondChanceMap<string, KeyList>;

  constructor({ maxBytes }: { maxBytes: number }) {
    this.#lists = new SecondChanceMap({ maxBytes, onForget: ({ reading }) => void (reading.isCurrent = false) });
  }

  get(scope: ListScope): KeyList | undefined {
    return this.#lists.get(nameOfScope(scope));
  }

  keep(scope: ListScope, keys: readonly string[]): void {
    const bytes = bytesPerList + keys.reduce((sum, key) => sum + bytesPerKey + key.length, 0);
    this.#lists.set(nameOfScope(scope), { keys, reading: { isCurrent: true } }, bytes);
  }

  /** Forgets the lists that a resource is in, because it was created or removed. */
  forgetListsOf(resource: Listed): void {
    for (const scope of scopesOf(resource)) this.#lists.delete(scope);
  }
}

const bytesPerList = 300;
/** Of a string's head and its place in the list. */
const bytesPerKey = 28;

/** A text for each scope, which no other has. */
export function nameOfScope(scope: ListScope): string {
  if ("parentKey" in scope) return `${scope.parentKey}\n${scope.typeKey}`;
  return "subscriptionKey" in scope ? `${scope.subscriptionKey} ${scope.typeKey}` : scope.typeKey;
}

/** The names of the scopes that a resource is in. */
export const scopesOf = ({ typeKey, parentKey, subscriptionKey }: Listed): readonly string[] => [
  nameOfScope({ parentKey, typeKey }),
  nameOfScope({ subscriptionKey, typeKey }),
  nameOfScope({ typeKey }),
];

/** The part of a page's limit of sorted keys that comes after its `afterKey`. */
export function keysOfPage(
  keys: readonly string[],
  { limit, afterKey }: { readonly limit: number; readonly afterKey: string },
): readonly string[] {
  const start = afterKey === "" ? 0 : firstAfter(keys, afterKey);
  return start === 0 && keys.length <= limit ? keys : keys.slice(start, start + limit);
}

function firstAfter(keys: readonly string[], key: string): number {
  const bytes = Buffer.from(key);
  let from = 0;
  let to = keys.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    // The store sorts by the bytes of UTF-8; `<` compares units of UTF-16.
    if (Buffer.compare(Buffer.from(keys[middle] ?? ""), bytes) <= 0) from = middle + 1;
    else to = middle;
  }
  return from;
}
