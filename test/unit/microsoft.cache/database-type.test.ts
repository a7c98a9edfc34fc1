import { describe, expect, test } from "vitest";
import { createLog } from "../../../src/kernel/log.ts";
import type { OperationKind } from "../../../src/operations/operation-kind.ts";
import { databaseType } from "../../../src/providers/microsoft.cache/databases/database-type.ts";
import { databaseWork, databases } from "../../../src/providers/microsoft.cache/databases/database.ts";
import type { DatabaseDocument } from "../../../src/providers/microsoft.cache/databases/database.ts";
import { startDatabaseServer } from "../../support/database-server.ts";

const timing = { kind: "azure" } as const;
const error = { code: "OperationFailed", message: "The operation failed." };

/** A database in creation, its operation as a kind of operations gets it, and those kinds. */
async function startCreating() {
  const server = await startDatabaseServer({ timing });
  await server.putDatabase();
  const document = async (): Promise<DatabaseDocument> =>
    (await databases.require(server.store, server.database)).document;
  const id = (await document()).operationId ?? "";
  const context = { timing, log: createLog("silent"), dataPlane: undefined, consumer: undefined, retiredSkus: false };
  const { work: kinds = [] } = databaseType({ ...server, ...context });
  const kindCalled = (name: string): OperationKind => {
    const kind = kinds.find((each) => each.name === name);
    if (kind === undefined) throw new Error(`No kind is called '${name}'.`);
    return kind;
  };
  return { ...server, document, kindCalled, subject: { id, resourceId: server.database, input: {} } };
}

describe("the operations on a database", () => {
  test.each([
    [databaseWork.create.name, "Creating", "CreateFailed"],
    [databaseWork.write.name, "Updating", "UpdateFailed"],
    [databaseWork.upgrade.name, "Updating", "UpdateFailed"],
    [databaseWork.delete.name, "Deleting", "DeleteFailed"],
  ] as const)("leaves the database failed when %s fails", async (name, state, failed) => {
    const { store, clock, database, document, kindCalled, subject } = await startCreating();
    const states = { provisioningState: state, resourceState: state };
    await store.write(async (tx) => {
      const current = await databases.require(tx, database);
      await databases.update(tx, current, { document: { ...current.document, ...states } }, clock.nowMs());
    });
    await store.write((tx) => kindCalled(name).fail(tx, subject, error));
    expect(await document()).toMatchObject({ provisioningState: "Failed", resourceState: failed });
    expect(await document()).not.toHaveProperty("operationId", expect.any(String));
  });

  test.each(Object.values(databaseWork).map(({ name }) => name))(
    "changes nothing at the end of %s when the database waits for a later operation",
    async (name) => {
      const { store, document, kindCalled, subject } = await startCreating();
      const before = await document();
      const kind = kindCalled(name);
      await store.write((tx) => kind.succeed(tx, { ...subject, id: "another" }));
      await store.write((tx) => kind.fail(tx, { ...subject, id: "another" }, error));
      expect(await document()).toEqual(before);
    },
  );

  test.each([databaseWork.flush.name, databaseWork.import.name, databaseWork.export.name])(
    "fails %s permanently when the data plane no longer runs",
    async (name) => {
      const { kindCalled, subject } = await startCreating();
      const work = kindCalled(name).work?.({ ...subject, input: { sasUris: [], sasUri: "" } }, AbortSignal.abort());
      await expect(work).rejects.toMatchObject({
        code: "DataPlaneNotRunning",
        message: "The data plane is not running.",
      });
    },
  );
});
