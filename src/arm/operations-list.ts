import type { Speaker } from "./arm-error.ts";
import { resourcesNamespace } from "./resource-id.ts";
import { operationsOf } from "./registry.ts";
import type { ArmOperation, ResourceType } from "./resource-type.ts";

/**
 * `/providers/{namespace}/operations`: every action that a role can grant on the types of a namespace.
 * It has the api-versions that any of them has.
 */
export function operationsListType(
  namespace: string,
  types: readonly ResourceType[],
  speaker: Speaker = namespace === resourcesNamespace ? "gateway" : "provider",
): ResourceType {
  const list: ArmOperation = {
    action: `${namespace}/operations/read`,
    display: { operation: "List Operations", description: `Lists the operations of ${namespace}.` },
    allowsEveryCaller: true,
    handle: async () => ({ status: 200, body: { value: allEntries() }, speaker }),
  };
  const type: ResourceType = {
    namespace,
    types: ["operations"],
    apiVersions: allVersions(types),
    locations: [],
    scope: "tenant",
    tracked: false,
    listed: true,
    operations: { list },
  };
  const allEntries = (): object[] => [...registrationEntries(namespace), ...entriesOf([type, ...types])];
  return type;
}

/** Newest first; versions sort by their date, and a preview after the stable version of its day. */
function allVersions(types: readonly ResourceType[]): ResourceType["apiVersions"] {
  const versions = types.map(({ apiVersions }) => apiVersions);
  if (versions.includes("any")) return "any";
  return [...new Set(versions.flat())].toSorted((a, b) => (a < b ? 1 : -1));
}

function entriesOf(types: readonly ResourceType[]): object[] {
  const entries = new Map<string, object>();
  for (const type of types) {
    for (const { action, display } of [...operationsOf(type), ...(type.listedActions ?? [])]) {
      const key = action.toLowerCase();
      if (!entries.has(key))
        entries.set(key, entry(action, { ...display, resource: type.types.join("/") }, type.namespace));
    }
  }
  return [...entries.values()];
}

/** Azure's contract requires the first. ARM itself does both. */
function registrationEntries(namespace: string): object[] {
  return ["Register", "Unregister"].map((operation) => {
    const description = `${operation}s a subscription for ${namespace}.`;
    return entry(`${namespace}/${operation.toLowerCase()}/action`, { operation, description, resource: "" }, namespace);
  });
}

function entry(
  name: string,
  display: { operation: string; description: string; resource: string },
  namespace: string,
): object {
  const { resource, operation, description } = display;
  const provider = namespace.replace(".", " ");
  return { name, isDataAction: false, display: { provider, resource, operation, description } };
}
