import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import { expect, test } from "vitest";
import { openTlsMaterial, keepTlsFresh, type TlsMaterial } from "../../../src/tls/tls-material.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { tempDir } from "../../support/temp-dir.ts";

async function freshlyKept() {
  const clock = new ManualClock();
  const dataDir = await tempDir();
  const failures = new Arrivals<string>();
  const log = pino({ level: "error" }, { write: (line) => failures.add(line) });
  const options = { dataDir, hostNames: [], ipAddresses: [], clock, log };
  const material = await openTlsMaterial(options);
  const renewals = new Arrivals<TlsMaterial>();
  const keeper = keepTlsFresh({ material, options, onRenewed: (next) => renewals.add(next) });
  return { clock, dataDir, material, failures, renewals, keeper };
}

/** Collects what arrives, so that a test can wait for the next item. */
class Arrivals<T> {
  readonly #arrived: T[] = [];
  readonly #waiting: ((arrival: T) => void)[] = [];

  get count(): number {
    return this.#arrived.length;
  }

  add(arrival: T): void {
    const wake = this.#waiting.shift();
    if (wake === undefined) this.#arrived.push(arrival);
    else wake(arrival);
  }

  next(): Promise<T> {
    const arrived = this.#arrived.shift();
    return arrived === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(arrived);
  }
}

test("a running server gets a new certificate of the same authority each time the current one nears its end", async () => {
  const { clock, material, renewals, keeper } = await freshlyKept();
  await clock.advance(material.renewAtMs - clock.nowMs());
  const second = await renewals.next();
  expect(second.certPem).not.toBe(material.certPem);
  expect(second.caPem).toBe(material.caPem);
  await clock.advance(second.renewAtMs - clock.nowMs());
  expect((await renewals.next()).certPem).not.toBe(second.certPem);
  await keeper.close();
});

test("nothing is renewed before it is due, nor after close", async () => {
  const { clock, material, renewals, keeper } = await freshlyKept();
  await clock.advance(material.renewAtMs - clock.nowMs() - 1);
  await keeper.close();
  await clock.advance(1);
  expect(renewals.count).toBe(0);
});

test("a renewal that fails is logged and tried again an hour later", async () => {
  const { clock, dataDir, material, failures, renewals, keeper } = await freshlyKept();
  const path = join(dataDir, "tls", "server.pem");
  const whole = await readFile(path);
  await writeFile(path, "damaged");
  await clock.advance(material.renewAtMs - clock.nowMs());
  expect(await failures.next()).toContain(`${path} is damaged`);
  await writeFile(path, whole);
  await clock.advance(3_600_000);
  expect((await renewals.next()).certPem).not.toBe(material.certPem);
  await keeper.close();
});
