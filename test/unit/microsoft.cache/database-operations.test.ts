import { describe, expect, test } from "vitest";
import type { OperationKind } from "../../../src/operations/operation-kind.ts";
import type { DatabaseDocument } from "../../../src/providers/microsoft.cache/databases/database.ts";
import {
  databaseKinds,
  databaseOperations,
} from "../../../src/providers/microsoft.cache/databases/database-operations.ts";
import { findResource } from "../../../src/store/resources.ts";
import { startDatabaseServer } from "../../support/database-server.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const clock = new ManualClock();
const error = { code: "OperationFailed", message: "The operation failed." };

function kindCalled(name: string): OperationKind {
  const kind = databaseOperations({ clock, dataPlane: undefined }).find((each) => each.name === name);
  if (kind === undefined) throw new Error(`No kind is called '${name}'.`);
  return kind;
}

/** A database in creation, and its operation as a kind of operations gets it. */
async function startCreating() {
  const server = await startDatabaseServer({ timing: { kind: "azure" } });
  await server.putDatabase();
  const document = async (): Promise<DatabaseDocument | undefined> =>
    (await findResource<DatabaseDocument>(server.store, server.database))?.document;
  const id = (await document())?.operationId ?? "";
  return { ...server, document, subject: { id, resourceId: server.database, input: {} } };
}

describe("the operations on a database", () => {
  test.each([
    [databaseKinds.create, "CreateFailed"],
    [databaseKinds.update, "UpdateFailed"],
    [databaseKinds.upgrade, "UpdateFailed"],
    [databaseKinds.delete, "DeleteFailed"],
  ])("leaves the database failed when %s fails", async (name, resourceState) => {
    const { store, document, subject } = await startCreating();
    await store.write((tx) => kindCalled(name).fail(tx, subject, error));
    expect(await document()).toMatchObject({ provisioningState: "Failed", resourceState });
    expect(await document()).not.toHaveProperty("operationId", expect.any(String));
  });

  test.each(Object.values(databaseKinds))(
    "changes nothing at the end of %s when the database waits for a later operation",
    async (name) => {
      const { store, document, subject } = await startCreating();
      const before = await document();
      const kind = kindCalled(name);
      await store.write((tx) => kind.succeed(tx, { ...subject, id: "another" }));
      await store.write((tx) => kind.fail(tx, { ...subject, id: "another" }, error));
      expect(await document()).toEqual(before);
    },
  );

  test.each([databaseKinds.flush, databaseKinds.import, databaseKinds.export])(
    "fails %s permanently when the data plane no longer runs",
    async (name) => {
      const subject = { id: "1", resourceId: "/x", input: { sasUris: [], sasUri: "" } };
      await expect(kindCalled(name).work?.(subject, AbortSignal.abort())).rejects.toMatchObject({
        code: "DataPlaneNotRunning",
        message: "The data plane is not running.",
      });
    },
  );
});
