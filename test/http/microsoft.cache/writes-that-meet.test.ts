import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { ArmError } from "../../../src/arm/arm-error.ts";
import { microsoftCache } from "../../../src/providers/microsoft.cache/provider.ts";
import { startArmServer, type ArmServer } from "../../support/arm-server.ts";
import { requestConnection } from "../../support/connections.ts";
import { idleDataPlane } from "../../support/idle-data-plane.ts";
import type { Answer } from "../../support/inject.ts";
import type { Store } from "../../../src/store/store.ts";
import { stamped } from "../../support/stamped.ts";

/*
 * The table of docs/writes-that-meet.md, cell by cell.
 */

const version = "api-version=2026-09-01";
const durationMs = 1_000;
/** So that the operation that begins first ends first. */
const headStartMs = 10;
const cluster = (sku: string) => ({
  location: "eastus",
  sku: { name: sku },
  properties: { publicNetworkAccess: "Enabled" },
});
const assignmentOf = (last: number) => ({
  properties: { user: { objectId: `6497c918-11ad-41e7-1b0f-7c518a87d0b${last}` } },
});

/** A cluster with a database, assignments `a1` and `a2`, and a connection that waits. */
interface Place {
  readonly server: ArmServer;
  readonly id: string;
  readonly send: (method: "GET" | "PUT" | "PATCH" | "POST" | "DELETE", path: string, body?: object) => Promise<Answer>;
}

async function startPlace(store?: Store): Promise<Place> {
  const server = await startArmServer({
    timing: store === undefined ? { kind: "instant" } : { kind: "fixed", durationMs },
    ...(store === undefined ? {} : { store }),
    providers: [(services) => microsoftCache({ ...services, dataPlane: store && idleDataPlane })],
  });
  const group = store === undefined ? await server.addGroup() : `${server.subscription}/resourceGroups/rg1`;
  const id = `${group}/providers/Microsoft.Cache/redisEnterprise/cache1`;
  return { server, id, send: (method, path, body) => server.request(method, `${id}${path}?${version}`, body) };
}

/** Another server, with instant timing, creates what exists before. */
async function settledPlace(without: "nothing" | "cluster" | "database" = "nothing"): Promise<Place> {
  const { server, id, send } = await startPlace();
  if (without !== "cluster") {
    await send("PUT", "", cluster("Balanced_B1"));
    await requestConnection(server, { clusterId: id });
  }
  if (without === "nothing") {
    await send("PUT", "/databases/default", {});
    for (const last of [1, 2])
      await send("PUT", `/databases/default/accessPolicyAssignments/a${last}`, assignmentOf(last));
  }
  return startPlace(server.store);
}

const decision = { properties: { privateLinkServiceConnectionState: { status: "Approved" } } };
const database = "/databases/default";
const assignments = `${database}/accessPolicyAssignments`;
const connection = "/privateEndpointConnections/pectest01";

interface Begun {
  readonly place: Place;
  /** The id, below the cluster, of the busy resource. */
  readonly busy: string;
  readonly answer: Answer;
}

const begun = async (place: Place, busy: string, answer: Promise<Answer>): Promise<Begun> => {
  const given = await answer;
  expect(given.status).toBeLessThan(300);
  return { place, busy, answer: given };
};

