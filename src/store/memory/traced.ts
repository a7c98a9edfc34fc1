import type { CachedResources, Queryable } from "../store.ts";
import type { ReadTrace } from "./read-trace.ts";

/** The store as it is, with every reading noted in `trace`: only those from memory have changes that are known. */
export function traced(store: Queryable, trace: ReadTrace): Queryable {
  const { cache } = store;
  const tracing: CachedResources = {
    get: (key) => cache.get(key, trace),
    keysOf: (scope) => cache.keysOf(scope, trace),
    mark: () => cache.mark(),
    put: (resource, text, mark) => cache.put(resource, text, mark),
    putKeys: (scope, keys, mark) => cache.putKeys(scope, keys, mark),
    markOf(typeKeys) {
      trace.addUnknown();
      return cache.markOf(typeKeys);
    },
  };
  return {
    cache: tracing,
    all(query, values) {
      trace.addUnknown();
      return store.all(query, values);
    },
    first(query, values) {
      trace.addUnknown();
      return store.first(query, values);
    },
  };
}
