import { fastify, type FastifyInstance } from "fastify";
import { once } from "node:events";
import { connect, type AddressInfo, type Socket } from "node:net";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { connect as connectTls } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { Registry } from "../../../src/arm/registry.ts";
import { registerArm } from "../../../src/arm/server.ts";
import { createHttpsServer, httpRouting, listen } from "../../../src/http/https-server.ts";
import { refuseUnreadable } from "../../../src/http/refusals.ts";
import { registerAuthority } from "../../../src/identity/routes.ts";
import { discardUnreadBodies } from "../../../src/kernel/http-request.ts";
import { createLog } from "../../../src/kernel/log.ts";
import { registerHealth } from "../../../src/management/health.ts";
import { openTlsMaterial } from "../../../src/tls/tls-material.ts";
import { openAuthorityApp } from "../../support/authority-app.ts";
import { pipelineServices } from "../../support/exchange.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { listenRaw } from "../../support/raw-http.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { openTempStore } from "../../support/temp-store.ts";

/** Everything on one instance, as the application has it. */
async function fill(app: FastifyInstance): Promise<void> {
  const temp = await openTempStore();
  const identity = await openAuthorityApp();
  const { authority } = identity;
  onTestFinished(async () => {
    await app.close();
    await identity.close();
    await temp.close();
  });
  registerHealth(app, { store: temp.store, clock: new ManualClock(), dataPlaneFailure: () => undefined });
  await registerAuthority(app, authority);
  const services = pipelineServices({ registry: new Registry([]) });
  await registerArm(app, {
    ...services,
    log: createLog("silent"),
    verifyToken: (token) => authority.verifyAccessToken(token),
  });
}

async function startSecure(): Promise<(head: string, body?: string) => Promise<string>> {
  const tls = {
    dataDir: await tempDir(),
    hostNames: [],
    ipAddresses: [],
    clock: new ManualClock(),
    log: createLog("silent"),
  };
  const app = createHttpsServer(await openTlsMaterial(tls));
  await fill(app);
  const port = await listen(app, { host: "127.0.0.1", port: 0 });
  return async (head, body = "") => {
    const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false });
    socket.write(`${head}\r\n\r\n${body}`);
    return await text(socket);
  };
}

const statusOf = (answer: string): string => /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? "";
const codeOf = (answer: string): unknown =>
  (JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4)) as { error: { code?: string } }).error.code;

describe("the secure server refuses in ARM's form", () => {
  test.each([
    ["no host", "GET /subscriptions HTTP/1.1\r\nConnection: close", "400", "InvalidRequestUri"],
    ["an expectation", "GET /subscriptions HTTP/1.1\r\nHost: localhost\r\nExpect: 200-ok", "417", "ExpectationFailed"],
    ["a tunnel", "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443", "405", "MethodNotAllowed"],
    ["no HTTP", "hello", "400", "BadRequest"],
    ["a long head", `GET /${"a".repeat(20_000)} HTTP/1.1\r\nHost: localhost`, "431", "RequestHeaderFieldsTooLarge"],
  ])("%s", async (_what, head, status, code) => {
    const send = await startSecure();
    const answer = await send(head);
    expect({ status: statusOf(answer), code: codeOf(answer) }).toEqual({ status, code });
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    expect(answer).toMatch(/\r\ncontent-type: application\/json; charset=utf-8\r\n/i);
  });

  test("what did not arrive in time", async () => {
    const socket = new PassThrough();
    refuseUnreadable(Object.assign(new Error("late"), { code: "ERR_HTTP_REQUEST_TIMEOUT" }), socket);
    const answer = await text(socket);
    expect({ status: statusOf(answer), code: codeOf(answer) }).toEqual({ status: "408", code: "RequestTimeout" });
  });
});

