import { spawnSync } from "node:child_process";
import { readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { armCaller, demoGroup, ownerToken } from "../support/arm-caller.ts";
import { runCuprite, startProgram, type Program } from "../support/program.ts";
import { tempDir } from "../support/temp-dir.ts";

const mayMount = process.platform === "linux" && process.getuid?.() === 0;
const full = "The disk with the data directory is full.";

/** A disk of so many KiB of its own; undefined where it may not be mounted. */
async function smallDisk(kib: number): Promise<string | undefined> {
  const folder = await tempDir();
  if (spawnSync("mount", ["-t", "tmpfs", "-o", `size=${kib}k`, "tmpfs", folder]).status !== 0) return undefined;
  onTestFinished(() => void spawnSync("umount", ["--lazy", folder]));
  return folder;
}

const fill = (disk: string): unknown => spawnSync("dd", ["if=/dev/zero", `of=${join(disk, "fill")}`, "bs=1k"]);

async function readiness({ origin, caPemPath }: Program): Promise<{ code: number | undefined; body: unknown }> {
  const outgoing = request(`${origin}/readyz`, { ca: await readFile(caPemPath, "utf8"), agent: false }).end();
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  return { code: response.statusCode, body: JSON.parse(await text(response)) };
}

const ready = { code: 200, body: { status: "ready" } };
const unready = (reason: string): object => ({ code: 503, body: { status: "unavailable", reason } });

describe.runIf(mayMount)("a full disk", () => {
  test("fails writes and /readyz with a sentence each, until there is space again", async (context) => {
    const disk = await smallDisk(4_096);
    if (disk === undefined) {
      context.skip("This machine lets nobody mount.");
      return;
    }
    const program = await startProgram({ dataDir: disk, args: ["--demo", "--timing", "1000"] });
    const arm = await armCaller(program, await ownerToken(program, disk));
    const put = (name: string) =>
      arm.call({
        method: "PUT",
        path: `${demoGroup}/providers/Microsoft.Cache/redisEnterprise/${name}`,
        body: {
          location: "eastus",
          sku: { name: "Balanced_B0" },
          properties: { publicNetworkAccess: "Enabled" },
        },
      });
    expect((await put("before")).status).toBe(201);
    fill(disk);
    let filler = 0;
    await vi.waitFor(
      async () => {
        filler += 1;
        expect((await put(`filler-${filler}`)).status).toBe(500);
      },
      { timeout: 30_000, interval: 1 },
    );
    await vi.waitFor(async () => expect(await readiness(program)).toEqual(unready(full)), {
      timeout: 10_000,
      interval: 100,
    });
    await rm(join(disk, "fill"));
    await vi.waitFor(async () => expect(await readiness(program)).toEqual(ready), {
      timeout: 10_000,
      interval: 100,
    });
    expect((await put("after")).status).toBe(201);
    expect(program.errors()).toContain(full);
    expect(program.errors()).not.toContain("SqliteError");
    expect(program.errors()).not.toContain("could not be recorded");
  });

  test("fails a start with one sentence, and a later start with space continues", async (context) => {
    const disk = await smallDisk(2_048);
    if (disk === undefined) {
      context.skip("This machine lets nobody mount.");
      return;
    }
    for (const roomKib of [0, 8, 24, 60]) {
      await writeFile(join(disk, "fill"), ""); // What the start before left is kept.
      fill(disk);
      await truncate(join(disk, "fill"), (await stat(join(disk, "fill"))).size - roomKib * 1_024);
      const start = ["start", "--port", "0", "--data-dir", disk, "--log-level", "silent", "--no-data-plane"];
      const { code, stderr } = await runCuprite(start);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^The disk with the data directory( \S+)? is full\.\n$/);
    }
    await rm(join(disk, "fill"));
    const program = await startProgram({ dataDir: disk, args: ["--no-data-plane"] });
    expect(await readiness(program)).toEqual(ready);
  });
});

test("the greeting, endpoints and /readyz report a data plane that cannot start", async () => {
  const dataDir = await tempDir();
  await writeFile(join(dataDir, "redis"), "in the way");
  const program = await startProgram({ dataDir, args: ["--demo"] });
  const reason = `Databases have no Redis. The data plane could not be started. EEXIST: file already exists, mkdir '${join(dataDir, "redis")}'`;
  expect(program.greeting).toContain(`\n${reason}\n`);
  expect(program.greeting).not.toContain("  Redis  ");
  expect(await readiness(program)).toEqual(unready(reason));
  expect((await runCuprite(["endpoints", "--data-dir", dataDir])).stderr).toContain(reason);
});
