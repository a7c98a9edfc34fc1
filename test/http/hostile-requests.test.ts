import { connect, type AddressInfo } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { startWithDatabase } from "../support/every-write.ts";
import { listenRaw, type RawAnswer, type SendRaw } from "../support/raw-http.ts";
import { faultOf } from "../support/well-formed.ts";

const version = "api-version=2025-07-01";
const group = "/subscriptions/e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f/resourceGroups/rg1";
const cluster = `${group}/providers/Microsoft.Cache/redisEnterprise/cache1`;
const usualHeaders = ["Host: localhost:8443", "Authorization: Bearer owner"];

async function begin(): Promise<SendRaw> {
  const { app } = await startWithDatabase();
  return await listenRaw(app);
}

const head = (requestLine: string, headers: readonly string[] = usualHeaders): string =>
  `${[`${requestLine} HTTP/1.1`, ...headers, "Connection: close"].join("\r\n")}\r\n\r\n`;

/** What is wrong with an answer of ARM's, which shows by a header that it was ARM that answered. */
const armFaultOf = (answer: RawAnswer): string | undefined =>
  "x-ms-request-id" in answer.headers ? faultOf(answer) : `Not an answer of ARM's: ${JSON.stringify(answer)}`;

/** A refusal in short. */
function refusalIn(answer: RawAnswer): { status: number; code: string | undefined; fault: string | undefined } {
  const fault = armFaultOf(answer);
  const code = fault === undefined ? (JSON.parse(answer.text) as { error?: { code: string } }).error?.code : undefined;
  return { status: answer.status, code, fault };
}

/** Many requests in one test, on a machine that may be busy. */
const manyRequests = { timeout: 60_000 };

