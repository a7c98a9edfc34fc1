import { encode, type OptAnswer } from "dns-packet";
import fc from "fast-check";
import { expect, test } from "vitest";
import { answerQuery } from "../../../../src/data-plane/dns/answer-query.ts";
import type { RecordSetFacts } from "../../../../src/data-plane/dns/dns-facts.ts";
import { answering, names, networkWith, queryFor, readAnswer, viewOf, zone } from "../../../support/dns-names.ts";

const edns = (option: Partial<OptAnswer> = {}): OptAnswer => ({
  type: "OPT",
  name: ".",
  udpPayloadSize: 4096,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
  ...option,
});

const ask = async (query: Buffer, context = answering(), transport: "udp" | "tcp" = "udp") =>
  readAnswer(await answerQuery(query, transport, context));

const codeOf = (message: Buffer | undefined): number | undefined => message && message.readUInt8(3) & 0xf;

test("an endpoint's name resolves to its address on this machine", async () => {
  const answer = await ask(queryFor());
  expect(answer).toMatchObject({ id: 4711, rcode: "NOERROR", flag_aa: true, flag_rd: true, flag_ra: false });
  expect(answer.answers).toMatchObject([
    { name: names.host, type: "CNAME", ttl: 10, data: names.alias },
    { name: names.alias, type: "A", ttl: 10, data: names.privateAddress },
  ]);
});

test("an endpoint's name resolves to its address in the network when that is chosen", async () => {
  const { answers } = await ask(queryFor(), answering({ answers: "vnet" }));
  expect(answers?.at(-1)).toMatchObject({ type: "A", data: names.vnetAddress });
});

test("an endpoint without an address on this machine resolves to that of its network, a public path to SERVFAIL", async () => {
  const addressOf = async (): Promise<undefined> => undefined;
  const endpoint = await ask(queryFor(), answering({ addressOf }));
  expect(endpoint.answers?.at(-1)).toMatchObject({ type: "A", data: names.vnetAddress });
  const publicSide = await ask(queryFor(), answering({ addressOf, view: viewOf() }));
  expect(publicSide).toMatchObject({ rcode: "SERVFAIL", answers: [] });
});

test("the answer repeats the question byte by byte", async () => {
  const query = queryFor({ name: "CaChE1.eAsTuS.rEdIs.aZuRe.NeT" });
  const answer = await answerQuery(query, "udp", answering());
  expect(answer?.subarray(12, query.length)).toEqual(query.subarray(12));
  expect(readAnswer(answer).answers?.[0]).toMatchObject({ name: "CaChE1.eAsTuS.rEdIs.aZuRe.NeT" });
});

test("a missing name and a missing type carry the zone's SOA", async () => {
  const missing = await ask(queryFor({ name: `cache9.eastus.${names.zone}` }));
  expect(missing).toMatchObject({ rcode: "NXDOMAIN", flag_aa: true, answers: [] });
  expect(missing.authorities).toMatchObject([{ name: names.zone, type: "SOA", ttl: 10, data: { minimum: 10 } }]);
  const noData = await ask(queryFor({ name: names.alias, type: "AAAA" }));
  expect(noData).toMatchObject({ rcode: "NOERROR", answers: [] });
  expect(noData.authorities).toMatchObject([{ name: names.zone, type: "SOA" }]);
});

