import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { listActiveOperations } from "../../src/store/operations.ts";
import type { ArmServer } from "../support/arm-server.ts";
import {
  everyWrite,
  readBack,
  sendAs,
  someVersions,
  startWithDatabase,
  startWithEverything,
} from "../support/every-write.ts";
import type { Write } from "../support/every-write.ts";
import { anyJsonText, hostileValues, pathsOf, textOf } from "../support/hostile-values.ts";
import { faultOf } from "../support/well-formed.ts";
import { cpuMsOf } from "../support/cpu-time.ts";

/** The response to a body that may be anything; `fault` says what is wrong with the response. */
interface Outcome {
  readonly status: number;
  readonly fault: string | undefined;
}

/** Sends a body: it has to be taken, or refused in ARM's form and change nothing. */
type Attack = (
  write: Write,
  body: string | Buffer,
  sent?: { readonly version?: string; readonly contentType?: string },
) => Promise<Outcome>;

async function begin(start: () => Promise<ArmServer> = startWithDatabase): Promise<Attack> {
  const server = await start();
  /** How each resource read when it was last looked at. */
  const seen = new Map<string, string>();
  return async (write, body, sent = {}) => {
    const before = seen.get(write.id) ?? (await readBack(server, write));
    const answer = await sendAs(server, write, body, sent);
    // What was begun by an action ends without anybody's doing, and is not to be taken for the next body's.
    if (answer.status === 202) await untilIdle(server, write.id);
    const after = await readBack(server, write);
    seen.clear();
    seen.set(write.id, after);
    const { status } = answer;
    if (status < 400 || after === before) return { status, fault: faultOf(answer) };
    return { status, fault: `The resource changed, though the answer was ${answer.text}` };
  };
}

const untilIdle = (server: ArmServer, id: string): Promise<void> =>
  vi.waitFor(async () => expect(await listActiveOperations(server.store, id)).toEqual([]), { interval: 2 });

const titled = everyWrite.map((write) => ({
  ...write,
  title: `${write.method} of ${(write.action ?? write.id).split("/").slice(-2).join("/")}`,
}));

/** Many requests in one test, on a machine that may be busy. */
const manyRequests = { timeout: 60_000 };

describe("a hostile value in the place of any other", () => {
  test.each(titled)(
    "$title refuses or ignores a hostile value in the place of any other",
    manyRequests,
    async (write) => {
      const attack = await begin(startWithEverything);
      for (const path of pathsOf(write.body)) {
        for (const value of hostileValues) {
          const body = textOf(write.body, path, value);
          expect({ body, ...(await attack(write, body)) }).toMatchObject({ fault: undefined });
        }
      }
    },
  );
});

/** A body that is valid up to one value, which may be the whole of it, in some api-version. */
const attempts = fc.constantFrom(...everyWrite).chain((write) =>
  fc.record({
    write: fc.constant(write),
    version: fc.constantFrom(...someVersions),
    body: fc
      .record({ path: fc.constantFrom([], ...pathsOf(write.body)), value: anyJsonText })
      .map(({ path, value }) => textOf(write.body, path, value)),
  }),
);

describe("a random value in the place of any other", () => {
  test(
    "every write refuses or ignores a random value in the place of any other, in every version",
    manyRequests,
    async () => {
      const attack = await begin(startWithEverything);
      await fc.assert(
        fc.asyncProperty(attempts, async ({ write, body, version }) => {
          expect(await attack(write, body, { version })).toMatchObject({ fault: undefined });
        }),
        { numRuns: 500 },
      );
    },
  );
});

describe("a body that is no JSON object", () => {
  const [, cluster] = everyWrite as [Write, Write];
  const valid = JSON.stringify(cluster.body);

  test("refuses a body that is cut off anywhere", manyRequests, async () => {
    const attack = await begin();
    for (let length = 1; length < valid.length; length += 1) {
      expect(await attack(cluster, valid.slice(0, length))).toEqual({ status: 400, fault: undefined });
    }
  });

  test.each<[string, string | Buffer]>([
    ["words", "hello"],
    ["XML", '<?xml version="1.0"?><a/>'],
    ["a form", "location=eastus"],
    ["a number", "1"],
    ["an array", `[${valid}]`],
    ["two objects", `${valid}${valid}`],
    ["single quotes", "{'location':'eastus'}"],
    ["a comment", `{/* */${valid.slice(1)}`],
    ["a comma too many", `${valid.slice(0, -1)},}`],
    ["NaN", '{"location":NaN}'],
    ["a control character as it is", '{"location":"a\nb"}'],
    ["a zero byte at its end", `${valid}\u0000`],
    ["half a surrogate pair, unescaped", Buffer.from([...Buffer.from('{"location":"'), 0xed, 0xa0, 0x80, 0x22, 0x7d])],
    ["bytes that are no UTF-8", Buffer.from([...Buffer.from('{"location":"'), 0xff, 0xfe, 0x22, 0x7d])],
    ["an overlong encoding", Buffer.from([...Buffer.from('{"location":"'), 0xc0, 0xaf, 0x22, 0x7d])],
    ["UTF-16", Buffer.from(valid, "utf16le")],
    ["two byte order marks", `\uFEFF\uFEFF${valid}`],
    ["101 levels", `${'{"a":'.repeat(101)}1${"}".repeat(101)}`],
    ["a million levels", '{"a":'.repeat(600_000)],
  ])("refuses a body that is %s", async (_what, body) => {
    const attack = await begin();
    expect(await attack(cluster, body)).toEqual({ status: 400, fault: undefined });
  });
});

