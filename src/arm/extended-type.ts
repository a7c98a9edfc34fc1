import type { ArmPath } from "./arm-path.ts";
import { invalidNamespace, invalidType } from "./errors.ts";
import type { Registry } from "./registry.ts";
import type { ResourceType } from "./resource-type.ts";

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