test("other decoders can read every type of record", async () => {
  const long = "x".repeat(300);
  const records: RecordSetFacts[] = [
    { name: "www", type: "AAAA", ttl: 1, values: ["fd00::1"] },
    { name: "www", type: "MX", ttl: 1, values: ["10 mail.contoso.com"] },
    { name: "www", type: "PTR", ttl: 1, values: ["ptr.contoso.com"] },
    { name: "www", type: "SRV", ttl: 1, values: ["1 2 3 srv.contoso.com"] },
    { name: "www", type: "TXT", ttl: 1, values: [long, ""] },
  ];
  const view = viewOf(networkWith(zone("contoso.com", records)));
  const { answers } = await ask(queryFor({ name: "www.contoso.com", type: "ANY" }), answering({ view }), "tcp");
  expect(answers).toMatchObject([
    { type: "AAAA", data: "fd00::1" },
    { type: "MX", data: { preference: 10, exchange: "mail.contoso.com" } },
    { type: "PTR", data: "ptr.contoso.com" },
    { type: "SRV", data: { priority: 1, weight: 2, port: 3, target: "srv.contoso.com" } },
    { type: "TXT", data: [Buffer.from("x".repeat(255)), Buffer.from("x".repeat(45))] },
    { type: "TXT", data: [Buffer.from("")] },
  ]);
});

const manyRecords: RecordSetFacts = {
  name: "www",
  type: "TXT",
  ttl: 1,
  values: Array.from({ length: 4 }, (_, index) => `${index}`.repeat(250)),
};
const many = answering({ view: viewOf(networkWith(zone("contoso.com", [manyRecords]))) });
const manyQuestion = { name: "www.contoso.com", type: "TXT" } as const;

test("an answer that does not fit has the truncated flag, and fits over TCP", async () => {
  expect(await ask(queryFor(manyQuestion), many)).toMatchObject({ flag_tc: true, rcode: "NOERROR", answers: [] });
  const { flag_tc, answers } = await ask(queryFor(manyQuestion), many, "tcp");
  expect({ flag_tc, count: answers?.length }).toEqual({ flag_tc: false, count: 4 });
});

test.for([
  { payload: 1, isWhole: false },
  { payload: 1_000, isWhole: false },
  { payload: 1_200, isWhole: true },
  { payload: 65_535, isWhole: true },
])("a client that accepts $payload bytes gets the whole answer: $isWhole", async ({ payload, isWhole }) => {
  const query = queryFor(manyQuestion, { additionals: [edns({ udpPayloadSize: payload })] });
  const bytes = await answerQuery(query, "udp", many);
  expect(readAnswer(bytes).flag_tc).toBe(!isWhole);
  expect(bytes?.length).toBeLessThanOrEqual(Math.max(512, payload));
});

test("only a query with EDNS gets EDNS, and only version 0 is accepted", async () => {
  expect((await ask(queryFor())).additionals).toEqual([]);
  const known = await ask(queryFor({}, { additionals: [edns({ flags: 0x8000 })] }));
  expect(known.additionals).toMatchObject([{ type: "OPT", udpPayloadSize: 1232, ednsVersion: 0, flag_do: true }]);
  const later = await ask(queryFor({}, { additionals: [edns({ ednsVersion: 1 })] }));
  expect(later).toMatchObject({ rcode: "NOERROR", answers: [], additionals: [{ extendedRcode: 1, ednsVersion: 0 }] });
});

test.for<{ title: string; query: Buffer; code: number }>([
  { title: "a name of others", query: queryFor({ name: "example.com" }), code: 5 },
  { title: "the root", query: queryFor({ name: "." }), code: 5 },
  { title: "a transfer of a zone", query: queryFor({ type: "AXFR" }), code: 5 },
  { title: "another class", query: queryFor({ class: "CH" }), code: 5 },
  { title: "an update", query: queryFor({}, { flags: 5 << 11 }), code: 4 },
  {
    title: "two questions",
    query: queryFor(
      {},
      {
        questions: [
          { name: names.host, type: "A" },
          { name: names.host, type: "AAAA" },
        ],
      },
    ),
    code: 1,
  },
  { title: "no question", query: queryFor({}, { questions: [] }), code: 1 },
  { title: "half a question", query: queryFor().subarray(0, 20), code: 1 },
  { title: "two options of EDNS", query: queryFor({}, { additionals: [edns(), edns()] }), code: 1 },
  { title: "more than a query may be", query: Buffer.concat([queryFor(), Buffer.alloc(5_000)]), code: 1 },
  { title: "more records than bytes", query: withCounts(queryFor(), 65_535), code: 1 },
  { title: "a name that points to itself", query: pointer(), code: 1 },
])("$title is refused", async ({ query, code }) => {
  const answer = await answerQuery(query, "tcp", answering());
  expect(codeOf(answer)).toBe(code);
  expect(answer?.readUInt16BE(0)).toBe(4711);
});

