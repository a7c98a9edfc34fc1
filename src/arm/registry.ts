import type { ArmPath } from "./resource-id.ts";
import { invalidNamespace, invalidType } from "./errors.ts";
import { typeKey, type ArmOperation, type ResourceType } from "./resource-type.ts";

/** What a request asks for: it follows from method, path and api-version alone. */
interface Resolved {
  /** The api-version as the client wrote it. */
  readonly askedVersion: string;
  readonly type: ResourceType;
  readonly apiVersion: string;
  readonly operation: ArmOperation;
  readonly resourceId: string;
}

/** All resource types of a server: what is routed, listed and validated comes from here. */
export class Registry {
  readonly #types = new Map<string, ResourceType>();
  readonly #namespaces = new Map<string, ResourceType[]>();
  /** By path, then by method. Nothing makes it stale: types are never added or removed. */
  readonly #resolved = new WeakMap<ArmPath, Map<string, Resolved>>();

  constructor(types: readonly ResourceType[]) {
    for (const type of types) {
      const key = typeKey(type);
      if (this.#types.has(key)) throw new Error(`The resource type '${key}' is registered twice.`);
      this.#types.set(key, type);
      const namespace = type.namespace.toLowerCase();
      this.#namespaces.set(namespace, [...(this.#namespaces.get(namespace) ?? []), type]);
    }
  }

  /** The type called `namespace/types…`, in any case. */
  find(namespace: string, types: readonly string[]): ResourceType | undefined {
    return this.#types.get(`${namespace}/${types.join("/")}`.toLowerCase());
  }

  /** The type whose resources have this `typeKey`. */
  byKey(key: string): ResourceType | undefined {
    return this.#types.get(key);
  }

  /** What `remember` was told of an equal request with the same path. */
  recall(path: ArmPath, { method, askedVersion }: { method: string; askedVersion: string }): Resolved | undefined {
    const known = this.#resolved.get(path)?.get(method);
    return known?.askedVersion === askedVersion ? known : undefined;
  }

  /** Remembers what a request asks for, as long as its path exists. */
  remember(path: ArmPath, method: string, resolved: Resolved): void {
    const known = this.#resolved.get(path) ?? new Map<string, Resolved>();
    this.#resolved.set(path, known.set(method, resolved));
  }

  /** Published spellings of all namespaces. */
  namespaces(): string[] {
    return [...this.#namespaces.values()].flatMap((types) => types[0]?.namespace ?? []);
  }

  /** The types of a namespace, in any case; empty when there is no such namespace. */
  typesOf(namespace: string): readonly ResourceType[] {
    return this.#namespaces.get(namespace.toLowerCase()) ?? [];
  }

  /** Every type that is in the lists of resources. */
  trackedTypes(): ResourceType[] {
    return [...this.#types.values()].filter((type) => type.tracked);
  }
}

/** Every operation of a type, once each: first what reads and writes, then the DELETE, then the actions. */
export function operationsOf(type: ResourceType): ArmOperation[] {
  const { actions = {}, delete: remove, ...others } = type.operations;
  return [...Object.values(others), ...(remove === undefined ? [] : [remove]), ...Object.values(actions)];
}

/** The type of the resource that an extension resource is on. @throws ArmError when there is no such type. */
export function extendedType(path: ArmPath, registry: Registry, version = ""): ResourceType {
  const { namespace, types, isNative } = path;
  const published = registry.typesOf(namespace)[0]?.namespace;
  if (published === undefined) throw invalidNamespace(namespace, types);
  const type = registry.find(namespace, types);
  if (type === undefined || type.scope === "extension" || (type.isNative ?? false) !== isNative) {
    throw invalidType({ type: types.join("/"), namespace: published, version });
  }
  return type;
}