/** The writes in progress, by the columns' names. */
const beginnings: Readonly<Record<string, () => Promise<Begun>>> = {
  "cluster created": async () => {
    const place = await settledPlace("cluster");
    return begun(place, "", place.send("PUT", "", cluster("Balanced_B1")));
  },
  "cluster changed": async () => {
    const place = await settledPlace();
    return begun(place, "", place.send("PATCH", "", { sku: { name: "Balanced_B5" } }));
  },
  "cluster deleted": async () => {
    const place = await settledPlace();
    return begun(place, "", place.send("DELETE", ""));
  },
  "database created": async () => {
    const place = await settledPlace("database");
    return begun(place, database, place.send("PUT", database, {}));
  },
  "database changed": async () => {
    const place = await settledPlace();
    return begun(place, database, place.send("PUT", database, {}));
  },
  "database deleted": async () => {
    const place = await settledPlace();
    return begun(place, database, place.send("DELETE", database));
  },
  "assignment written": async () => {
    const place = await settledPlace();
    return begun(place, `${assignments}/a1`, place.send("PUT", `${assignments}/a1`, assignmentOf(1)));
  },
  "assignment deleted": async () => {
    const place = await settledPlace();
    return begun(place, `${assignments}/a1`, place.send("DELETE", `${assignments}/a1`));
  },
  "connection decided": async () => {
    const place = await settledPlace();
    return begun(place, connection, place.send("PUT", connection, decision));
  },
  "connection deleted": async () => {
    const place = await settledPlace();
    return begun(place, connection, place.send("DELETE", connection));
  },
};

type Arrival = (place: Place) => Promise<Pick<Answer, "status" | "body" | "headers">>;
const sasUri = "https://account.blob.core.windows.net/dumps/a.rdb";

/** The writes that arrive, by the rows' names. */
const arrivals: Readonly<Record<string, Arrival>> = {
  "PUT of the cluster as it is": async ({ send }) => {
    const { body } = await send("GET", "");
    return send("PUT", "", body as object);
  },
  "PATCH of its tags": ({ send }) => send("PATCH", "", { tags: { a: "1" } }),
  "PATCH of its SKU": ({ send }) => send("PATCH", "", { sku: { name: "Balanced_B3" } }),
  "DELETE of the cluster": ({ send }) => send("DELETE", ""),
  "PUT of the database": ({ send }) => send("PUT", database, {}),
  "PATCH of the database": ({ send }) => send("PATCH", database, {}),
  "DELETE of the database": ({ send }) => send("DELETE", database),
  flush: ({ send }) => send("POST", `${database}/flush`),
  import: ({ send }) => send("POST", `${database}/import`, { sasUris: [sasUri] }),
  export: ({ send }) => send("POST", `${database}/export`, { sasUri }),
  regenerateKey: ({ send }) => send("POST", `${database}/regenerateKey`, { keyType: "Primary" }),
  listKeys: ({ send }) => send("POST", `${database}/listKeys`),
  "PUT of the same assignment": ({ send }) => send("PUT", `${assignments}/a1`, assignmentOf(1)),
  "PUT of another assignment": ({ send }) => send("PUT", `${assignments}/a3`, assignmentOf(3)),
  "DELETE of the same assignment": ({ send }) => send("DELETE", `${assignments}/a1`),
  "DELETE of another assignment": ({ send }) => send("DELETE", `${assignments}/a2`),
  "PUT of a connection": ({ send }) => send("PUT", connection, decision),
  "DELETE of a connection": ({ send }) => send("DELETE", connection),
  "a private endpoint's request": async ({ server, id }) => {
    try {
      await requestConnection(server, { clusterId: id, name: "another" });
      return { status: 201, body: undefined, headers: {} };
    } catch (cause) {
      if (!(cause instanceof ArmError)) throw cause;
      const { status, code, message } = cause;
      const tail = "CorrelationID=0-0 RequestID=0-0 Timestamp=";
      return { status, body: { error: { code, message: `${message} ${tail}` } }, headers: {} };
    }
  },
};

/** The cells of the document's table: row, column and text. */
async function readTable(): Promise<(readonly [row: string, column: string, cell: string])[]> {
  const page = await readFile(new URL("../../../docs/writes-that-meet.md", import.meta.url), "utf8");
  const lines = page.split("\n").filter((line) => line.startsWith("|"));
  const [head = [], , ...rows] = lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return rows.flatMap(([row = "", ...cells]) =>
    cells.map((cell, index) => [row, head[index + 1] ?? "", cell] as const),
  );
}