test("a message that is an answer or shorter than a header gets no answer", async () => {
  expect(await answerQuery(encode({ type: "response", id: 1 }), "udp", answering())).toBeUndefined();
  expect(await answerQuery(Buffer.alloc(11), "udp", answering())).toBeUndefined();
});

test("a dot inside a label does not split it", async () => {
  const query = queryFor({ name: names.host });
  query.writeUInt8(13, 12); // cache1<6>eastus as one label
  query.write(".", 19);
  expect(await ask(query)).toMatchObject({ rcode: "NXDOMAIN", answers: [] });
});

test("a query gets SERVFAIL when the store cannot be read", async () => {
  const context = { ...answering(), view: async () => Promise.reject(new Error("The store is closed.")) };
  expect(await ask(queryFor(), context)).toMatchObject({ rcode: "SERVFAIL", answers: [] });
});

test("any message gets a well-formed answer or none", async () => {
  await fc.assert(
    fc.asyncProperty(anyMessage(), fc.constantFrom("udp" as const, "tcp" as const), async (message, transport) => {
      const answer = await answerQuery(message, transport, answering());
      if (answer === undefined) return;
      expect(answer.length).toBeLessThanOrEqual(transport === "udp" ? 1232 : 65_535);
      expect(answer.readUInt16BE(0)).toBe(message.readUInt16BE(0));
      expect(answer.readUInt16BE(2) & 0x8000).toBe(0x8000);
      expect(answer.readUInt16BE(4)).toBeLessThanOrEqual(1);
      readAnswer(answer);
    }),
    { numRuns: 2_000 },
  );
});

test("a name of any labels is repeated byte by byte", async () => {
  const label = fc.uint8Array({ minLength: 1, maxLength: 63 });
  await fc.assert(
    fc.asyncProperty(fc.array(label, { maxLength: 3 }), async (labels) => {
      const name = Buffer.concat([...labels.map((each) => Buffer.from([each.length, ...each])), Buffer.alloc(1)]);
      const query = Buffer.concat([queryFor().subarray(0, 12), name, Buffer.from([0, 1, 0, 1])]);
      const answer = await answerQuery(query, "udp", answering());
      expect(codeOf(answer)).toBe(5);
      expect(answer?.subarray(12)).toEqual(query.subarray(12));
    }),
  );
});

/** Noise, and queries with some bytes changed or the end missing. */
function anyMessage(): fc.Arbitrary<Buffer> {
  const noise = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));
  const valid = fc.constantFrom(
    queryFor(),
    queryFor({ type: "ANY" }, { additionals: [edns()] }),
    queryFor(
      { name: `x.${names.zone}`, type: "TXT" },
      { additionals: [edns({ options: [{ code: 12, data: Buffer.alloc(8) }] as never })] },
    ),
  );
  const changes = fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 6 });
  const damaged = fc.tuple(valid, changes, fc.nat(120)).map(([query, edits, cut]) => {
    const copy = Buffer.from(query);
    for (const [at, byte] of edits) copy[at % copy.length] = byte;
    return cut < 60 ? copy.subarray(0, Math.max(0, copy.length - cut)) : copy;
  });
  return fc.oneof(noise, damaged, damaged);
}

function withCounts(query: Buffer, count: number): Buffer {
  const copy = Buffer.from(query);
  copy.writeUInt16BE(count, 10);
  return copy;
}

function pointer(): Buffer {
  return Buffer.concat([queryFor().subarray(0, 12), Buffer.from([0xc0, 0x0c, 0, 1, 0, 1])]);
}
