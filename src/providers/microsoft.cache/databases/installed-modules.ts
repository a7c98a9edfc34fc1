import { faultIf } from "../errors.ts";
import type { Fault } from "../errors.ts";
import type { ModuleFinding } from "./data-plane.ts";
import type { DatabaseModule } from "./database-document.ts";
import type { DatabaseRequest } from "./database-request.ts";
import type { DatabaseServices } from "./database-services.ts";
import { findDatabase } from "./database-store.ts";

/** What the data plane has to say of the modules that a new database asks for; nothing of one that is there. */
export async function findingsFor(
  { dataPlane, store }: DatabaseServices,
  databaseId: string,
  { modules }: DatabaseRequest,
): Promise<readonly ModuleFinding[]> {
  if (dataPlane === undefined || !modules?.length) return [];
  if ((await findDatabase(store, databaseId)) !== undefined) return [];
  return await dataPlane.checkModules(modules.map(({ name, args }) => ({ name, args: args ?? "" })));
}

/** The modules with the versions that they tell of themselves. */
export const asModulesAre = (
  modules: readonly DatabaseModule[],
  findings: readonly ModuleFinding[],
): readonly DatabaseModule[] =>
  modules.map((module, index) => {
    const finding = findings[index];
    const version = finding !== undefined && "version" in finding ? finding.version : undefined;
    return { ...module, version: version ?? module.version };
  });

/** What stands against modules that cannot be loaded. */
export const moduleFaults = (
  modules: readonly DatabaseModule[],
  findings: readonly ModuleFinding[],
): readonly Fault[] =>
  findings.flatMap((finding, index) => {
    const why = "refusal" in finding ? finding.refusal : undefined;
    const message = `The module '${modules[index]?.name}' ${why}`;
    return faultIf(why !== undefined, `modules[${index}].name`, message);
  });
