import { once } from "node:events";
import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { expect, test, vi } from "vitest";
import { transferLimits } from "../../../../src/data-plane/limits.ts";
import { putBlob } from "../../../../src/data-plane/transfer/export-dump.ts";
import { failureOf, startHeldServer } from "../../../support/held-server.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { tempDir } from "../../../support/temp-dir.ts";

vi.setConfig({ testTimeout: 30_000 });

const { silenceMs } = transferLimits;
const patient = new AbortController().signal;

/** More than the system buffers between two sockets. */
const muchBytes = 96 * 2 ** 20;

async function fileOf(bytes: number): Promise<string> {
  const file = join(await tempDir(), "a.rdb");
  await writeFile(file, "");
  await truncate(file, bytes);
  return file;
}

/** Pushes time until a promise settles, since buffered bytes may still move in the meantime. */
async function pushUntil(end: Promise<unknown>, clock: ManualClock): Promise<void> {
  const ended = end.then(() => true);
  while (!(await Promise.race([ended, clock.advance(silenceMs).then(() => false)])));
}

test.each([
  ["accepts a blob", 10],
  ["accepts the beginning of a blob", muchBytes],
])("an export to a server that %s and never answers fails, without the signature", async (_what, bytes) => {
  const clock = new ManualClock();
  const { url, held } = await startHeldServer();
  const put = putBlob(await fileOf(bytes), new URL(`${url}/a.rdb?sig=secret`), {
    clock,
    signal: patient,
    linkLocalTransfers: false,
  });
  const failure = failureOf(put);
  await held;
  await pushUntil(failure, clock);
  expect(await failure).toMatchObject({
    code: "DataTransferFailed",
    message: `The data could not be written to '${url}/a.rdb': nothing has moved for 30 seconds.`,
  });
});

test("an export fails after the given limit of silence", async () => {
  const clock = new ManualClock();
  const { url, held } = await startHeldServer();
  const put = putBlob(await fileOf(10), new URL(url), {
    clock,
    signal: patient,
    linkLocalTransfers: false,
    limits: { silenceMs: 2_000 },
  });
  const failure = failureOf(put);
  await held;
  await pushUntil(failure, clock);
  expect(await failure).toMatchObject({ message: expect.stringContaining("nothing has moved for 2 seconds.") });
});

test("an export to a slow server succeeds", async () => {
  const clock = new ManualClock();
  const { url, held } = await startHeldServer();
  const put = putBlob(await fileOf(muchBytes), new URL(url), { clock, signal: patient, linkLocalTransfers: false });
  const { request, response } = await held;
  let bytes = 0;
  for (const until of [muchBytes / 2, muchBytes]) {
    await clock.advance(silenceMs - 1);
    while (bytes < until) {
      const piece = request.read() as Buffer | null;
      if (piece === null) await once(request, "readable");
      else bytes += piece.length;
    }
  }
  await clock.advance(silenceMs - 1);
  response.writeHead(201).end();
  await put;
  expect(bytes).toBe(muchBytes);
});

test("an export that the server refuses early fails with the status", async () => {
  const { url, held } = await startHeldServer();
  const put = putBlob(await fileOf(muchBytes), new URL(`${url}/a.rdb?sig=secret`), {
    clock: new ManualClock(),
    signal: patient,
    linkLocalTransfers: false,
  });
  const failure = failureOf(put);
  (await held).response.writeHead(403).end();
  expect(await failure).toMatchObject({
    code: "DataTransferFailed",
    message: `The data could not be written to '${url}/a.rdb': the answer was 403.`,
  });
});

test("an export that is aborted closes its connection", async () => {
  const stop = new AbortController();
  const { url, held } = await startHeldServer();
  const put = putBlob(await fileOf(muchBytes), new URL(url), {
    clock: new ManualClock(),
    signal: stop.signal,
    linkLocalTransfers: false,
  });
  const failure = failureOf(put);
  const { request } = await held;
  const why = new Error("It is no longer wanted.");
  stop.abort(why);
  expect(await failure).toBe(why);
  await expect(finished(request.resume())).rejects.toThrow("aborted");
});
