import { expect, test } from "vitest";
import type {
  AskedModule,
  DatabaseDataPlane,
  ModuleFinding,
} from "../../../src/providers/microsoft.cache/data-plane.ts";
import { idleDataPlane } from "../../support/idle-data-plane.ts";
import { startDatabaseServer } from "../../support/database-server.ts";
import { stamped } from "../../support/stamped.ts";

/** A data plane with the same finding for every module, which records what it was asked. */
function finding(found: ModuleFinding): DatabaseDataPlane & { readonly asked: AskedModule[] } {
  const asked: AskedModule[] = [];
  const checkModules = async (modules: readonly AskedModule[]): Promise<ModuleFinding[]> => {
    asked.push(...modules);
    return modules.map(() => found);
  };
  return { ...idleDataPlane, checkModules, asked };
}

const settings = {
  clusteringPolicy: "EnterpriseCluster",
  modules: [{ name: "redisjson" }, { name: "RedisBloom", args: "X 1" }],
};

test("shows the versions that modules report, except those that every creation shows", async () => {
  const dataPlane = finding({ version: "9.8.7" });
  const { putDatabase } = await startDatabaseServer({ dataPlane });
  const shown = (bloom: string) => [
    { name: "RedisJSON", args: "", version: "9.8.7" },
    { name: "RedisBloom", args: "X 1", version: bloom },
  ];
  expect(await putDatabase(settings)).toMatchObject({ status: 201, body: { properties: { modules: shown("2.2.4") } } });
  expect(await putDatabase(settings)).toMatchObject({ status: 200, body: { properties: { modules: shown("9.8.7") } } });
  expect(dataPlane.asked).toEqual([
    { name: "RedisJSON", args: "" },
    { name: "RedisBloom", args: "X 1" },
  ]);
});

test("shows a version that Azure has had for modules that report none or are not loaded", async () => {
  const { call, database, putDatabase } = await startDatabaseServer({ dataPlane: finding({ version: undefined }) });
  expect(await putDatabase(settings)).toMatchObject({
    status: 201,
    body: { properties: { modules: [{ version: "2.8.4" }, { version: "2.2.4" }] } },
  });
  expect(await call("GET", database)).toMatchObject({
    body: { properties: { modules: [{ version: "2.8.4" }, { version: "2.8.8" }] } },
  });
});

test("refuses a missing module with what to do about it, and creates nothing", async () => {
  const { call, database, putDatabase } = await startDatabaseServer({ dataPlane: finding({ refusal: "is missing." }) });
  expect(await putDatabase({ ...settings, modules: [{ name: "RedisJSON" }] })).toMatchObject({
    status: 400,
    body: {
      error: {
        code: "BadRequest",
        target: null,
        message: stamped("The module 'RedisJSON' is missing."),
      },
    },
  });
  expect(await putDatabase(settings)).toMatchObject({
    status: 400,
    body: { error: { details: [{ target: "properties.modules[0].name" }, { target: "properties.modules[1].name" }] } },
  });
  expect(await call("GET", database)).toMatchObject({ status: 404 });
});

test("checks no modules for a database without modules", async () => {
  const dataPlane = finding({ refusal: "is missing." });
  const { putDatabase } = await startDatabaseServer({ dataPlane });
  expect(await putDatabase({ modules: [] })).toMatchObject({ status: 201 });
  expect(dataPlane.asked).toEqual([]);
});
