import { sendPut } from "../../src/arm/pipeline/internal-put.ts";
import { parentIdOf, subscriptionKeyOf } from "../../src/arm/resource-id.ts";
import { UnservedBook } from "../../src/arm/unserved.ts";
import { startProviders } from "../../src/app/providers.ts";
import { resolveSettings } from "../../src/cli/settings/resolve.ts";
import { storeFile, takeDataDirectory } from "../../src/data-dir/data-directory.ts";
import { administratorName, defaultTenantId, namedUser } from "../../src/identity/principals/local-principals.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { nameUuid } from "../../src/kernel/ids.ts";
import type { JsonObject } from "../../src/kernel/json.ts";
import { createLog } from "../../src/kernel/log.ts";
import { ShutdownStack } from "../../src/kernel/shutdown.ts";
import { createAccessCheck } from "../../src/providers/microsoft.authorization/access/access-check.ts";
import { createLockCheck } from "../../src/providers/microsoft.authorization/access/lock-check.ts";
import { seedSubscription } from "../../src/providers/microsoft.resources/subscriptions/subscription.ts";
import { listBelow, saveResource } from "../../src/store/resources.ts";
import { openSqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import type { Store } from "../../src/store/store.ts";
import { cellName, cellRequests, cellSize, idsOf, securityGroupRequest, subscriptionOf } from "./cells.ts";

/**
 * Fills the store of a new data directory with cells of 1,000 resources. The first cell is made by the product's own PUTs;
 * the others are its rows with other names and ids, written through the store.
 */
export async function fillStore({ dataDir, cells }: { dataDir: string; cells: number }): Promise<void> {
  const log = createLog("warn");
  const stack = new ShutdownStack({ limitMs: 60_000, log, fieldsOf: (cause) => ({ err: cause }) });
  try {
    stack.add("data directory", takeDataDirectory(dataDir));
    const store = stack.add("store", await openSqliteStore({ file: storeFile(dataDir) }));
    await makeFirstCell({ dataDir, store, stack });
    const rows = await readFirstCell(store);
    for (let cell = 1; cell < cells; cell += 1) await copyCell(store, rows, cell);
  } finally {
    await stack.close();
  }
}

async function makeFirstCell(made: { dataDir: string; store: Store; stack: ShutdownStack }): Promise<void> {
  const { dataDir, store, stack } = made;
  const resolved = resolveSettings({
    flags: new Map([["data-dir", dataDir]]),
    env: {},
    homeDir: dataDir,
    workingDir: dataDir,
  });
  if ("problems" in resolved) throw new Error(resolved.problems.join(" "));
  const log = createLog("warn");
  const context = { settings: resolved.settings, store, clock: systemClock, log, stack };
  const access = createAccessCheck({ store });
  const checks = { access, lockedScopes: createLockCheck({ store }), unserved: new UnservedBook() };
  const registry = await startProviders(context, { ...checks, databases: undefined });
  const owner = namedUser(defaultTenantId, administratorName);
  const caller = { caller: owner, origin: "https://localhost", correlationId: "bench" };
  const arm = { ...checks, ...access, store, clock: systemClock, registry };
  for (const request of cellRequests(0)) await sendPut(request, caller, arm);
  const { length } = await listBelow(store, idsOf(0).group.toLowerCase());
  for (let index = 0; index < cellSize - 1 - length; index += 1) {
    await sendPut(securityGroupRequest(0, index), caller, arm);
  }
}

/** A row of the first cell, as text in which names and ids are replaced. */
interface Row {
  readonly typeKey: string;
  readonly text: string;
}

async function readFirstCell(store: Store): Promise<readonly Row[]> {
  const groupKey = idsOf(0).group.toLowerCase();
  const subscriptionKey = groupKey.split("/").slice(0, 3).join("/");
  const all = await listBelow(store, subscriptionKey);
  const rows = all.filter(({ key }) => key === groupKey || key.startsWith(`${groupKey}/`));
  if (rows.length !== cellSize) throw new Error(`The first cell has ${rows.length} resources, not ${cellSize}.`);
  return rows.map(({ typeKey, id, document }) => ({ typeKey, text: JSON.stringify({ id, document }) }));
}

/** One transaction a cell. */
async function copyCell(store: Store, rows: readonly Row[], cell: number): Promise<void> {
  const nowMs = Date.now();
  const subscriptionId = subscriptionOf(cell);
  await store.write(async (tx) => {
    const displayName = `Bench ${subscriptionId}`;
    await seedSubscription(tx, { subscriptionId, displayName, tenantId: defaultTenantId, nowMs });
    for (const { typeKey, text } of rows) {
      const { id, document } = JSON.parse(renamed(text, cell)) as { id: string; document: JsonObject };
      const parentKey = parentIdOf(id).toLowerCase();
      await saveResource(tx, { id, typeKey, parentKey, subscriptionKey: subscriptionKeyOf(id), document }, nowMs);
    }
  });
}

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Each id that is generated becomes another one, the same wherever it stands in the cell. */
function renamed(text: string, cell: number): string {
  const from = subscriptionOf(0);
  const to = subscriptionOf(cell);
  return text
    .replaceAll(cellName(0), cellName(cell))
    .replaceAll(uuid, (found) => (found === from ? to : nameUuid(found, String(cell))));
}