describe("a body that is odd", () => {
  const [, cluster] = everyWrite as [Write, Write];
  const valid = JSON.stringify(cluster.body);

  test.each([
    ["begins with a byte order mark", `\uFEFF${valid}`],
    ["is mostly white space", `${" \t\r\n".repeat(10_000)}${valid}`],
    ["names a property twice, where the last one counts", `{"location":"nowhere",${valid.slice(1)}`],
    ["nests 100 levels deep where nobody looks", `{"a":${"[".repeat(99)}${"]".repeat(99)},${valid.slice(1)}`],
    ["has the names of what every object has", `{"__proto__":{"a":1},"constructor":{},"toString":1,${valid.slice(1)}`],
  ])("accepts an odd body that %s", async (_what, body) => {
    const attack = await begin();
    expect(await attack(cluster, body)).toEqual({ status: 200, fault: undefined });
  });

  test.each([
    ["text/xml", 415],
    ["text/json", 415],
    ["application/jsonp", 415],
    ["application/x-www-form-urlencoded", 415],
    ["multipart/form-data; boundary=a", 415],
    ["application/json-patch+json", 415],
    ["application", 415],
    [";;;/", 415],
    [" ", 415],
    ['APPLICATION/JSON;charset="utf-8"', 200],
    ["application/json; odata=verbose", 200],
  ])("an odd body as %j gets %i", async (contentType, status) => {
    const attack = await begin();
    expect(await attack(cluster, valid, { contentType })).toEqual({ status: status, fault: undefined });
  });
});

/** What refusing a body of up to 4 MiB may take: parsing it is most of that. */
const atOnceCpuMs = 2_000;

describe("a body at the limits", () => {
  const find = (action: string): Write => everyWrite.find((write) => write.action === action) as Write;
  const [, cluster, database] = everyWrite as [Write, Write, Write];
  const many = (count: number, text: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => text(index)).join(",");

  test("accepts a body of 4 MiB and refuses one byte more", async () => {
    const attack = await begin();
    const padded = (bytes: number): string => JSON.stringify(cluster.body).padEnd(bytes);
    expect(await attack(cluster, padded(4 * 1024 ** 2))).toEqual({ status: 200, fault: undefined });
    expect(await attack(cluster, padded(4 * 1024 ** 2 + 1))).toEqual({ status: 413, fault: undefined });
  });

  test.each<[string, Write, string]>([
    ["a million modules", database, `{"properties":{"modules":[${many(1_000_000, () => "0")}]}}`],
    ["100,000 valid modules", database, `{"properties":{"modules":[${many(100_000, () => '{"name":"RedisJSON"}')}]}}`],
    ["100,000 ids", find("flush"), `{"ids":[${many(100_000, () => "0")}]}`],
    ["100,000 tags", cluster, `{"tags":{${many(100_000, (index) => `"t${index}":1`)}}}`],
    [
      "50,000 identities",
      cluster,
      `{"identity":{"type":"UserAssigned","userAssignedIdentities":{${many(50_000, (index) => `"i${index}":{}`)}}}}`,
    ],
    ["a million zones", cluster, JSON.stringify(cluster.body).replace('["1",', `[${many(1_000_000, () => '"1"')},`)],
    [
      "a long number",
      cluster,
      `{"location":"eastus","sku":{"name":"Enterprise_E10","capacity":${"9".repeat(1_000_000)}}}`,
    ],
    ["a long location", cluster, `{"location":"${"a ".repeat(1_000_000)}","sku":{"name":"Enterprise_E10"}}`],
    ["a long URL", find("import"), `{"sasUris":["https://${"a".repeat(1_000_000)} "]}`],
    [
      "a long object id",
      everyWrite[3] as Write,
      `{"properties":{"accessPolicyName":"default","user":{"objectId":"${"a".repeat(1_000_000)}"}}}`,
    ],
  ])("refuses a body with %s at once, in few words", async (_what, write, body) => {
    const server = await startWithDatabase();
    const cpuMs = await cpuMsOf(async () => {
      const answer = await sendAs(server, write, body);
      expect({ status: answer.status, fault: faultOf(answer) }).toEqual({ status: 400, fault: undefined });
      expect(answer.text.length).toBeLessThan(10_000);
    });
    expect(cpuMs).toBeLessThan(atOnceCpuMs);
  });
});
