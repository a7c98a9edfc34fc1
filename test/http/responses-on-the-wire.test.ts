import { describe, expect, test } from "vitest";
import { startWithDatabase } from "../support/every-write.ts";
import { listenRaw, type RawAnswer, type SendRaw } from "../support/raw-http.ts";

/*
 * Resource Manager's requests are taken from the server itself if they begin with `/subscriptions/` and an id, and come
 * through Fastify otherwise. Clients must not see a difference, and the bytes of a response are those that Azure's have.
 */

const version = "api-version=2025-07-01";
const subscription = "/subscriptions/e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f";
const cluster = `${subscription}/resourceGroups/rg1/providers/Microsoft.Cache/redisEnterprise/cache1`;
const usualHeaders = ["Host: localhost:8443", "Authorization: Bearer owner"];

async function begin(): Promise<SendRaw> {
  const { app } = await startWithDatabase();
  return await listenRaw(app);
}

const request = (line: string, headers: readonly string[] = usualHeaders): string =>
  `${[`${line} HTTP/1.1`, ...headers].join("\r\n")}\r\n\r\n`;

const closing = (headers: readonly string[] = usualHeaders): readonly string[] => [...headers, "Connection: close"];

/** Ids, times and counters differ from response to response. */
const masked = (text: string): string =>
  text
    .replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, "ID")
    .replaceAll(/\d{8}T\d{6}Z/g, "TIME")
    .replaceAll(/Timestamp=[^"]+/g, "Timestamp=TIME")
    .replaceAll(/^Date: .*$/gm, "Date: TIME")
    .replaceAll(/^(x-ms-ratelimit-[\w-]+): \d+/gm, "$1: LEFT");

const bytesOf = ({ head, text }: RawAnswer): string => masked(`${head}\r\n\r\n${text}`);

/** What every response begins with after its status. */
const commonHeaders = [
  "cache-control: no-cache",
  "pragma: no-cache",
  "expires: -1",
  "x-content-type-options: nosniff",
  "strict-transport-security: max-age=31536000; includeSubDomains",
  "x-ms-request-id: ID",
  "x-ms-correlation-request-id: ID",
  "x-ms-routing-request-id: LOCAL:TIME:ID",
];

test("sends the headers of a provider's response in one order and spelling", async () => {
  const send = await begin();
  const { head } = await send(request(`HEAD ${cluster}/databases/default?${version}`, closing()));
  expect(masked(head).split("\r\n")).toEqual([
    "HTTP/1.1 204 No Content",
    ...commonHeaders,
    "x-ms-ratelimit-remaining-subscription-reads: LEFT",
    "x-ms-ratelimit-remaining-subscription-global-reads: LEFT",
    expect.stringMatching(/^x-rp-server-mvid: ID$/) as string,
    "x-ms-operation-identifier: tenantId=ID,objectId=ID/local/ID",
    "Date: TIME",
    "Connection: close",
  ]);
});

test("sends the headers of Resource Manager's own refusal in one order and spelling", async () => {
  const send = await begin();
  const { head } = await send(request(`GET ${cluster}?${version}`, closing(["Host: localhost:8443"])));
  expect(masked(head).split("\r\n")).toEqual([
    "HTTP/1.1 401 Unauthorized",
    ...commonHeaders,
    "x-ms-failure-cause: gateway",
    expect.stringMatching(/^www-authenticate: Bearer authorization_uri=/) as string,
    "content-type: application/json; charset=utf-8",
    expect.stringMatching(/^content-length: \d+$/) as string,
    "Date: TIME",
    "Connection: close",
  ]);
});

describe("a request gets the same bytes through Fastify as directly", () => {
  /** The same target, so that Fastify routes it. */
  const throughFastify: readonly [string, (target: string) => string][] = [
    ["with a double slash", (target) => `/${target}`],
    ["with an escaped letter", (target) => target.replace("/subscriptions", "/%73ubscriptions")],
    ["as a whole URL", (target) => `https://management.azure.com${target}`],
  ];
  const json = [...usualHeaders, "Content-Type: application/json"];
  const requests: readonly [string, string, readonly string[], string?][] = [
    ["GET", `${cluster}?${version}`, usualHeaders],
    ["GET", `${cluster.toUpperCase()}?API-VERSION=2025-07-01`, usualHeaders],
    ["GET", `${cluster}/databases?${version}`, usualHeaders],
    ["HEAD", `${cluster}?${version}`, usualHeaders],
    ["HEAD", `${cluster}x?${version}`, usualHeaders],
    ["GET", `${cluster}x?${version}`, usualHeaders],
    ["GET", `${cluster}x?${version}`, ["Host: localhost:8443"]],
    ["GET", cluster, usualHeaders],
    ["GET", `${cluster}?api-version=1999-01-01`, usualHeaders],
    ["GET", `${cluster}%2f?${version}`, usualHeaders],
    ["GET", `${subscription}?api-version=2022-12-01`, usualHeaders],
    ["GET", `${cluster}?${version}`, ["Host: a b", ...usualHeaders.slice(1)]],
    ["GET", `${cluster}?${version}`, [...usualHeaders, "User-Agent: Mozilla/5.0", "Accept-Version: 1.x"]],
    ["GET", `${cluster}?${version}`, [...usualHeaders, "x-ms-correlation-request-id: mine"]],
    ["OPTIONS", `${cluster}?${version}`, usualHeaders],
    ["PROPFIND", `${cluster}?${version}`, usualHeaders],
    ["QUERY", `${cluster}?${version}`, json, "{}"],
    ["DELETE", `${cluster}x?${version}`, usualHeaders],
    ["PATCH", `${cluster}?${version}`, json, '{"tags":{"a":"größer"}}'],
    ["PUT", `${cluster}/databases/default?${version}`, json, '{"properties":'],
    ["PUT", `${cluster}/databases/default?${version}`, json, "[]"],
    ["PUT", `${cluster}/databases/default?${version}`, usualHeaders, "{}"],
    ["PUT", `${cluster}/databases/default?${version}`, [...usualHeaders, "Content-Type: \u00FF"], "{}"],
    ["PUT", `${cluster}/databases/default?${version}`, [...usualHeaders, "Content-Type:"], "{}"],
    ["PUT", `${cluster}/databases/default?${version}`, [...json, "Expect: 100-continue"], '{"properties":5}'],
    ["POST", `${cluster}/nothing?${version}`, usualHeaders],
    ["POST", `${cluster}/databases/default/listKeys?${version}`, [...json], ""],
  ];

  test.each(throughFastify)("%s", async (_how, targetOf) => {
    const send = await begin();
    for (const [method, target, headers, body] of requests) {
      const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
      const bytes = async (asked: string): Promise<string> =>
        bytesOf(await send(request(`${method} ${asked}`, closing([...headers, ...length])), body));
      const direct = await bytes(target);
      expect(direct).toMatch(/^HTTP\/1\.1 \d{3} /);
      expect({ method, target, bytes: await bytes(targetOf(target)) }).toEqual({ method, target, bytes: direct });
    }
  });
});

describe("several requests on one connection", () => {
  test("answers pipelined requests in their order, whichever way they take", async () => {
    const send = await begin();
    const targets = [`/${cluster}?${version}`, `${cluster}x?${version}`, cluster, `${cluster}/databases?${version}`];
    const all = targets.map((target, at) =>
      request(`GET ${target}`, at === targets.length - 1 ? closing() : usualHeaders),
    );
    const { head, text } = await send(all.join(""));
    const statuses = [...`${head}\r\n\r\n${text}`.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status);
    expect(statuses).toEqual(["200", "404", "400", "200"]);
  });

  test("answers HTTP/1.0 and closes the connection", async () => {
    const send = await begin();
    const line = `GET ${cluster}?${version} HTTP/1.0`;
    const answer = await send(`${[line, ...usualHeaders].join("\r\n")}\r\n\r\n`);
    expect(answer).toMatchObject({ status: 200, headers: { connection: "close" } });
  });

  test("reads a body that comes in chunks of one byte, and answers the request after it", async () => {
    const send = await begin();
    const body = '{"tags":{"a":"☃"}}';
    const chunks = [...Buffer.from(body)].map((byte) => `1\r\n${String.fromCodePoint(byte)}\r\n`).join("");
    const headers = [...usualHeaders, "Content-Type: application/json", "Transfer-Encoding: chunked"];
    const patch = `${request(`PATCH ${cluster}?${version}`, headers)}${chunks}0\r\n\r\n`;
    const { status, text } = await send(`${patch}${request(`GET ${cluster}?${version}`, closing())}`);
    expect(status).toBe(200);
    expect(text).toContain('"a": "☃"');
    expect(text).toContain("HTTP/1.1 200 OK");
  });
});
