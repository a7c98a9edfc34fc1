import { describe, expect, test } from "vitest";
import { startCacheServer, type CacheServer } from "../../support/cache-server.ts";
import { clusterRequest, fault, refusal, shapeFault } from "../../support/cluster-bodies.ts";

const version = "2025-08-01-preview";
const monday = { type: "Weekly", duration: "PT5H", startHourUtc: 3, schedule: { dayOfWeek: "Monday" } };
const friday = { ...monday, schedule: { dayOfWeek: "Friday" } };
const list = "properties.maintenanceConfiguration.maintenanceWindows";

const withWindows = (windows: unknown) => ({
  ...clusterRequest,
  properties: { ...clusterRequest.properties, maintenanceConfiguration: { maintenanceWindows: windows } },
});

async function windowsOf({ send }: CacheServer): Promise<unknown> {
  const { body } = await send("GET", "c1", undefined, version);
  const { properties } = body as { properties: { maintenanceConfiguration?: { maintenanceWindows: unknown } } };
  return properties.maintenanceConfiguration?.maintenanceWindows;
}

describe("maintenance windows", () => {
  test("maintenance windows read as they were set, in the published spelling, and only in versions that have them", async () => {
    const server = await startCacheServer();
    const spelled = { ...monday, type: "weekly", schedule: { dayOfWeek: "MONDAY" } };
    const created = await server.send("PUT", "c1", withWindows([spelled, friday]), version);
    expect(created).toMatchObject({
      status: 201,
      body: { properties: { maintenanceConfiguration: { maintenanceWindows: [monday, friday] } } },
    });
    expect(await windowsOf(server)).toEqual([monday, friday]);
    const older = (await server.send("GET", "c1")).body as { properties: object };
    expect(older.properties).not.toHaveProperty("maintenanceConfiguration");
  });

  test("a PUT without maintenance windows removes them only in a version that has them", async () => {
    const server = await startCacheServer();
    await server.send("PUT", "c1", withWindows([monday]), version);
    const older = { ...withWindows(5), tags: { a: "1" } };
    expect((await server.send("PUT", "c1", older, "2025-07-01")).status).toBe(200);
    expect(await windowsOf(server)).toEqual([monday]);
    await server.send("PUT", "c1", clusterRequest, version);
    expect(await windowsOf(server)).toBeUndefined();
  });

  test.each([
    [{}, [monday]],
    [{ maintenanceConfiguration: {} }, [monday]],
    [{ maintenanceConfiguration: { maintenanceWindows: [friday] } }, [friday]],
    [{ maintenanceConfiguration: { maintenanceWindows: [] } }, undefined],
    [{ maintenanceConfiguration: { maintenanceWindows: null } }, undefined],
    [{ maintenanceConfiguration: null }, undefined],
  ])("PATCH merges maintenance windows: %j", async (properties, expected) => {
    const server = await startCacheServer();
    await server.send("PUT", "c1", withWindows([monday]), version);
    expect((await server.send("PATCH", "c1", { properties }, version)).status).toBe(200);
    expect(await windowsOf(server)).toEqual(expected);
  });

  test.each(["PUT", "PATCH"] as const)(
    "%s changes maintenance windows at once, even where other changes take time",
    async (method) => {
      const server = await startCacheServer({ timing: { kind: "azure" } });
      await server.send("PUT", "c1", clusterRequest, version);
      await server.clock.advance(5 * 60_000);
      const changed = await server.send(method, "c1", { ...withWindows([monday]), tags: { a: "1" } }, version);
      expect(changed).toMatchObject({
        status: 200,
        body: { tags: { a: "1" }, properties: { provisioningState: "Succeeded", resourceState: "Running" } },
      });
      expect(changed.headers).not.toHaveProperty("azure-asyncoperation");
      expect(changed.headers).not.toHaveProperty("location");
      expect(await windowsOf(server)).toEqual([monday]);
    },
  );

  test.each([
    ["no duration", { duration: "5 hours" }, "duration", "5 hours"],
    ["an empty duration", { duration: "PT" }, "duration", "PT"],
    ["a duration of nothing", { duration: "PT0H" }, "duration", "PT0H"],
    ["a duration whose length varies", { duration: "P1M" }, "duration", "P1M"],
  ])("maintenance windows with %s are refused", async (_title, change, property, value) => {
    const server = await startCacheServer();
    const target = `${list}[0].${property}`;
    expect(await refusal(server, withWindows([{ ...monday, ...change }]), version)).toMatchObject(
      fault(
        `The value '${value}' of property '${target}' is not a duration in ISO 8601 format and longer than none, for example 'PT5H'.`,
      ),
    );
  });

  test.each(["PT90M", "P1D", "P1DT2H30M", "PT1H30M15S", "P1W"])(
    "a maintenance window can last %s",
    async (duration) => {
      const { send } = await startCacheServer();
      expect((await send("PUT", "c1", withWindows([{ ...monday, duration }]), version)).status).toBe(201);
    },
  );

  test("the refusal of maintenance windows lists all faults", async () => {
    const server = await startCacheServer();
    const windows = [
      { ...monday, startHourUtc: 24 },
      { type: "Weekly", duration: "x", startHourUtc: -1 },
    ];
    const { body } = await refusal(server, withWindows(windows), version);
    const { error } = body as { error: { details: { target: string; message: string }[] } };
    expect(error.details.map(({ target }) => target)).toEqual([
      `${list}[0].startHourUtc`,
      `${list}[1].duration`,
      `${list}[1].startHourUtc`,
      `${list}[1].schedule.dayOfWeek`,
    ]);
    expect(error.details[0]?.message).toBe(
      `The value '24' of property '${list}[0].startHourUtc' is not an hour of the day, from 0 to 23.`,
    );
    expect(error.details[3]?.message).toBe(`The property '${list}[1].schedule.dayOfWeek' is required.`);
  });

  test.each([
    [5, `The value '5' of property '${list}' is not of type array or null.`],
    [
      [{ ...monday, type: "Daily" }],
      `The value 'Daily' of property '${list}[0].type' is not valid. Allowed values: 'Weekly'.`,
    ],
    [[{ type: "Weekly", duration: "PT5H" }], `The property '${list}[0].startHourUtc' is required.`],
    [
      [{ ...monday, startHourUtc: 1.5 }],
      `The value '1.5' of property '${list}[0].startHourUtc' is not of type integer.`,
    ],
  ])("maintenance windows of another shape are refused (%#)", async (windows, message) => {
    const server = await startCacheServer();
    expect(await refusal(server, withWindows(windows), version)).toMatchObject(shapeFault(message));
  });
});