test("no route of the server makes a browser use https for all of localhost", async () => {
  const send = await startSecure();
  const browser =
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:78.0) Gecko/20100101 Firefox/78.0\r\nHost: localhost:8443";
  const paths = [
    "/",
    "/favicon.ico",
    "/subscriptions?api-version=2022-12-01",
    "/common/oauth2/v2.0/authorize?client_id=a",
    "/common/v2.0/.well-known/openid-configuration",
    "/common/discovery/keys",
    "/metadata/endpoints?api-version=2022-09-01",
    "/devicelogin",
    "/healthz",
    "/readyz",
    "/cuprite/paths",
  ];
  for (const path of paths) {
    const answer = await send(`GET ${path} HTTP/1.1\r\n${browser}\r\nConnection: close`);
    expect(statusOf(answer)).toMatch(/^[2-5]\d\d$/);
    expect(answer.toLowerCase()).not.toContain("strict-transport-security");
  }
});

test.each(["/healthz", "/common/discovery/keys", "/common/oauth2/v2.0/token"])(
  "%s stops receiving a body that does not end",
  async (path) => {
    const app = fastify(httpRouting);
    discardUnreadBodies(app, 64 * 1024);
    await fill(app);
    const socket = await open(app);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n`);
    const chunk = `10000\r\n${"[".repeat(65_536)}\r\n`;
    const send = (): void => void (socket.writable && socket.write(chunk, send));
    send();
    socket.on("error", () => undefined);
    let answer = "";
    socket.on("data", (part: Buffer) => (answer += part.toString()));
    await new Promise((resolve) => socket.once("close", resolve));
    expect(answer).toMatch(/^HTTP\/1\.1 \d{3} .+\r\n(.+\r\n)*connection: close\r\n/i);
    expect(socket.bytesWritten).toBeLessThan(64 * 1024 ** 2);
  },
);

async function open(app: FastifyInstance): Promise<Socket> {
  await app.listen({ host: "127.0.0.1", port: 0 });
  return connect((app.server.address() as AddressInfo).port, "127.0.0.1");
}

describe("while it stops, the server refuses a second request on a busy connection:", () => {
  const first = "PUT /subscriptions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n";

  test.each([
    [
      "ARM",
      "GET /subscriptions?api-version=2022-12-01",
      { error: { code: "ServiceUnavailable", message: "The service is stopping. Please retry the request." } },
    ],
    ["the authority", "GET /common/discovery/keys", { error: "temporarily_unavailable", error_codes: [90033] }],
  ])("%s", async (_who, line, body) => {
    const app = fastify(httpRouting);
    await fill(app);
    const socket = await open(app);
    const seen = once(app.server, "request");
    socket.write(first);
    await seen;
    const closed = app.close();
    socket.write(`{}${line} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    const answer = await text(socket);
    await closed;
    const second = answer.slice(answer.lastIndexOf("HTTP/1.1 "));
    expect(second).toMatch(/^HTTP\/1\.1 503 /);
    expect(second).toMatch(/\r\nconnection: close\r\n/i);
    expect(JSON.parse(second.slice(second.indexOf("\r\n\r\n") + 4))).toMatchObject(body);
  });
});

async function begin() {
  const app = fastify(httpRouting);
  app.get("/", (request) => ({ url: request.url }));
  app.get("/common/keys", (request) => ({ url: request.url }));
  onTestFinished(() => app.close());
  return await listenRaw(app);
}

test.each([
  ["/common/keys?a=1", "/common/keys?a=1"],
  ["https://localhost:8443/common/keys?a=1", "/common/keys?a=1"],
  ["HTTP://other.example/common/keys", "/common/keys"],
  ["https://localhost:8443", "/"],
  ["https://localhost:8443?a=https://b", "/?a=https://b"],
])("the request target %s is served as its path", async (target, url) => {
  const send = await begin();
  const answer = await send(`GET ${target} HTTP/1.1\r\nHost: localhost:8443\r\nConnection: close\r\n\r\n`);
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text)).toEqual({ url });
});
