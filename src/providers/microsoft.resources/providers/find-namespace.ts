import { invalidNamespace } from "../../../arm/errors.ts";
import type { Registry } from "../../../arm/registry.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";

/** The published spelling of the namespace that a path ends in. @throws ArmError when there is no such namespace. */
export function namespaceOf({ path }: Pick<ArmRequest, "path">, registry: Registry): string {
  const asked = path.names.at(-1) ?? "";
  const published = registry.typesOf(asked)[0]?.namespace;
  if (published === undefined) throw invalidNamespace(asked);
  return published;
}

/** Published spellings of all namespaces, sorted. */
export const sortedNamespaces = (registry: Registry): string[] => registry.namespaces().toSorted();
