// Prints the data of Azure's built-in roles, from the pages of Microsoft's public documentation that list them:
// node scripts/built-in-roles.js <folder> > src/providers/microsoft.authorization/role-definitions/built-in-roles.json
// The folder is articles/role-based-access-control/built-in-roles of the repository MicrosoftDocs/azure-docs, or a part of it:
// roles that the data has already and the folder does not are kept.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const dataFile = new URL(
  "../src/providers/microsoft.authorization/role-definitions/built-in-roles.json",
  import.meta.url,
);

const [folder, known = dataFile] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name the folder with the pages.");

const roles = new Map(JSON.parse(readFileSync(known, "utf8")).map((role) => [role.roleId, role]));
for (const page of readdirSync(folder).filter((name) => name.endsWith(".md"))) {
  for (const role of rolesIn(readFileSync(join(folder, page), "utf8"))) roles.set(role.roleId, role);
}
const sorted = [...roles.values()].toSorted((a, b) => (a.roleName < b.roleName ? -1 : 1));
process.stdout.write(`${JSON.stringify(sorted, undefined, 2)}\n`);

/** The pages have every role twice: as a table, and as the JSON of ARM's response. */
function rolesIn(text) {
  return [...text.matchAll(/^```json\r?\n(.*?)^```/gms)].flatMap(([, block = ""]) => {
    const { roleType, roleName, description, assignableScopes, name, permissions } = JSON.parse(block);
    if (roleType !== "BuiltInRole") return [];
    return [{ roleId: name, roleName, description, assignableScopes, permissions }];
  });
}