const table = await readTable();

test("the table has a row for every write that arrives, and a column for every write that can be in progress", () => {
  expect(new Set(table.map(([row]) => row))).toEqual(new Set(Object.keys(arrivals)));
  expect(new Set(table.map(([, column]) => column))).toEqual(new Set(Object.keys(beginnings)));
});

const statusAfter = async (
  { server }: Place,
  { headers }: Pick<Answer, "headers">,
  afterMs: number,
): Promise<unknown> => {
  await server.clock.advance(afterMs);
  const url = (headers["azure-asyncoperation"] ?? "").replace(/^https:\/\/[^/]+/, "");
  return (await server.request("GET", url)).body;
};

const outcomes: Readonly<Record<string, (first: Begun, second: Awaited<ReturnType<Arrival>>) => Promise<void>>> = {
  async taken({ place, answer }, { status }) {
    expect(status).toBeLessThan(300);
    expect(await statusAfter(place, answer, durationMs)).toMatchObject({ status: "Succeeded" });
  },
  async "409"({ place, busy, answer }, { status, body }) {
    const sentence =
      `The resource '${place.id}${busy}' is busy processing a previous update request or is undergoing system maintenance.  ` +
      "As such, it is currently unable to accept the update request.  Please try again later.";
    const { error } = body as { error: { code: string; message: string } };
    expect([status, error.code]).toEqual([409, "Conflict"]);
    const isTold = error.message.includes("CorrelationID=0-0");
    expect(error.message).toEqual(isTold ? expect.stringContaining(sentence) : stamped(sentence));
    expect(await statusAfter(place, answer, durationMs)).toMatchObject({ status: "Succeeded" });
  },
  async joins({ place, answer }, second) {
    expect(second.status).toBe(202);
    expect(second.headers["azure-asyncoperation"]).toBe(answer.headers["azure-asyncoperation"]);
    expect(await statusAfter(place, answer, durationMs)).toMatchObject({ status: "Succeeded" });
  },
  async cancels({ place, answer }, second) {
    expect(second.status).toBe(202);
    expect(await statusAfter(place, answer, 0)).toMatchObject({ status: "Canceled", error: { code: "Canceled" } });
    expect(await statusAfter(place, second, durationMs)).toMatchObject({ status: "Succeeded" });
  },
  async fails({ place, answer }, second) {
    expect(second).toMatchObject({ status: 201, body: { properties: { provisioningState: "Creating" } } });
    expect(await statusAfter(place, answer, durationMs)).toMatchObject({ status: "Succeeded" });
    expect(await statusAfter(place, second, headStartMs)).toMatchObject({
      status: "Failed",
      error: { code: "OperationFailed", message: "The operation failed." },
    });
    const { body } = await place.send("GET", `${assignments}/a3`);
    expect(body).toMatchObject({ properties: { provisioningState: "Failed" } });
    expect(body).not.toHaveProperty("properties.provisioningError");
    expect((await place.send("PUT", `${assignments}/a3`, assignmentOf(3))).status).toBe(200);
    await place.server.clock.advance(durationMs);
    expect((await place.send("GET", `${assignments}/a3`)).body).toMatchObject({
      properties: { provisioningState: "Succeeded" },
    });
  },
};

describe.each(Object.keys(beginnings))("while a %s is in progress", (column) => {
  test.each(table.filter(([, at, cell]) => at === column && cell !== "–"))(
    "%s during %s has the outcome of the table: %s",
    async (row, _column, cell) => {
      const [begin, arrive, check] = [beginnings[column], arrivals[row], outcomes[cell]];
      expect(check).toBeTypeOf("function");
      if (begin === undefined || arrive === undefined) throw new Error(`Nothing is known of '${row}'.`);
      const first = await begin();
      await first.place.server.clock.advance(headStartMs);
      await check?.(first, await arrive(first.place));
    },
    60_000,
  );
});