describe("a hostile path", () => {
  test.each([
    [`${cluster}%`, 400, "InvalidRequestUri"],
    [`${cluster}%zz`, 400, "InvalidRequestUri"],
    [`${cluster}%ff`, 400, "InvalidRequestUri"],
    [`${cluster}%c0%af`, 400, "InvalidRequestUri"],
    [`${cluster}%ed%a0%80`, 400, "InvalidRequestUri"],
    [`${cluster}%2fdatabases`, 400, "InvalidRequestUri"],
    [`${cluster}%00`, 400, "InvalidRequestUri"],
    [`${cluster}%0d%0aset-cookie:a`, 400, "InvalidRequestUri"],
    [`${cluster}%252f`, 404, "ResourceNotFound"],
    [`${cluster}${"a".repeat(10_000)}`, 404, "ResourceNotFound"],
    [`${cluster}/..`, 404, "InvalidResourceType"],
    [`${cluster}/../cache1`, 404, "InvalidResourceType"],
    [`${cluster}/%2e%2e/cache1`, 404, "InvalidResourceType"],
    [`${group}/providers/Microsoft.Cache/..%5credisEnterprise/cache1`, 404, "InvalidResourceType"],
    [`${group}/providers/__proto__/constructor/x`, 404, "InvalidResourceNamespace"],
    [`${group}/providers/Microsoft.Cache/__proto__/x`, 404, "InvalidResourceType"],
    [`${group}/providers/Microsoft.Cache/${"a/b/".repeat(2_000)}`, 404, "InvalidResourceType"],
    ["/subscriptions/__proto__/resourceGroups", 400, "InvalidSubscriptionId"],
    ["*", 400, "MissingApiVersionParameter"],
  ])("refuses a hostile path: %s", async (path, status, code) => {
    const send = await begin();
    const answer = await send(head(`GET ${path}${path === "*" ? "" : `?${version}`}`));
    expect(refusalIn(answer)).toEqual({ status, code, fault: undefined });
  });

  test.each([
    ["in the absolute form", `https://management.azure.com${cluster}`],
    ["with double slashes", cluster.replaceAll("/", "//")],
    ["with a slash at its end", `${cluster}/`],
    ["with letters escaped", cluster.replace("cache1", "%63ache1")],
    ["in capitals", cluster.toUpperCase()],
  ])("finds the same resource %s", async (_how, path) => {
    const send = await begin();
    expect(await send(head(`GET ${path}?${version}`))).toMatchObject({ status: 200 });
  });

  const segments = fc.oneof(
    fc.constantFrom("..", ".", "%2e", "%00", "%", "%25", "%f0%9f%92%a5", "providers", "subscriptions", "__proto__"),
    fc.string({ unit: "binary-ascii" }).map(encodeURIComponent),
    fc.webSegment(),
  );

  test("no path of random segments causes a server error", manyRequests, async () => {
    const send = await begin();
    const parts = cluster.split("/").slice(1);
    const paths = fc.record({
      at: fc.nat(parts.length),
      dropped: fc.nat(2),
      put: fc.array(segments, { maxLength: 3 }),
      method: fc.constantFrom("GET", "PUT", "PATCH", "POST", "DELETE"),
    });
    await fc.assert(
      fc.asyncProperty(paths, async ({ at, dropped, put, method }) => {
        const path = parts.toSpliced(at, dropped, ...put).join("/");
        // The whole path is left out: what is deleted must be there for the next run.
        fc.pre(!(method === "DELETE" && put.length === 0));
        const answer = await send(head(`${method} /${path}?${version}`, [...usualHeaders, "Content-Length: 0"]));
        expect(armFaultOf(answer)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});

describe("a hostile query", () => {
  test.each([
    ["", 400, "MissingApiVersionParameter"],
    ["api-version", 400, "MissingApiVersionParameter"],
    ["api-version=", 400, "MissingApiVersionParameter"],
    ["api-version=%00", 400, "InvalidApiVersionParameter"],
    ["api-version=%", 400, "InvalidApiVersionParameter"],
    [`api-version=${"9".repeat(10_000)}`, 400, "InvalidApiVersionParameter"],
    ["api-version=2025-07-01%0d%0aset-cookie:a", 400, "InvalidApiVersionParameter"],
    ["api-version=1999-01-01&api-version=2025-07-01", 400, "NoRegisteredProviderFound"],
    ["__proto__=1&constructor=2", 400, "MissingApiVersionParameter"],
  ])("refuses a hostile query: %j", async (query, status, code) => {
    const send = await begin();
    const answer = await send(head(`GET ${cluster}?${query}`));
    expect(refusalIn(answer)).toEqual({ status, code, fault: undefined });
  });

  test("no query of random parameters causes a server error", manyRequests, async () => {
    const send = await begin();
    const names = fc.constantFrom(
      "api-version",
      "$top",
      "$skiptoken",
      "$filter",
      "$expand",
      "$select",
      "",
      "__proto__",
    );
    const texts = fc.oneof(
      fc.constantFrom("", "-1", "1e9", "%", "%00", "%ff", "v1:", "djE6", "tagName eq 'a", "name eq 'a' and ", "[]"),
      fc.string({ unit: "binary-ascii" }),
    );
    const paths = fc.constantFrom(
      cluster,
      `${group}/providers/Microsoft.Cache/redisEnterprise`,
      `${group}/resources`,
      group.replace("/rg1", ""),
      group.replace(/\/resourceGroups.*/, "/resources"),
      group.replace(/\/resourceGroups.*/, "/providers"),
      "/providers/Microsoft.Cache/operations",
      "/subscriptions",
    );
    await fc.assert(
      fc.asyncProperty(paths, fc.array(fc.tuple(names, texts), { maxLength: 4 }), async (path, parameters) => {
        const query = parameters.map(([name, text]) => `${name}=${encodeURI(text).replaceAll("#", "%23")}`);
        const answer = await send(head(`GET ${path}?${[version, ...query].join("&")}`));
        expect(armFaultOf(answer)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});

describe("an odd method", () => {
  test.each(["OPTIONS", "TRACE", "PROPFIND", "MKCOL", "LOCK", "SEARCH", "PURGE", "QUERY", "LINK", "M-SEARCH"])(
    "refuses the method %s as ARM does",
    async (method) => {
      const send = await begin();
      const answer = await send(head(`${method} ${cluster}?${version}`));
      expect(refusalIn(answer)).toEqual({ status: 405, code: "MethodNotAllowed", fault: undefined });
    },
  );
});

describe("a hostile header", () => {
  test.each([
    ["Host: ", 400],
    ["Host: a b", 400],
    ["Host: user@evil.example", 400],
    ["Host: evil.example/path", 400],
    ['Host: evil.example"', 400],
    ["Host: localhost:999999", 400],
    ["Host: [::1]:8443", 200],
    [`Host: ${"a".repeat(10_000)}`, 200],
  ])("%s", async (host, status) => {
    const send = await begin();
    const answer = await send(head(`GET ${cluster}?${version}`, [host, "Authorization: Bearer owner"]));
    expect(refusalIn(answer)).toMatchObject({ status: status, fault: undefined });
  });

  test.each([
    "Authorization: ",
    "Authorization: Bearer",
    "Authorization: Bearer owner owner",
    "Authorization: Basic b3duZXI=",
    "Authorization: bearer\towner",
    "Authorization: Bearer \u00FF\u00FE",
    `Authorization: Bearer ${"a".repeat(10_000)}`,
    `Authorization: ${" ".repeat(10_000)}x`,
    "X-Authorization: Bearer owner",
  ])("refuses %j as proof of identity", async (authorization) => {
    const send = await begin();
    const answer = await send(head(`GET ${cluster}?${version}`, ["Host: localhost:8443", authorization]));
    expect(refusalIn(answer)).toMatchObject({ status: 401, fault: undefined });
    expect(answer.headers["www-authenticate"]).toMatch(/^Bearer authorization_uri="https:\/\/localhost:8443\//);
  });

  test.each([
    "x-ms-client-request-id: \u00FF\t\u0080",
    `x-ms-client-request-id: ${"a".repeat(10_000)}`,
    "x-ms-correlation-request-id: \u00FF",
    `x-ms-correlation-request-id: ${"a".repeat(10_000)}`,
    "Accept: text/html;q=x, */*;;;",
    "Accept-Encoding: gzip;q=-1",
    "If-Match: \u00FF",
    "Range: bytes=0-",
    "X-HTTP-Method-Override: DELETE",
    "X-Forwarded-Host: evil.example",
    "Forwarded: host=evil.example",
    "X-Original-URL: /subscriptions",
    "Content-Type: \u00FF",
    "__proto__: a",
    "Upgrade: websocket",
    "Cookie: \u0080",
  ])("a GET ignores %j", async (header) => {
    const send = await begin();
    const usual = await send(head(`GET ${cluster}?${version}`));
    const echo = "x-ms-return-client-request-id: true";
    const answer = await send(head(`GET ${cluster}?${version}`, [...usualHeaders, echo, header]));
    expect(answer).toMatchObject({ status: 200, text: usual.text });
    expect(JSON.stringify(answer)).not.toContain("evil.example");
  });
});

describe("what is no request at all", () => {
  const put = `PUT ${cluster}?${version}`;

  test.each([
    ["a path without a slash", head("GET foo"), "400 BadRequest"],
    ["bytes above ASCII in its path", head(`GET ${cluster}\u00E9`), "400 BadRequest"],
    ["an unknown method", head(`BREW ${cluster}`), "400 BadRequest"],
    [
      "two framings",
      `${head(put, [...usualHeaders, "Transfer-Encoding: chunked", "Content-Length: 2"])}{}`,
      "400 BadRequest",
    ],
    ["a negative length", head(put, [...usualHeaders, "Content-Length: -2"]), "400 BadRequest"],
    ["two lengths", head(put, [...usualHeaders, "Content-Length: 2", "Content-Length: 3"]), "400 BadRequest"],
    [
      "a broken chunk",
      `${head(put, [...usualHeaders, "Transfer-Encoding: chunked", "Content-Type: application/json"])}zz\r\n`,
      "400 BadRequest",
    ],
    ["too long a head", head(`GET ${cluster}${"a".repeat(20_000)}`), "431 RequestHeaderFieldsTooLarge"],
    ["too long a header", head(`GET ${cluster}`, [`A: ${"a".repeat(20_000)}`]), "431 RequestHeaderFieldsTooLarge"],
    ["a control character in a header", head(`GET ${cluster}`, [...usualHeaders, "A: \u0001"]), "400 BadRequest"],
    [
      "another protocol",
      "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00FC\u0003\u0003\r\n\r\n",
      "400 BadRequest",
    ],
    ["the authority's path, too long", head(`GET /common/${"a".repeat(20_000)}`), "431 RequestHeaderFieldsTooLarge"],
  ])("refuses what is no HTTP request in ARM's form and closes the connection: %s", async (_what, bytes, expected) => {
    const send = await begin();
    const answer = await send(bytes);
    const { status, code, fault } = refusalIn(answer);
    expect({ refusal: `${status} ${code ?? ""}`, fault }).toEqual({ refusal: expected, fault: undefined });
    expect(answer.headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      connection: "close",
      "x-ms-failure-cause": "gateway",
    });
    expect(answer.headers).not.toHaveProperty("strict-transport-security");
    expect(await send(head(`GET ${cluster}?${version}`))).toMatchObject({ status: 200 });
  });

  test("keeps serving after a client disconnects in the middle of its body", async () => {
    const send = await begin();
    const headers = [...usualHeaders, "Content-Type: application/json", "Content-Length: 1000"];
    await send(head(put, headers), "{", { hangUpAfterMs: 20 });
    expect(await send(head(`GET ${cluster}?${version}`))).toMatchObject({ status: 200 });
  });

  test("stops receiving an endless body after its refusal, and closes the connection", async () => {
    const { app } = await startWithDatabase();
    await listenRaw(app);
    const { port } = app.server.address() as AddressInfo;
    const socket = connect(port, "127.0.0.1");
    const headers = ["Host: localhost:8443", "Transfer-Encoding: chunked"];
    socket.write(`${[`PUT ${cluster}?${version} HTTP/1.1`, ...headers].join("\r\n")}\r\n\r\n`);
    const chunk = `10000\r\n${"[".repeat(65_536)}\r\n`;
    const send = (): void => void (socket.writable && socket.write(chunk, send));
    send();
    socket.on("error", () => undefined);
    let answer = "";
    socket.on("data", (part: Buffer) => (answer += part.toString()));
    await new Promise((resolve) => socket.once("close", resolve));
    expect(answer).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n(.+\r\n)*connection: close\r\n/i);
    // Sockets' buffers take some megabytes by themselves.
    expect(socket.bytesWritten).toBeLessThan(64 * 1024 ** 2);
  });

  test("keeps the connection open after a refused body of moderate size", async () => {
    const send = await begin();
    const body = "[".repeat(100_000);
    const first = [`PUT ${cluster}?${version} HTTP/1.1`, "Host: localhost:8443", `Content-Length: ${body.length}`];
    const next = head(`GET ${cluster}?${version}`);
    const answer = await send(`${first.join("\r\n")}\r\n\r\n${body}${next}`);
    expect(answer).toMatchObject({ status: 401 });
    expect(answer.text).toContain("HTTP/1.1 200 OK");
  });

  test("refuses a body by its Content-Length before it is sent", async () => {
    const send = await begin();
    const headers = [...usualHeaders, "Content-Type: application/json", "Content-Length: 99999999999"];
    const answer = await send(head(put, headers), "{");
    expect(refusalIn(answer)).toMatchObject({ status: 413, fault: undefined });
  });
});
